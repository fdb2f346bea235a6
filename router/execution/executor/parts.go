package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// part is a look-up for the objects that lack what some of its fields require. It requests the
// other fields, in the same request.
type part struct {
	of      *plan.Lookup
	without []string
	plan    plan.Lookup
	lookup  lookup
	known   known
	body    []byte // representations
}

// representInPart represents an object for the fields that can be requested, and marks the others.
// It returns false if that is not possible.
func (w *representer) representInPart(typeName string, object response.Value, scope response.Scope) bool {
	if typeName == "" || w.grouping != nil {
		return false
	}
	missing := w.missing(object, scope)
	p, ok := w.partWithout(missing)
	if !ok {
		return false
	}
	whole := *w
	defer func() { *w = whole }()
	w.lookup, w.known, w.body, w.lenient = &p.lookup, &p.known, p.body, true
	if !w.write(typeName, object, scope) {
		return false
	}
	w.wait(object, w.numberOf(len(p.body)), w.at)
	p.body = w.body
	for _, why := range missing {
		w.mark(whole.lookup, object.Ref(), why)
	}
	return true
}

// missing returns the fields whose requirements are unavailable.
func (w *representer) missing(object response.Value, scope response.Scope) []reason {
	var list []reason
	before, start := w.failure, len(w.body)
	for _, r := range w.target.Requirements {
		w.body, w.failure = append(w.body, '{'), response.Failure{}
		if !w.members(object, r.Members, scope) {
			list = append(list, reason{r.Field, w.failure})
		}
		w.body = w.body[:start]
	}
	w.failure = before
	return list
}

// partWithout returns the part that requests the other fields. It returns false if there are none,
// or if nothing is missing.
func (w *representer) partWithout(missing []reason) (*part, bool) {
	var fields []string
	for _, why := range missing {
		fields = append(fields, why.field)
	}
	of := w.lookup.plan
	for _, p := range w.parts {
		if p.of == of && slices.Equal(p.without, fields) {
			return p, true
		}
	}
	rest := of.Group(len(w.parts) + 1)
	rest.Selections = of.Without(fields)
	if len(fields) == 0 || len(rest.Selections) == 0 {
		return nil, false
	}
	p := &part{of: of, without: fields, plan: rest}
	p.lookup = lookup{plan: &p.plan, source: w.lookup.source}
	p.known.reset()
	w.parts = append(w.parts, p)
	return p, true
}

// appendParts adds the parts to a request, and writes its document again.
func (r *run) appendParts(body []byte, c *call) []byte {
	lookups := slices.Clone(c.fetch.Lookups)
	for _, p := range r.parts {
		lookups = append(lookups, p.plan)
		c.lookups = append(c.lookups, p.lookup)
		body = append(append(appendName(body, p.plan.Variable), '['), p.body...)
		body = append(body, ']')
	}
	text := response.AppendString([]byte(`{"query":`), c.fetch.DocumentFor(lookups))
	return append(text, body[len(`{"query":`)+len(c.fetch.Quoted):]...)
}

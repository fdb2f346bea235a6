package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// represent writes an object's representation. It marks the object if there is no key, or if
// something failed.
func (w *representer) represent(object response.Value, at int, scope response.Scope) {
	if w.lookup.plan.Root {
		w.lookup.representations = 1
		w.wait(object, 0, at)
		return
	}
	typeName := ""
	if w.target.Types != nil || w.target.TypeName == "" {
		typeName = w.TypeName(object)
	}
	if !w.target.Types.Has(typeName) {
		return
	}
	if w.target.TypeName != "" {
		typeName = w.target.TypeName
	}
	start := len(w.body)
	w.at, w.inside, w.failure = at, w.inside[:0], response.Failure{}
	if typeName == "" || !w.write(typeName, object, scope) {
		w.body = w.body[:start]
		if !w.representInPart(typeName, object, scope) {
			w.lookup.mark(&w.data, object.Ref(), reason{failure: w.failure})
		}
		return
	}
	w.wait(object, w.numberOf(start), at)
}

// representInPart represents an object for the fields that can be requested, and marks the others.
// It returns false if that is not possible.
func (w *representer) representInPart(typeName string, object response.Value, scope response.Scope) bool {
	if typeName == "" || w.grouped {
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
		whole.lookup.mark(&w.data, object.Ref(), why)
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

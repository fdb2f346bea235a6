package executor

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// representer writes the representations of objects at a target of a look-up.
type representer struct {
	*state
	*response.Reader
	plain bool
	// parts are the parts of the request's look-ups, unless the look-ups are grouped.
	parts     []*part
	grouped   bool
	lookup    *lookup
	target    *plan.Target
	number    int // the target's index
	body      []byte
	numbering *numbering
	// at is the position of the object whose members are being written; inside is the path from it
	// to the current member.
	at     int
	inside response.Path
	// failure is the first reason why the current representation cannot be sent. The
	// representation is still written to its end, so that all errors in it are passed on.
	failure response.Failure
	// lenient is true if unavailable values are written as null, because no requested field needs
	// them.
	lenient bool
	// identified is true if a part of the representation's key has a value, nullKey if one is
	// null.
	identified, nullKey bool
}

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
func (w *representer) representInPart(
	typeName string, object response.Value, scope response.Scope,
) bool {
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
	w.lookup, w.numbering, w.body, w.lenient = &p.lookup, &p.numbering, p.body, true
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

// partWithout returns the part of the look-up that does not request the missing fields. It returns
// false if that part has no fields, or if no field is missing.
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
	p.numbering.reset()
	w.parts = append(w.parts, p)
	return p, true
}

// wait lets the object wait for the entity of a representation.
func (w *representer) wait(object response.Value, representation, at int) {
	w.lookup.waiting = response.Push(w.lookup.waiting,
		waiting{object.Ref(), int32(representation), int32(at), int32(w.number)})
}

// numberOf returns the number of the latest representation, and removes it from the body if it is
// not new. It starts with a comma unless it is the first.
func (w *representer) numberOf(start int) int {
	begin := start
	if w.body[start] == ',' {
		begin++
	}
	number, first := w.numbering.number(w.body, begin)
	if first {
		w.lookup.representations++
	} else {
		w.body = w.body[:start]
	}
	return number
}

func (w *representer) write(typeName string, object response.Value, scope response.Scope) bool {
	if w.lookup.representations > 0 {
		w.body = append(w.body, ',')
	}
	w.body = append(w.body, `{"__typename":`...)
	w.body = response.AppendString(w.body, typeName)
	w.identified, w.nullKey = false, false
	return w.members(object, w.target.Representation, scope) && w.identifies()
}

// identifies reports whether the representation names an entity. Fields of a key may be nullable,
// so null is a valid part of a key if another part has a value. A key of nulls only names nothing.
func (w *representer) identifies() bool { return w.identified || !w.nullKey }

// members writes an object's members and the closing brace. It returns false if the representation
// cannot be sent.
func (w *representer) members(
	object response.Value, members []plan.Member, scope response.Scope,
) bool {
	fit := true
	for i := range members {
		m := &members[i]
		if m.Types != nil && !m.Types.Has(w.TypeName(object)) {
			continue
		}
		w.body = appendName(w.body, m.Name)
		frame := w.Frame()
		w.inside = append(w.inside, response.Step{Key: m.Key})
		fit = w.member(w.Member(object, m.Key), m, scope) && fit
		w.inside = w.inside[:len(w.inside)-1]
		w.Rewind(frame)
	}
	w.body = append(w.body, '}')
	return fit
}

func (w *representer) member(v response.Value, m *plan.Member, scope response.Scope) bool {
	if w.Kind(v) != response.Missing {
		return w.value(v, m, scope.Field(m.Key))
	}
	failure, failed := scope.ExplainNamed(m.Key)
	if m.Identifies && !failed {
		failure, failed = scope.Explain(m.Key)
	}
	if failed && !w.lenient {
		return w.fail(failure)
	}
	return !w.lost() && w.absent(m)
}

func (w *representer) fail(failure response.Failure) bool {
	if w.failure.None() {
		w.failure = failure
	}
	return false
}

// absent writes null for a member without a value of its kind. It returns false for a part of the
// key.
func (w *representer) absent(m *plan.Member) bool {
	w.body = append(w.body, "null"...)
	return !m.Identifies
}

// null writes a null that the subgraph returned.
func (w *representer) null(m *plan.Member) bool {
	w.body = append(w.body, "null"...)
	w.nullKey = w.nullKey || m.Identifies
	return true
}

// lost reports whether a null is due to an error. Such a null is not sent, because the subgraph
// would compute a wrong value from it. Fields that need the value get the error, too.
func (w *representer) lost() bool {
	if w.lenient || !w.data.Erred() {
		return false
	}
	failure, lost := w.data.PassOn(append(w.places.path(w.at), w.inside...))
	return lost && !w.fail(failure)
}

// value writes the value of a member: a leaf unchanged, an object with the members that the plan
// selects.
func (w *representer) value(v response.Value, m *plan.Member, scope response.Scope) bool {
	kind := w.Kind(v)
	switch {
	case kind == response.Missing:
		return !w.lost() && w.absent(m)
	case kind == response.Null:
		return !w.lost() && w.null(m)
	case len(m.Members) == 0:
		w.body = append(w.body, w.Raw(v)...)
		w.identified = w.identified || m.Identifies
		return true
	case kind == response.List:
		return w.list(v, m, scope)
	case kind == response.Object:
		w.body = append(w.body, '{')
		return w.members(v, m.Members, scope.Object(w.Reader, v))
	default:
		return w.absent(m)
	}
}

func (w *representer) list(v response.Value, m *plan.Member, scope response.Scope) bool {
	w.body = append(w.body, '[')
	items := w.Items(v)
	frame := w.Frame()
	fit := true
	for i := 0; ; i++ {
		item, ok := items.Next()
		if !ok {
			w.body = append(w.body, ']')
			return fit
		}
		if i > 0 {
			w.body = append(w.body, ',')
		}
		w.inside = append(w.inside, response.Step{Index: i})
		fit = w.value(item, m, scope) && fit
		w.inside = w.inside[:len(w.inside)-1]
		w.Rewind(frame)
	}
}

// appendName starts a member of an object: a comma unless it is the first, the name and a colon.
func appendName(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(append(dst, '"'), name...)
	return append(dst, '"', ':')
}

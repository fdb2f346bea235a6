package executor

import (
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// lookup is a plan.Lookup during execution.
type lookup struct {
	plan   *plan.Lookup
	source int // the fetch
	// waiting are the objects for which it requests entities.
	waiting         []waiting
	representations int
	// marks are the marks that it put on objects, one for each reason.
	marks map[reason]int
}

// reason is why a field is missing, or all fields of the look-up if field is empty.
type reason struct {
	field   string
	failure response.Failure
}

func (l *lookup) reset() { *l = lookup{waiting: response.Keep(l.waiting)} }

// waiting is an object that waits for its entity.
type waiting struct {
	object         response.Ref
	representation int32
	place          int32
	target         int32 // the target's index
}

// place is a position in the response, as a linked list in run.places that leads to the root,
// which is the first entry.
type place struct {
	parent int
	step   response.Step
}

func (r *run) addPlace(parent int, step response.Step) int {
	r.places = response.Push(r.places, place{parent, step})
	return len(r.places) - 1
}

// path returns the position as a path, with room for more steps.
func (r *run) path(at int) response.Path {
	length := 0
	for i := at; i > 0; i = r.places[i].parent {
		length++
	}
	path := make(response.Path, length, length+4)
	for i := at; i > 0; i = r.places[i].parent {
		length--
		path[length] = r.places[i].step
	}
	return path
}

// mark marks an object: the fields of the look-up are missing, for this reason.
func (r *run) mark(l *lookup, object response.Ref, why reason) {
	mark, known := l.marks[why]
	if !known {
		selections := l.plan.Selections
		if why.field != "" {
			selections = l.plan.Only(why.field)
		}
		mark = r.data.AddMark(response.Mark{
			Failure: why.failure, Selections: selections, Renames: l.plan.Renames, Source: l.source,
		})
		if l.marks == nil {
			l.marks = map[reason]int{}
		}
		l.marks[why] = mark
	}
	r.data.MarkObject(object, mark)
}

func (r *run) markAll(l *lookup, failure response.Failure) {
	for _, w := range l.waiting {
		r.mark(l, w.object, reason{failure: failure})
	}
}

// appendLookup writes the variable with a look-up's representations, each once even if several
// objects have it. A look-up of root fields has none; for it, appendLookup only finds the objects.
func (r *run) appendLookup(body []byte, c *call, index int) []byte {
	p := &c.fetch.Lookups[index]
	l := &c.lookups[index]
	l.plan, l.source = p, c.fetch.ID
	if !p.Root {
		body = append(appendName(body, p.Variable), '[')
	}
	if response.AnyHolds(p.Conditions, r.request.Variables) {
		w := representer{run: r, Reader: r.reader, lookup: l, body: body}
		r.known.reset()
		w.known = &r.known
		for i := range p.Targets {
			w.target, w.number = &p.Targets[i], i
			if !w.stroll() {
				frame := w.Frame()
				w.walk(w.Root(), 0, 0, r.data.RootScope())
				w.Rewind(frame)
			}
		}
		body = w.body
	}
	if !p.Root {
		body = append(body, ']')
	}
	return body
}

// representer walks to the targets of a look-up and writes the representations of the objects
// there.
type representer struct {
	*run
	*response.Reader
	lookup *lookup
	target *plan.Target
	number int // the target's index
	body   []byte
	known  *known
	// grouping is nil if no value comes from a context.
	grouping *grouping
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

// walk visits the objects at the end of the target's path, starting from a value at some depth of
// it.
func (w *representer) walk(v response.Value, depth, at int, scope response.Scope) {
	switch w.Kind(v) {
	case response.List:
		items := w.Items(v)
		frame := w.Frame()
		for i := 0; ; i++ {
			item, ok := items.Next()
			if !ok {
				return
			}
			w.walk(item, depth, w.addPlace(at, response.Step{Index: i}), scope)
			w.Rewind(frame)
		}
	case response.Object:
		scope = scope.Object(w.Reader, v)
		if w.grouping != nil {
			w.grouping.pass(depth, passed{v, at, scope})
		}
		if depth == len(w.target.Path) {
			w.arrive(v, at, scope)
			return
		}
		step := &w.target.Path[depth]
		if step.Types != nil && !step.Types.Has(w.TypeName(v)) {
			return
		}
		w.walk(w.Member(v, step.Key), depth+1, w.addPlace(at, response.Step{Key: step.Key}), scope.Field(step.Key))
	}
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
			w.mark(w.lookup, object.Ref(), reason{failure: w.failure})
		}
		return
	}
	w.wait(object, w.numberOf(start), at)
}

// wait lets the object wait for the entity of a representation.
func (w *representer) wait(object response.Value, representation, at int) {
	w.lookup.waiting = response.Push(w.lookup.waiting, waiting{object.Ref(), int32(representation), int32(at), int32(w.number)})
}

// numberOf returns the number of the latest representation, and removes it from the body if it is
// not new. It starts with a comma unless it is the first.
func (w *representer) numberOf(start int) int {
	begin := start
	if w.body[start] == ',' {
		begin++
	}
	number, first := w.known.number(w.body, begin)
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
func (w *representer) members(object response.Value, members []plan.Member, scope response.Scope) bool {
	fit := true
	for i := range members {
		m := &members[i]
		if m.Types != nil && !m.Types.Has(w.TypeName(object)) {
			continue
		}
		w.body = appendName(w.body, m.Name)
		if w.quick(object, m) {
			continue
		}
		frame := w.Frame()
		w.inside = append(w.inside, response.Step{Key: m.Key})
		fit = w.member(w.Member(object, m.Key), m, scope) && fit
		w.inside = w.inside[:len(w.inside)-1]
		w.Rewind(frame)
	}
	w.body = append(w.body, '}')
	return fit
}

// quick writes a leaf member that has a value.
func (w *representer) quick(object response.Value, m *plan.Member) bool {
	if len(m.Members) > 0 || w.request.Plain {
		return false
	}
	raw, ok := w.Leaf(object, m.Key)
	if ok {
		w.body = append(w.body, raw...)
		w.identified = w.identified || m.Identifies
	}
	return ok
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
	failure, lost := w.data.PassOn(append(w.path(w.at), w.inside...))
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

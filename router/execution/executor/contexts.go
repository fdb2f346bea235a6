package executor

import (
	"bytes"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// grouping holds a look-up's objects, grouped by the values of their contextual arguments. Each
// group is a look-up of its own in the same request.
type grouping struct {
	groups []*group
	// unavailable puts marks on the objects whose values are unavailable.
	unavailable lookup
	// trail holds the objects on the path from the root to the current object.
	trail []passed
}

type passed struct {
	object response.Value
	at     int // its position
	scope  response.Scope
}

// group holds the objects with the same values, which are variables in JSON.
type group struct {
	values    [][]byte
	lookup    lookup
	numbering numbering
	body      []byte // representations
}

func contextual(f *plan.Fetch) bool {
	return slices.ContainsFunc(f.Lookups, func(l plan.Lookup) bool { return l.Contextual() })
}

// pass records an object on the path.
func (g *grouping) pass(depth int, object passed) {
	g.trail = append(g.trail[:depth], object)
}

// represent writes an object's representation into the object's group.
func (g *grouping) represent(w *representer, object response.Value, at int, scope response.Scope) {
	w.lookup, w.failure = &g.unavailable, response.Failure{}
	values, ok := w.contextValues(g.trail)
	if !ok {
		if w.failure.None() {
			w.failure = response.Failure{
				Code:    codeContextNull,
				Message: "The field needs a value from an object above it, and that value is null.",
			}
		}
		w.lookup.mark(&w.data, object.Ref(), reason{failure: w.failure})
		return
	}
	own := g.groupOf(values)
	w.lookup, w.numbering, w.body = &own.lookup, &own.numbering, own.body
	w.represent(object, at, scope)
	own.body = w.body
}

func (g *grouping) groupOf(values [][]byte) *group {
	for _, known := range g.groups {
		if slices.EqualFunc(known.values, values, bytes.Equal) {
			return known
		}
	}
	empty := lookup{plan: g.unavailable.plan, source: g.unavailable.source}
	added := &group{values: values, lookup: empty}
	added.numbering.reset()
	g.groups = append(g.groups, added)
	return added
}

// contextValues returns the values of all contexts of the target in JSON, or false if one is
// unavailable.
func (w *representer) contextValues(trail []passed) (values [][]byte, ok bool) {
	for i := range w.target.Contexts {
		w.body = nil
		frame := w.Frame()
		ok := w.contextValue(&w.target.Contexts[i], trail)
		w.Rewind(frame)
		if !ok {
			return nil, false
		}
		values = append(values, w.body)
	}
	return values, true
}

// contextValue writes the value from the nearest object that sets the context.
func (w *representer) contextValue(c *plan.ContextValue, trail []passed) bool {
	for i := range c.Sources {
		source := &c.Sources[i]
		at := trail[source.Depth]
		if source.Types == nil || source.Types.Has(w.TypeName(at.object)) {
			w.at, w.inside = at.at, w.inside[:0]
			return w.contextMember(at.object, &source.Member, c.Type, at.scope)
		}
	}
	return w.contextNull(c.Type)
}

func (w *representer) contextNull(t *ast.Type) bool {
	w.body = append(w.body, "null"...)
	return !t.NonNull
}

func (w *representer) contextMember(
	object response.Value, m *plan.Member, t *ast.Type, scope response.Scope,
) bool {
	w.inside = append(w.inside, response.Step{Key: m.Key})
	defer func() { w.inside = w.inside[:len(w.inside)-1] }()
	v := w.Member(object, m.Key)
	if w.Kind(v) == response.Missing {
		if failure, failed := scope.ExplainNamed(m.Key); failed {
			return w.fail(failure)
		}
	}
	return w.contextItem(v, m, t, scope.Field(m.Key))
}

func (w *representer) contextItem(
	v response.Value, m *plan.Member, t *ast.Type, scope response.Scope,
) bool {
	switch kind := w.Kind(v); {
	case kind == response.Null || kind == response.Missing:
		return !w.lost() && w.contextNull(t)
	case len(m.Members) == 0:
		w.body = append(w.body, w.Raw(v)...)
		return true
	case kind == response.List && t.Elem != nil:
		return w.contextList(v, m, t, scope)
	case kind == response.Object:
		return w.contextBelow(v, m, t, scope.Object(w.Reader, v))
	default:
		return w.contextNull(t)
	}
}

func (w *representer) contextBelow(
	object response.Value, m *plan.Member, t *ast.Type, scope response.Scope,
) bool {
	for i := range m.Members {
		below := &m.Members[i]
		if below.Name != "__typename" && (below.Types == nil || below.Types.Has(w.TypeName(object))) {
			return w.contextMember(object, below, t, scope)
		}
	}
	return w.contextNull(t)
}

func (w *representer) contextList(
	v response.Value, m *plan.Member, t *ast.Type, scope response.Scope,
) bool {
	w.body = append(w.body, '[')
	items := w.Items(v)
	for n := 0; ; n++ {
		item, ok := items.Next()
		if !ok {
			w.body = append(w.body, ']')
			return true
		}
		if n > 0 {
			w.body = append(w.body, ',')
		}
		w.inside = append(w.inside, response.Step{Index: n})
		fits := w.contextItem(item, m, t.Elem, scope)
		w.inside = w.inside[:len(w.inside)-1]
		if !fits {
			return false
		}
	}
}

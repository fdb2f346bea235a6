package response

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// Scope holds the marks on an object, and the marks on objects around it whose fetches select
// something inside this one, innermost last.
type Scope []scoped

// scoped is a mark, and the part of its selections that applies to this position.
type scoped struct {
	mark       *Mark
	selections []plan.Selection
}

// RootScope returns the scope of the root's fields.
func (d *Data) RootScope() Scope {
	var scope Scope
	for _, i := range d.rootMarks {
		scope = append(scope, scoped{&d.marks[i], d.marks[i].Selections})
	}
	bySource := func(a, b scoped) int { return cmp.Compare(a.mark.Source, b.mark.Source) }
	slices.SortStableFunc(scope, bySource)
	return scope
}

// Object returns the scope of an object's fields, which includes the object's own marks.
func (s Scope) Object(r *Reader, object Value) Scope {
	if len(r.tree.marks) == 0 {
		return s
	}
	s = s[:len(s):len(s)]
	for _, seat := range object.seats {
		for at := r.tree.node(seat.Ref).link; at != 0; at = r.tree.links[at].next {
			if i := r.tree.links[at].mark; i >= 0 {
				s = append(s, scoped{&r.tree.marks[i], r.tree.marks[i].Selections})
			}
		}
	}
	return s
}

// Field returns the scope inside a field's value.
func (s Scope) Field(key string) Scope {
	if len(s) == 0 {
		return nil
	}
	var inner Scope
	for _, m := range s {
		if below := m.mark.under(m.selections, key, nil); len(below) > 0 {
			inner = append(inner, scoped{m.mark, below})
		}
	}
	return inner
}

// Explain returns why the field is missing, or false if no fetch failed. The nearest failed fetch
// for the field explains it; if there is none, the nearest failed fetch of any fields does.
func (s Scope) Explain(key string) (Failure, bool) {
	if failure, failed := s.ExplainNamed(key); failed || s.answered(key) {
		return failure, failed
	}
	for _, m := range slices.Backward(s) {
		if !m.mark.Failure.None() {
			return m.mark.Failure, true
		}
	}
	return Failure{}, false
}

// ExplainNamed is Explain for fetches of this field only.
func (s Scope) ExplainNamed(key string) (Failure, bool) {
	for _, m := range slices.Backward(s) {
		if !m.mark.Failure.None() && m.mark.names(m.selections, key) {
			return m.mark.Failure, true
		}
	}
	return Failure{}, false
}

// answered reports whether a subgraph was asked for the field and does not know the entity.
func (s Scope) answered(key string) bool {
	return slices.ContainsFunc(s, func(m scoped) bool {
		return m.mark.Failure.None() && m.mark.names(m.selections, key)
	})
}

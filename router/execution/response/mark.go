package response

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// Mark says why fields are missing from an object: the fetch for them failed, or could not be sent
// because one that it needs failed.
type Mark struct {
	// Failure is the error for each of the fields. The zero Failure is no error: the subgraph does
	// not know the entity, or there was no key with which to request it. Then the fields are null.
	Failure Failure
	// Selections are the fields that the fetch was for.
	Selections []plan.Selection
	Renames    []plan.Rename
	// Source is the number of the fetch.
	Source int
}

// Failure is the reason, for clients, why a subgraph's data is missing.
type Failure struct {
	Code      string
	Message   string
	Subgraph  string
	Retryable bool
	// Passed is true if the subgraph itself reported the failure. Then Retryable has no meaning.
	Passed bool
	// Extensions are further members of the error's extensions, as JSON text; each begins with a
	// comma.
	Extensions string
}

// None reports whether there is no failure.
func (f Failure) None() bool { return f.Code == "" }

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
	slices.SortStableFunc(scope, func(a, b scoped) int { return cmp.Compare(a.mark.Source, b.mark.Source) })
	return scope
}

// Object returns the scope of an object's fields, which includes the object's own marks.
func (s Scope) Object(r *Reader, object Value) Scope {
	if len(r.data.marks) == 0 {
		return s
	}
	s = s[:len(s):len(s)]
	for _, seat := range object.seats {
		for at := r.data.node(seat.Ref).link; at != 0; at = r.data.links[at].next {
			if i := r.data.links[at].mark; i >= 0 {
				s = append(s, scoped{&r.data.marks[i], r.data.marks[i].Selections})
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
	return s.explain(key, true)
}

// ExplainNamed is Explain for fetches of this field only.
func (s Scope) ExplainNamed(key string) (Failure, bool) {
	return s.explain(key, false)
}

// answered reports whether a subgraph was asked for the field and does not know the entity.
func (s Scope) answered(key string) bool {
	return slices.ContainsFunc(s, func(m scoped) bool { return m.mark.Failure.None() && m.mark.names(m.selections, key) })
}

func (s Scope) explain(key string, lastResort bool) (Failure, bool) {
	answered := false
	for i := len(s) - 1; i >= 0; i-- {
		if !s[i].mark.names(s[i].selections, key) {
			continue
		}
		if failure := s[i].mark.Failure; !failure.None() {
			return failure, true
		}
		answered = true
	}
	if answered || !lastResort {
		return Failure{}, false
	}
	for i := len(s) - 1; i >= 0; i-- {
		if failure := s[i].mark.Failure; !failure.None() {
			return failure, true
		}
	}
	return Failure{}, false
}

// names reports whether the selections contain a field with the key, in any fragment.
func (m *Mark) names(selections []plan.Selection, key string) bool {
	for i := range selections {
		s := &selections[i]
		if s.Name == "" && m.names(s.Selections, key) || s.Name != "" && m.isKey(s, key) {
			return true
		}
	}
	return false
}

func (m *Mark) under(selections []plan.Selection, key string, into []plan.Selection) []plan.Selection {
	for i := range selections {
		switch s := &selections[i]; {
		case s.Name == "":
			into = m.under(s.Selections, key, into)
		case m.isKey(s, key):
			into = append(into, s.Selections...)
		}
	}
	return into
}

// isKey reports whether the field has the key in the response's data, after any rename.
func (m *Mark) isKey(s *plan.Selection, key string) bool {
	asked := s.Key()
	if asked == key {
		return true
	}
	for _, rename := range m.Renames {
		if rename.From == asked && rename.To == key {
			return true
		}
	}
	return false
}

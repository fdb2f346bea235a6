package response

import "github.com/trefoil-graph/trefoil/router/query/plan"

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
	// Extensions are further members of the error's extensions in JSON; each begins with a comma.
	Extensions string
}

// None reports whether there is no failure.
func (f Failure) None() bool { return f.Code == "" }

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

func (m *Mark) under(
	selections []plan.Selection, key string, into []plan.Selection,
) []plan.Selection {
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

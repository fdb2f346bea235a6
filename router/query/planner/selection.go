package planner

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// selection is a selection set of one fetch at one position.
type selection struct {
	node *querygraph.Node
	// possible are the object types that can occur there: the subgraph's, without those that other
	// subgraphs do not know.
	possible querygraph.Set
	// typed is true if __typename must be selected, because the response cannot know the types
	// otherwise.
	typed bool
	// present are the conditions under which only the presence and the types of the objects are
	// requested.
	present [][]operation.Condition
	entries []*entry
	// byKey holds the last entry of each key and directives. It is used if there are many entries.
	byKey map[string]*entry
}

// entry is a field in a selection set.
type entry struct {
	field      *field
	types      querygraph.Set // nil for all
	conditions []operation.Condition
	edge       *querygraph.Edge
	below      *selection // nil for leaves
	before     *entry     // the previous entry with the same key and directives, for byKey
}

// add returns an entry for the field, and makes one if no existing entry can stand for it.
func (s *selection) add(
	f *field, conditions []operation.Condition, types querygraph.Set, edge *querygraph.Edge,
) *entry {
	if s.node.InterfaceObject {
		types = nil // it does not distinguish types
	}
	if e := s.find(f, conditions, types); e != nil {
		return e
	}
	e := &entry{field: f, types: types, conditions: conditions, edge: edge}
	s.entries = append(s.entries, e)
	switch {
	case s.byKey != nil:
		s.index(e)
	case len(s.entries) > few:
		s.byKey = make(map[string]*entry, 2*len(s.entries))
		for _, e := range s.entries {
			s.index(e)
		}
	}
	return e
}

func (s *selection) index(e *entry) {
	key := e.field.key + e.field.directed
	e.before = s.byKey[key]
	s.byKey[key] = e
}

// find returns an entry that can stand for the field.
func (s *selection) find(f *field, conditions []operation.Condition, types querygraph.Set) *entry {
	if s.byKey != nil {
		for e := s.byKey[f.key+f.directed]; e != nil; e = e.before {
			if e.standsFor(f, conditions, types) {
				return e
			}
		}
		return nil
	}
	for _, e := range s.entries {
		if e.field.key == f.key && e.standsFor(f, conditions, types) {
			return e
		}
	}
	return nil
}

func (e *entry) standsFor(f *field, conditions []operation.Condition, types querygraph.Set) bool {
	if e.field.signature != f.signature || e.field.directed != f.directed {
		return false
	}
	same := e.types == nil && types == nil || e.types != nil && types != nil && e.types.Equal(types)
	if same && slices.Equal(e.conditions, conditions) {
		return true
	}
	wider := e.types == nil || types != nil && e.types.Has(types)
	return f.input && wider && len(e.conditions) == 0
}

// merge adds the selections of another set at the same position and of the same type.
func (s *selection) merge(other *selection) {
	s.present = append(s.present, other.present...)
	for _, theirs := range other.entries {
		ours := s.add(theirs.field, theirs.conditions, theirs.types, theirs.edge)
		switch {
		case ours == theirs || theirs.below == nil:
		case ours.below == nil:
			ours.below = theirs.below
		default:
			ours.below.merge(theirs.below)
		}
	}
}

package planner

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/querygraph"
)

// selection is a selection set of one fetch, at one spot.
type selection struct {
	node *querygraph.Node
	// possible are the object types that can be there: all that the subgraph knows, but for those that others do not.
	possible querygraph.Set
	// typed: the objects' types must be asked, since the response cannot know them otherwise.
	typed bool
	// present are the conditions under which the objects are asked for, with their types, whatever is asked of them.
	present [][]operation.Condition
	entries []*entry
	byKey   map[string]*entry // the last of each key with its directives, once they are many
}

// entry is a field in a selection set.
type entry struct {
	item       *item
	types      querygraph.Set // nil: all
	conditions []operation.Condition
	edge       *querygraph.Edge
	below      *selection // nil for leaves
	before     *entry     // of its key and directives, where the set's are found by key
}

// add returns the entry of a field, a new one if none can stand for it.
func (s *selection) add(it *item, types querygraph.Set, edge *querygraph.Edge) *entry {
	if s.node.InterfaceObject {
		types = nil // it tells none apart
	}
	if e := s.find(it, types); e != nil {
		return e
	}
	e := &entry{item: it, types: types, conditions: it.conditions, edge: edge}
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
	key := e.item.key + e.item.directed
	e.before = s.byKey[key]
	s.byKey[key] = e
}

// find returns an entry that can stand for the field.
func (s *selection) find(it *item, types querygraph.Set) *entry {
	if s.byKey != nil {
		for e := s.byKey[it.key+it.directed]; e != nil; e = e.before {
			if e.standsFor(it, types) {
				return e
			}
		}
		return nil
	}
	for _, e := range s.entries {
		if e.item.key == it.key && e.standsFor(it, types) {
			return e
		}
	}
	return nil
}

func (e *entry) standsFor(it *item, types querygraph.Set) bool {
	if e.item.signature != it.signature || e.item.directed != it.directed {
		return false
	}
	same := e.types == nil && types == nil || e.types != nil && types != nil && e.types.Equal(types)
	if same && slices.Equal(e.conditions, it.conditions) {
		return true
	}
	wider := e.types == nil || types != nil && e.types.Has(types)
	return it.input && wider && len(e.conditions) == 0
}

// merge adds what another set at the same spot, of the same type, selects.
func (s *selection) merge(other *selection) {
	s.present = append(s.present, other.present...)
	for _, theirs := range other.entries {
		ours := s.add(theirs.item, theirs.types, theirs.edge)
		switch {
		case ours == theirs || theirs.below == nil:
		case ours.below == nil:
			ours.below = theirs.below
		default:
			ours.below.merge(theirs.below)
		}
	}
}

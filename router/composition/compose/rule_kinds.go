package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

// mergeKinds checks that a type has the same kind everywhere, where an @interfaceObject counts as
// an interface, and that some subgraph defines it.
func (m *merge) mergeKinds() {
	mismatched := map[*mergedType]bool{}
	for _, t := range m.types {
		var kinds []string
		for _, s := range t.sources {
			kind := s.Kind
			if s.InterfaceObject {
				kind = ast.Interface
			}
			t.out.Kind = kind
			kinds = append(kinds, string(kind))
		}
		if len(slices.Compact(slices.Sorted(slices.Values(kinds)))) > 1 {
			m.fail(federation.TypeKindMismatch, m.places(t),
				"type %q is %s; give it the same kind everywhere, or another name",
				t.out.Name, variants(t.subgraphs(m), kinds))
			mismatched[t] = true
		}
		if t.lacksBase() && !subgraph.IsRoot(t.out.Name) {
			m.fail(federation.ExtensionWithNoBase, m.places(t),
				"type %q is extended in %s, but no subgraph defines it; "+
					"write it without extend in one of them", t.out.Name, in(t.subgraphs(m)))
		}
	}
	// No other rule applies to a type without a single kind.
	m.types = slices.DeleteFunc(m.types, func(t *mergedType) bool { return mismatched[t] })
}

// lacksBase reports whether a subgraph needs another one to define the type, and none does.
func (t *mergedType) lacksBase() bool {
	var defining []typeSource
	for _, s := range t.sources {
		if s.Defines {
			defining = append(defining, s)
		}
	}
	return slices.ContainsFunc(t.sources, func(s typeSource) bool {
		return s.NeedsBase &&
			!slices.ContainsFunc(defining, func(o typeSource) bool { return o.id != s.id })
	})
}

func (t *mergedType) subgraphs(m *merge) []string {
	var names []string
	for _, s := range t.sources {
		names = append(names, m.name(s.id))
	}
	return names
}

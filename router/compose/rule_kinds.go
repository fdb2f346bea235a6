package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// mergeKinds: a type is of the same kind everywhere, an @interfaceObject counting as the interface that it stands for; and
// it is defined somewhere, not only extended.
func (m *merge) mergeKinds() {
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
			m.fail(federation.TypeKindMismatch, m.places(t), "type %q is %s; give it the same kind everywhere, or another name",
				t.out.Name, variants(t.subgraphs(m), kinds))
		}
		isExtension := func(s typeSource) bool { return s.Extension }
		if !slices.ContainsFunc(t.sources, func(s typeSource) bool { return !isExtension(s) }) && t.out.Name != "Query" &&
			t.out.Name != "Mutation" && t.out.Name != "Subscription" {
			m.fail(federation.ExtensionWithNoBase, m.places(t),
				"type %q is extended in %s, but no subgraph defines it; write it without extend in one of them", t.out.Name, in(t.subgraphs(m)))
		}
	}
}

func (t *mergedType) subgraphs(m *merge) []string {
	var names []string
	for _, s := range t.sources {
		names = append(names, m.name(s.id))
	}
	return names
}

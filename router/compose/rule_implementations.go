package compose

import (
	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// checkImplementations: a type that implements an interface has all of its merged fields.
func (m *merge) checkImplementations() {
	for _, t := range m.types {
		for _, membership := range t.out.Interfaces {
			i := m.byName[membership.Name]
			if i == nil {
				continue
			}
			for _, f := range i.out.Fields {
				if fieldOf(t.out, f.Name) == nil {
					m.fail(federation.InterfaceFieldNoImplem, m.places(t),
						"interface field %s.%s of %s is not in type %q, which implements the interface in %s; add the field there, or to another subgraph's %q",
						i.out.Name, f.Name, in(m.joinNames(f.Joins)), t.out.Name, in(m.names(membership.Subgraphs)), t.out.Name)
				}
			}
		}
	}
}

func (m *merge) joinNames(joins []supergraph.FieldJoin) []string {
	var names []string
	for _, j := range joins {
		names = append(names, m.name(j.Subgraph))
	}
	return names
}

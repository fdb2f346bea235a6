package compose

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// mergeInterfaces gives a type the interfaces that it implements in any subgraph.
func (m *merge) mergeInterfaces() {
	for _, t := range m.types {
		for _, s := range t.sources {
			for _, name := range s.Interfaces {
				t.out.Interfaces = addMembership(t.out.Interfaces, name, s.id)
			}
		}
	}
}

// mergeUnions gives a union the members that it has in any subgraph.
func (m *merge) mergeUnions() {
	for _, t := range m.types {
		if t.out.Kind != ast.Union {
			continue
		}
		for _, s := range t.sources {
			for _, name := range s.Types {
				t.out.Members = addMembership(t.out.Members, name, s.id)
			}
		}
		for _, member := range t.out.Members {
			if len(member.Subgraphs) < len(t.sources) {
				m.note(federation.HintInconsistentUnionMember, t.out.Name, m.places(t),
					"union %q has member %q only in %s",
					t.out.Name, member.Name, in(m.names(member.Subgraphs)))
			}
		}
	}
}

func (m *merge) names(ids []supergraph.SubgraphID) []string {
	names := make([]string, len(ids))
	for i, id := range ids {
		names[i] = m.name(id)
	}
	return names
}

func addMembership(
	list []supergraph.Membership, name string, id supergraph.SubgraphID,
) []supergraph.Membership {
	for i := range list {
		if list[i].Name == name {
			if !list[i].In(id) {
				list[i].Subgraphs = append(list[i].Subgraphs, id)
			}
			return list
		}
	}
	return append(list, supergraph.Membership{Name: name, Subgraphs: []supergraph.SubgraphID{id}})
}

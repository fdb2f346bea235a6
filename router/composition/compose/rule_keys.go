package compose

import (
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// mergeKeys records which subgraph knows which type, with its keys. All subgraphs have a Query,
// which has the entities.
func (m *merge) mergeKeys() {
	for _, t := range m.types {
		for _, s := range t.sources {
			join := supergraph.TypeJoin{
				Subgraph:        s.id,
				InterfaceObject: s.InterfaceObject,
				Extension:       s.Extension && s.schema.Version.AtLeast(2, 0),
			}
			for _, key := range s.Keys {
				join.Keys = append(join.Keys, supergraph.Key{
					Fields: key.Selections, Resolvable: key.Resolvable,
				})
			}
			t.out.Joins = append(t.out.Joins, join)
		}
	}
	if m.schema.Query != "" {
		m.joinQuery(m.byName[m.schema.Query].out)
	}
}

func (m *merge) joinQuery(query *supergraph.Type) {
	joins := make([]supergraph.TypeJoin, len(m.subgraphs))
	for id := range m.subgraphs {
		joins[id].Subgraph = supergraph.SubgraphID(id)
	}
	for _, join := range query.Joins {
		joins[join.Subgraph] = join
	}
	query.Joins = joins
}

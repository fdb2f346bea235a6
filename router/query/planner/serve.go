package planner

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// serving returns those of the places that serve the field.
func serving(graph *querygraph.Graph, places []*place, it *item) []*place {
	n := 0
	for n < len(places) && serves(graph, places[n], it) != nil {
		n++
	}
	serving := slices.Clip(places[:n]) // usually these are all
	for i := n + 1; i < len(places); i++ {
		if serves(graph, places[i], it) != nil {
			serving = append(serving, places[i])
		}
	}
	return serving
}

// serves returns the edge by which the subgraph serves the field at the place without input from
// other subgraphs. It returns nil if there is none.
func serves(graph *querygraph.Graph, p *place, it *item) *querygraph.Edge {
	if p.jump != nil && p.jump.single() {
		return nil // the jump serves a single field, and is an option for that one already
	}
	if !p.tells(it) {
		return nil
	}
	if p.branch.object != "" || p.node.InterfaceObject {
		return graph.Usable(p.node, p.provides, it.name)
	}
	types := p.node.Possible.And(p.branch.spot.possible)
	if it.types != nil {
		types = types.And(it.types)
	}
	own := p.node.Field(it.name) // the interface's own field, if there is one
	var common *querygraph.Edge
	for _, object := range graph.Names(types) {
		edge := graph.Usable(graph.Node(object, p.node.Subgraph), p.provides, it.name)
		if edge == nil {
			return nil
		}
		if common != nil && !alike(edge, common) {
			return own // through the interface, or else for each type
		}
		common = edge
	}
	switch {
	case common == nil && it.types == nil:
		return own // no object type is possible here, or none on which all subgraphs agree
	case common != nil && own != nil && own.Type.Name() == common.Type.Name():
		return own
	default:
		return common
	}
}

// edge returns how the place serves a field for which it is an option.
func edgeOf(graph *querygraph.Graph, p *place, it *item) *querygraph.Edge {
	if edge := serves(graph, p, it); edge != nil {
		return edge
	}
	return p.node.Field(it.name)
}

// alike reports whether the fields of two object types lead to equal places.
func alike(x, y *querygraph.Edge) bool {
	return x.Type.Name() == y.Type.Name() && federation.PrintFieldSet(x.Provides) == federation.PrintFieldSet(y.Provides)
}

func providedBelow(graph *querygraph.Graph, p *place, edge *querygraph.Edge) []ast.SelectionSet {
	return graph.ProvidedBelow(querygraph.Place{Node: p.node, Provides: p.provides}, edge)
}

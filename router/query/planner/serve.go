package planner

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// serving returns those of the candidates that serve the field.
func serving(graph *querygraph.Graph, candidates []*candidate, f *field) []*candidate {
	n := 0
	for n < len(candidates) && serves(graph, candidates[n], f) != nil {
		n++
	}
	serving := slices.Clip(candidates[:n]) // usually these are all
	for i := n + 1; i < len(candidates); i++ {
		if serves(graph, candidates[i], f) != nil {
			serving = append(serving, candidates[i])
		}
	}
	return serving
}

// serves returns the edge by which the subgraph serves the field at the candidate without input
// from other subgraphs. It returns nil if there is none.
func serves(graph *querygraph.Graph, c *candidate, f *field) *querygraph.Edge {
	if c.fetch != nil && c.fetch.single() {
		return nil // the entity fetch serves a single field, and is an option for that one already
	}
	if !c.isExactFor(f) {
		return nil
	}
	if c.branch.object != "" || c.node.InterfaceObject {
		return graph.Usable(c.node, c.provides, f.name)
	}
	types := c.node.Possible.And(c.branch.position.possible)
	if f.types != nil {
		types = types.And(f.types)
	}
	own := c.node.Field(f.name) // the interface's own field, if there is one
	var common *querygraph.Edge
	for _, object := range graph.Names(types) {
		edge := graph.Usable(graph.Node(object, c.node.Subgraph), c.provides, f.name)
		if edge == nil {
			return nil
		}
		if common != nil && !alike(edge, common) {
			return own // through the interface, or else for each type
		}
		common = edge
	}
	switch {
	case common == nil && f.types == nil:
		return own // no object type is possible here, or none on which all subgraphs agree
	case common != nil && own != nil && own.Type.Name() == common.Type.Name():
		return own
	default:
		return common
	}
}

// edgeOf returns how the candidate serves a field for which it is an option.
func edgeOf(graph *querygraph.Graph, c *candidate, f *field) *querygraph.Edge {
	if edge := serves(graph, c, f); edge != nil {
		return edge
	}
	return c.node.Field(f.name)
}

// alike reports whether the fields of two object types lead to equal candidates.
func alike(x, y *querygraph.Edge) bool {
	return x.Type.Name() == y.Type.Name() &&
		federation.PrintFieldSet(x.Provides) == federation.PrintFieldSet(y.Provides)
}

func providedBelow(
	graph *querygraph.Graph, c *candidate, edge *querygraph.Edge,
) []ast.SelectionSet {
	return graph.ProvidedBelow(querygraph.Place{Node: c.node, Provides: c.provides}, edge)
}

package querygraph

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// Place is a position at which objects can be resolved: a type in a subgraph, and the @provides
// that apply there.
type Place struct {
	Node     *Node
	Provides []ast.SelectionSet
	// Undivided is true for an interface object that stands for objects of more than one type. The
	// subgraph is asked there only for what all of them need, such as the fields of a key.
	Undivided bool
}

// Usable returns the node's field if its subgraph resolves it, by itself or because of a
// @provides, without needing values from other subgraphs.
func (g *Graph) Usable(node *Node, provides []ast.SelectionSet, field string) *Edge {
	edge := node.Field(field)
	if edge == nil || edge.Needy() {
		return nil
	}
	if edge.External {
		if _, provided := g.Provided(provides, node.Possible, field); !provided {
			return nil
		}
	}
	return edge
}

// Provided finds a field for objects of the types in @provides selections, and returns the
// selections below it.
func (g *Graph) Provided(
	sets []ast.SelectionSet, types Set, field string,
) (below []ast.SelectionSet, found bool) {
	for _, set := range sets {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if s.Name == field {
					found = true
					below = append(below, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if s.TypeCondition != "" && !g.Possible(s.TypeCondition).Has(types) {
					continue
				}
				inner, ok := g.Provided([]ast.SelectionSet{s.SelectionSet}, types, field)
				found = found || ok
				below = append(below, inner...)
			}
		}
	}
	return below, found
}

// ProvidedBelow returns the @provides that apply below a field of the place.
func (g *Graph) ProvidedBelow(p Place, edge *Edge) []ast.SelectionSet {
	below, _ := g.Provided(p.Provides, p.Node.Possible, edge.Name)
	if len(edge.Provides) > 0 {
		below = append(below, edge.Provides)
	}
	return below
}

// Below returns the place to which a field leads; the node is nil for leaves.
func (g *Graph) Below(p Place, edge *Edge) Place {
	return Place{Node: g.Node(edge.Type.Name(), edge.Subgraph), Provides: g.ProvidedBelow(p, edge)}
}

// Targets returns the nodes whose keys can look up an object of the type: nodes of the type
// itself, and of its interfaces if they are interface objects. Objects of the root query type need
// no keys.
func (g *Graph) Targets(object string) []*Node { return g.targets[object] }

func (g *Graph) findTargets(object string) []*Node {
	if object == g.Schema.Query || object == g.Schema.Mutation {
		return g.byType[object]
	}
	targets := withKeys(nil, g.byType[object], false)
	for _, i := range g.implFor[object] {
		targets = withKeys(targets, g.byType[i], true)
	}
	return targets
}

// InterfaceTargets returns the nodes whose keys can look up objects of an abstract type of which
// the types are unknown: interface objects, and if untyped is set, also interfaces in subgraphs
// that know the types.
func (g *Graph) InterfaceTargets(abstract string, untyped bool) []*Node {
	return withKeys(nil, g.byType[abstract], !untyped)
}

func withKeys(targets, nodes []*Node, onlyInterfaceObjects bool) []*Node {
	for _, node := range nodes {
		if len(node.Keys) > 0 && (node.InterfaceObject || !onlyInterfaceObjects) {
			targets = append(targets, node)
		}
	}
	return targets
}

// Cast returns the place of one object type of an abstract place, or false if the subgraph has no
// such object there.
func (g *Graph) Cast(p Place, object string) (Place, bool) {
	if p.Node.InterfaceObject {
		p.Undivided = p.Node.Possible.Len() > 1
		return p, true
	}
	if p.Node.Type == object {
		return p, true
	}
	if !p.Node.Possible.Has(g.Object(object)) {
		return Place{}, false
	}
	return Place{Node: g.Node(object, p.Node.Subgraph), Provides: p.Provides}, true
}

// Selected returns the part of a selection that applies to objects of a type.
func (g *Graph) Selected(set ast.SelectionSet, object string) ast.SelectionSet {
	var applies ast.SelectionSet
	for _, selection := range set {
		fragment, ok := selection.(*ast.InlineFragment)
		switch {
		case !ok:
			applies = append(applies, selection)
		case fragment.TypeCondition == "" || g.Possible(fragment.TypeCondition).Has(g.Object(object)):
			applies = append(applies, g.Selected(fragment.SelectionSet, object)...)
		}
	}
	return applies
}

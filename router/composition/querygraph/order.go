package querygraph

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// Subgraphs that know different members of a type, or different values of an enum, can answer
// differently. The choice between two equally good plans must then not depend on the subgraphs'
// names.

// Contested reports whether subgraphs know different object types of an interface or union, or a
// subgraph has a narrower type instead of it for some field.
func (g *Graph) Contested(typ string) bool { return g.contested[typ] }

// Rank returns the subgraph's position in the order of names. If a type is contested, or subgraphs
// know different values of an enum, the order is that of the subgraphs' schemas, and names decide
// only between equal ones.
func (g *Graph) Rank(id supergraph.SubgraphID) int { return g.ranks[id] }

// Ranked lists the subgraphs by rank.
func (g *Graph) Ranked() []supergraph.SubgraphID {
	list := make([]supergraph.SubgraphID, len(g.ranks))
	for id, rank := range g.ranks {
		list[rank] = supergraph.SubgraphID(id)
	}
	return list
}

// order ranks the subgraphs, and sorts the nodes of each type by rank.
func (g *Graph) order() {
	g.findContested()
	ids := make([]supergraph.SubgraphID, len(g.Schema.Subgraphs))
	for i := range ids {
		ids[i] = supergraph.SubgraphID(i)
	}
	if len(g.contested) > 0 || slices.ContainsFunc(g.Schema.Types, differsInValues) {
		contents := g.contents()
		slices.SortStableFunc(ids, func(x, y supergraph.SubgraphID) int {
			return slices.Compare(contents[x], contents[y])
		})
	}
	g.ranks = make([]int, len(ids))
	for rank, id := range ids {
		g.ranks[id] = rank
	}
	for _, nodes := range g.byType {
		slices.SortFunc(nodes, func(x, y *Node) int {
			return cmp.Compare(g.Rank(x.Subgraph), g.Rank(y.Subgraph))
		})
	}
}

func (g *Graph) findContested() {
	for _, t := range g.Schema.Types {
		nodes := g.byType[t.Name]
		if t.Kind == ast.Interface || t.Kind == ast.Union {
			differs := func(n *Node) bool { return !n.Possible.Equal(nodes[0].Possible) }
			if slices.ContainsFunc(nodes, differs) {
				g.contested[t.Name] = true
			}
		}
		for _, f := range t.Fields {
			narrowed := func(j supergraph.FieldJoin) bool { return j.Type.Name() != f.Type.Name() }
			if slices.ContainsFunc(f.Joins, narrowed) {
				g.contested[f.Type.Name()] = true
			}
		}
	}
}

// differsInValues reports whether the type is an enum for which subgraphs know different values.
func differsInValues(t *supergraph.Type) bool {
	return slices.ContainsFunc(t.Values, func(v *supergraph.EnumValue) bool {
		return len(v.Subgraphs) != len(t.Joins)
	})
}

// contents returns, for each subgraph, its types and fields as sorted lines without the name of
// any subgraph.
func (g *Graph) contents() [][]string {
	contents := make([][]string, len(g.Schema.Subgraphs))
	add := func(id supergraph.SubgraphID, format string, args ...any) {
		contents[id] = append(contents[id], fmt.Sprintf(format, args...))
	}
	for _, t := range g.Schema.Types {
		for _, j := range t.Joins {
			add(j.Subgraph, "%s %t", t.Name, j.InterfaceObject)
			for _, key := range j.Keys {
				fields := federation.PrintFieldSet(key.Fields)
				add(j.Subgraph, "%s key %s %t", t.Name, fields, key.Resolvable)
			}
		}
		for _, m := range slices.Concat(t.Interfaces, t.Members) {
			for _, id := range m.Subgraphs {
				add(id, "%s %s", t.Name, m.Name)
			}
		}
		for _, v := range t.Values {
			for _, id := range v.Subgraphs {
				add(id, "%s %s", t.Name, v.Name)
			}
		}
		for _, f := range t.Fields {
			for i := range f.Joins {
				j := &f.Joins[i]
				add(j.Subgraph, "%s.%s %s", t.Name, f.Name, g.describe(j))
			}
		}
	}
	for _, lines := range contents {
		slices.Sort(lines)
	}
	return contents
}

// describe returns one subgraph's part of a field.
func (g *Graph) describe(j *supergraph.FieldJoin) string {
	return fmt.Sprintf("%s %t requires %s provides %s contexts %d override %t %q",
		j.Type, j.Resolves(g.active),
		federation.PrintFieldSet(j.Requires), federation.PrintFieldSet(j.Provides),
		len(j.ContextArguments), j.Override != "", j.OverrideLabel)
}

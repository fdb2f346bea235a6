package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// checkRuntimeTypes checks that the subgraphs that can resolve a field of an interface or union
// here have some object type in common. Otherwise the field's value would depend on the choice of
// subgraph.
func (w *satisfier) checkRuntimeTypes(object, field string, below []querygraph.Place) {
	nodes := w.sharing(object, field, below)
	if len(nodes) < 2 {
		return
	}
	nodes = slices.DeleteFunc(nodes, w.isHidden)
	if len(nodes) == 0 {
		return
	}
	var at []federation.Location
	var subgraphs, forms []string
	common := slices.DeleteFunc(w.runtimeTypes(nodes[0]), func(name string) bool {
		return w.api.Types[name] == nil
	})
	for _, node := range nodes {
		names := w.runtimeTypes(node)
		common = slices.DeleteFunc(common, func(name string) bool {
			return !slices.Contains(names, name)
		})
		at = append(at, w.placeIn(node.Subgraph, object, field))
		subgraphs = append(subgraphs, w.name(node.Subgraph))
		forms = append(forms, cmp.Or(strings.Join(names, ", "), "of no type"))
	}
	coordinate := object + "." + field
	differ := slices.ContainsFunc(forms, func(form string) bool { return form != forms[0] })
	// Without a type that clients see, nothing visible is shared. Like @apollo/composition, refuse
	// this if there are at least two types.
	hidden := len(common) == 0 && len(w.runtimeTypes(nodes[0])) > 1
	switch {
	case !differ && !hidden:
	case len(common) == 0 && w.first("no type of "+coordinate):
		w.fail(federation.ShareableHasMismatchedRuntimeTypes, at,
			"%s is shared, but its objects are %s; let them have a type in common "+
				"that clients see, or give the fields different names",
			coordinate, variants(subgraphs, forms))
	case len(common) > 0 && w.first("types of "+coordinate):
		w.note(federation.HintInconsistentRuntimeTypesForShareableReturn, coordinate, at,
			"%s is shared, but its objects are %s", coordinate, variants(subgraphs, forms))
	}
}

// first reports whether this is the first report under the name.
func (w *satisfier) first(name string) bool {
	before := w.told[name]
	w.told[name] = true
	return !before
}

// sharing returns the interfaces and unions to which a field leads, each once, in the order of
// subgraphs; without those that are only provided from another subgraph's data, and without unions
// that have no members left.
func (w *satisfier) sharing(object, field string, below []querygraph.Place) []*querygraph.Node {
	var nodes []*querygraph.Node
	merged := w.schema.Type(object).Field(field)
	for _, p := range below {
		join := merged.Join(p.Node.Subgraph)
		switch {
		case !p.Node.Abstract() || slices.Contains(nodes, p.Node):
		case join != nil && !join.Resolves(w.active):
		case p.Node.Kind == ast.Union && len(w.runtimeTypes(p.Node)) == 0:
		default:
			nodes = append(nodes, p.Node)
		}
	}
	slices.SortStableFunc(nodes, func(a, b *querygraph.Node) int {
		return cmp.Compare(a.Subgraph, b.Subgraph)
	})
	return nodes
}

// isHidden reports whether a subgraph has objects of one type only, which clients do not see.
func (w *satisfier) isHidden(node *querygraph.Node) bool {
	names := w.runtimeTypes(node)
	return len(names) == 1 && w.api.Types[names[0]] == nil
}

// runtimeTypes returns the object types of which a subgraph has objects with fields.
func (w *satisfier) runtimeTypes(node *querygraph.Node) []string {
	return slices.DeleteFunc(w.reacher.Names(node.Possible), func(name string) bool {
		return w.reacher.Node(name, node.Subgraph).Fieldless()
	})
}

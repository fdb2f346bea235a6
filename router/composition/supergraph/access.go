package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// Restriction is an element that not everybody may see, because of @authenticated, @requiresScopes
// or @policy.
type Restriction struct {
	// Coordinate is Type or Type.field.
	Coordinate string
	// Position is the position of the directive in the SDL from which it was read: a subgraph's,
	// or the supergraph's.
	Position *ast.Position
}

// Restricted returns all restrictions, in the order of types.
func Restricted(s *Schema) []Restriction {
	var list []Restriction
	add := func(coordinate string, directives ast.DirectiveList) {
		i := slices.IndexFunc(directives, func(d *ast.Directive) bool {
			return federation.IsAccess(d.Name)
		})
		if i >= 0 {
			list = append(list, Restriction{coordinate, directives[i].Position})
		}
	}
	for _, t := range s.Types {
		add(t.Name, t.Directives)
		for _, f := range t.Fields {
			add(t.Name+"."+f.Name, f.Directives)
		}
	}
	return list
}

package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// Restriction is what not everybody may see, by @authenticated, @requiresScopes or @policy.
type Restriction struct {
	// Coordinate is Type or Type.field.
	Coordinate string
	// Position of the directive, in the SDL where it was read: a subgraph's, or the supergraph's.
	Position *ast.Position
}

// Restricted are all restrictions, in the order of types.
func Restricted(s *Schema) []Restriction {
	var list []Restriction
	add := func(coordinate string, directives ast.DirectiveList) {
		if i := slices.IndexFunc(directives, func(d *ast.Directive) bool { return federation.IsAccess(d.Name) }); i >= 0 {
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

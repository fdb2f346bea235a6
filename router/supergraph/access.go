package supergraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// Restricted are the coordinates of what not everybody may see: by @authenticated, @requiresScopes or @policy.
func Restricted(s *Schema) []string {
	var coordinates []string
	for _, t := range s.Types {
		if restricts(t.Directives) {
			coordinates = append(coordinates, t.Name)
		}
		for _, f := range t.Fields {
			if restricts(f.Directives) {
				coordinates = append(coordinates, t.Name+"."+f.Name)
			}
		}
	}
	return coordinates
}

func restricts(directives ast.DirectiveList) bool {
	return slices.ContainsFunc(directives, func(d *ast.Directive) bool { return federation.IsAccess(d.Name) })
}

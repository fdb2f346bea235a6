//go:build oracle

package oracle

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// Linked adds the links to the federation specification that our composition implies. forgotten is
// false if there are none.
func Linked(subgraphs []Subgraph) (linked []Subgraph, forgotten bool) {
	for _, s := range subgraphs {
		if link, implied := impliedLink(s); implied {
			var imports []string
			for _, i := range link.Imports {
				imports = append(imports, fmt.Sprintf("%q", i.Name))
			}
			s.SDL = fmt.Sprintf("extend schema @link(url: %q, import: [%s])\n",
				link.URL, strings.Join(imports, ", ")) + s.SDL
			forgotten = true
		}
		linked = append(linked, s)
	}
	return linked, forgotten
}

func impliedLink(s Subgraph) (link federation.Link, implied bool) {
	document, err := parser.ParseSchema(&ast.Source{Name: s.Name, Input: s.SDL})
	if err != nil || strings.Contains(s.SDL, federation.FederationSpec) {
		return link, false
	}
	var lists []ast.DirectiveList
	for _, d := range slices.Concat(document.Definitions, document.Extensions) {
		lists = append(lists, d.Directives)
		for _, f := range d.Fields {
			if f.Name == "_service" || f.Name == "_entities" {
				continue
			}
			lists = append(lists, f.Directives)
			for _, a := range f.Arguments {
				lists = append(lists, a.Directives)
			}
		}
		for _, v := range d.EnumValues {
			lists = append(lists, v.Directives)
		}
	}
	var names []string
	for _, d := range slices.Concat(lists...) {
		if document.Directives.ForName(d.Name) == nil {
			names = append(names, d.Name)
		}
	}
	return federation.ImpliedLink(names)
}

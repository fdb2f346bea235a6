package subgraph

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// impliedLink adds a link to the federation specification if the document lacks it, uses
// directives that only Federation 2 has, and defines none of them itself.
func (l *loader) impliedLink(links []federation.Link) []federation.Link {
	linksFederation := func(link federation.Link) bool {
		return link.Identity == federation.FederationSpec
	}
	if slices.ContainsFunc(links, linksFederation) {
		return links
	}
	var used []string
	for _, name := range appliedDirectives(l.doc) {
		linked := slices.ContainsFunc(links, func(link federation.Link) bool {
			return link.Directive(link.Name) == name
		})
		if !linked && l.doc.Directives.ForName(name) == nil {
			used = append(used, name)
		}
	}
	if link, implied := federation.ImpliedLink(used); implied {
		return append(links, link)
	}
	return links
}

// appliedDirectives returns the names of the directives on types, fields, arguments and values,
// without those on federation's own fields.
func appliedDirectives(doc *ast.SchemaDocument) []string {
	var names []string
	add := func(directives ast.DirectiveList) {
		for _, d := range directives {
			names = append(names, d.Name)
		}
	}
	for _, definition := range append(slices.Clone(doc.Definitions), doc.Extensions...) {
		add(definition.Directives)
		for _, field := range definition.Fields {
			if isServiceField(field) {
				continue
			}
			add(field.Directives)
			for _, argument := range field.Arguments {
				add(argument.Directives)
			}
		}
		for _, value := range definition.EnumValues {
			add(value.Directives)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

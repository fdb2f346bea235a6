package supergraph

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// directiveNames maps the specifications' names of directives to the names in an SDL that links
// the specifications.
func directiveNames(links []federation.Link) map[string]string {
	names := map[string]string{}
	for _, link := range links {
		if feature, ok := federation.FeatureLinked(link); ok {
			for _, name := range feature.Directives {
				names[name] = link.Directive(name)
			}
		}
	}
	return names
}

// named returns the directives under the SDL's names.
func (w joinWriter) named(directives ast.DirectiveList) ast.DirectiveList {
	var list ast.DirectiveList
	for _, d := range directives {
		c := *d
		c.Name = cmp.Or(w.names[d.Name], d.Name)
		list = append(list, &c)
	}
	return list
}

func (w joinWriter) arguments(arguments ast.ArgumentDefinitionList) ast.ArgumentDefinitionList {
	var list ast.ArgumentDefinitionList
	for _, a := range arguments {
		c := *a
		c.Directives = w.named(a.Directives)
		list = append(list, &c)
	}
	return list
}

func (w joinWriter) directiveDefinitions() ast.DirectiveDefinitionList {
	var list ast.DirectiveDefinitionList
	for _, d := range w.schema.Directives {
		c := *d
		c.Arguments = w.arguments(d.Arguments)
		list = append(list, &c)
	}
	return list
}

// readNames gives the directives of linked specifications their specifications' names, and removes
// their definitions.
func (r *joinReader) readNames() {
	own := map[string]string{}
	for name, written := range directiveNames(r.schema.Links) {
		own[written] = name
	}
	rename := func(directives ast.DirectiveList) {
		for _, d := range directives {
			d.Name = cmp.Or(own[d.Name], d.Name)
		}
	}
	renameArguments := func(arguments ast.ArgumentDefinitionList) {
		for _, a := range arguments {
			rename(a.Directives)
		}
	}
	rename(r.schema.Applied)
	for _, d := range r.doc.Directives {
		renameArguments(d.Arguments)
	}
	for _, d := range r.doc.Definitions {
		rename(d.Directives)
		for _, v := range d.EnumValues {
			rename(v.Directives)
		}
		for _, f := range d.Fields {
			rename(f.Directives)
			renameArguments(f.Arguments)
		}
	}
	r.doc.Directives = slices.DeleteFunc(r.doc.Directives,
		func(d *ast.DirectiveDefinition) bool { return own[d.Name] != "" })
	r.doc.Definitions = slices.DeleteFunc(r.doc.Definitions, func(d *ast.Definition) bool {
		return isLinkedType(r.schema.Links, d.Name)
	})
}

func isLinkedType(links []federation.Link, name string) bool {
	for _, link := range links {
		feature, known := federation.FeatureLinked(link)
		if slices.ContainsFunc(feature.Types, func(of string) bool { return link.Type(of) == name }) {
			return true
		}
		// Other compositions also define types that no directive needs, like context__context.
		if owner, _, prefixed := strings.Cut(name, "__"); known && prefixed && owner == link.As {
			return true
		}
	}
	return false
}

package access

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// keysOf are the keys by which a type can be looked up, each as keyOf writes it.
func keysOf(d *ast.Definition) (keys []string) {
	for _, key := range d.Directives.ForNames("key") {
		if resolvable := key.Arguments.ForName("resolvable"); resolvable != nil && resolvable.Value.Raw == "false" {
			continue
		}
		fields := parsed("{ " + key.Arguments.ForName("fields").Value.Raw + " }")
		keys = append(keys, selected(fields))
	}
	return keys
}

// keyOf is the key that the text of an entity's door has: "id shop{slug}" of "Shelf(id: $a, shop: {slug: $b})".
func keyOf(text string) string {
	var names []string
	for _, field := range parsed("{ " + text + " }") {
		for _, argument := range field.(*ast.Field).Arguments {
			names = append(names, argument.Name+given(argument.Value))
		}
	}
	return joined(names)
}

// parsed are the selections of a query; none if it is none.
func parsed(query string) ast.SelectionSet {
	document, err := parser.ParseQuery(&ast.Source{Input: query})
	if err != nil || len(document.Operations) != 1 {
		return nil
	}
	return document.Operations[0].SelectionSet
}

func selected(selections ast.SelectionSet) string {
	var names []string
	for _, selection := range selections {
		if field, isField := selection.(*ast.Field); isField {
			names = append(names, field.Name+braced(selected(field.SelectionSet)))
		}
	}
	return joined(names)
}

func given(value *ast.Value) string {
	var names []string
	for _, child := range value.Children {
		names = append(names, child.Name+given(child.Value))
	}
	return braced(joined(names))
}

// joined is the same for fields in any order.
func joined(names []string) string {
	slices.Sort(names)
	return strings.Join(names, " ")
}

func braced(names string) string {
	if names == "" {
		return ""
	}
	return "{" + names + "}"
}

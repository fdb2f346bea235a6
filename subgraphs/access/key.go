package access

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sdl"
)

// keyOf is the key that the text of an entity's door has: "id shop{slug}" of "Shelf(id: $a, shop: {slug: $b})".
func keyOf(text string) string {
	key := map[string]any{}
	for _, selection := range sdl.Selections("{ " + text + " }") {
		for _, argument := range selection.(*ast.Field).Arguments {
			key[argument.Name] = given(argument.Value)
		}
	}
	return sdl.Key(key)
}

// given is an object with its fields, or else nothing: what matters are the names.
func given(value *ast.Value) any {
	if value.Kind != ast.ObjectValue {
		return nil
	}
	fields := map[string]any{}
	for _, child := range value.Children {
		fields[child.Name] = given(child.Value)
	}
	return fields
}

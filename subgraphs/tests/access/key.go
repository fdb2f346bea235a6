package access

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sdl"
)

// keyOf returns the key in the text of an entity's door: "id shop{slug}" for "Shelf(id: $a, shop:
// {slug: $b})".
func keyOf(text string) string {
	key := map[string]any{}
	for _, selection := range sdl.Selections("{ " + text + " }") {
		for _, argument := range selection.(*ast.Field).Arguments {
			key[argument.Name] = given(argument.Value)
		}
	}
	return sdl.Key(key)
}

// given returns an object with its fields, or nil for any other value: only the names matter.
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

package operation

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// switches returns the variables of @skip and @include that a request can set to null: their type
// is nullable, and they have a default, without which validation would refuse them. The argument
// if must not be null, so Coerce refuses it (GraphQL, section 6.4.1, CoerceArgumentValues).
func switches(variables ast.VariableDefinitionList, fields []*Field) []string {
	var names []string
	for _, v := range variables {
		if v.Type.NamedType == "Boolean" && !v.Type.NonNull && decides(fields, v.Variable) {
			names = append(names, v.Variable)
		}
	}
	return names
}

// decides reports whether a field's condition reads the variable.
func decides(fields []*Field, variable string) bool {
	return slices.ContainsFunc(fields, func(f *Field) bool {
		return decides(f.Fields, variable) ||
			slices.ContainsFunc(f.Conditions, func(c Condition) bool { return c.Variable == variable })
	})
}

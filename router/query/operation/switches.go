package operation

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
)

// switches returns the variables that the router itself reads at a non-null position and that a
// request can set to null: those of @skip, @include and __type(name:). Their type is nullable, and
// they have a default, without which validation would refuse them. The arguments must not be null,
// so Coerce refuses it (GraphQL, section 6.4.1, CoerceArgumentValues). Subgraphs check the
// variables that they read.
func switches(variables ast.VariableDefinitionList, fields []*Field) []string {
	var names []string
	for _, v := range variables {
		if v.Type.Elem == nil && !v.Type.NonNull && decides(fields, v.Variable) {
			names = append(names, v.Variable)
		}
	}
	return names
}

// decides reports whether the router reads the variable, for a condition or a type's name.
func decides(fields []*Field, variable string) bool {
	return slices.ContainsFunc(fields, func(f *Field) bool {
		return decides(f.Fields, variable) || namesType(f, variable) ||
			slices.ContainsFunc(f.Conditions, func(c Condition) bool { return c.Variable == variable })
	})
}

// namesType reports whether the field is __type, and the variable the name of the type.
func namesType(f *Field, variable string) bool {
	if f.Name != "__type" {
		return false
	}
	name := f.Arguments.ForName("name")
	return name != nil && name.Value.Kind == ast.Variable && name.Value.Raw == variable
}

package federation

import "github.com/vektah/gqlparser/v2/ast"

// Strings returns the elements of a list of strings. GraphQL also accepts a single string as a
// list.
func Strings(value *ast.Value) []string {
	switch value.Kind {
	case ast.NullValue:
		return nil
	case ast.ListValue:
	default:
		return []string{value.Raw}
	}
	var list []string
	for _, child := range value.Children {
		list = append(list, child.Value.Raw)
	}
	return list
}

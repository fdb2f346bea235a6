package federation

import "github.com/vektah/gqlparser/v2/ast"

// Strings are the elements of a list of strings, for which GraphQL also takes a string alone.
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

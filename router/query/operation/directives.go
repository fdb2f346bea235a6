package operation

import (
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// forSubgraphs returns the directives without those that the router executes.
func forSubgraphs(directives ast.DirectiveList) ast.DirectiveList {
	var list ast.DirectiveList
	for _, d := range directives {
		if d.Name != "skip" && d.Name != "include" {
			list = append(list, d)
		}
	}
	return list
}

// PrintDirectives writes directives in GraphQL syntax, as short as possible.
func PrintDirectives(directives ast.DirectiveList) string {
	if len(directives) == 0 {
		return ""
	}
	var text strings.Builder
	for _, d := range directives {
		text.WriteString("@" + d.Name)
		separator := "("
		for _, argument := range d.Arguments {
			text.WriteString(separator + argument.Name + ":" + argument.Value.String())
			separator = ","
		}
		if len(d.Arguments) > 0 {
			text.WriteByte(')')
		}
	}
	return text.String()
}

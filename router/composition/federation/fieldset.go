package federation

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
)

// ErrDirectiveInFieldSet is the error for a field set that contains a directive.
var ErrDirectiveInFieldSet = errors.New("directives are not allowed in a field set; take them out")

// maxFieldSetTokens limits the work that the argument of one directive can cause.
const maxFieldSetTokens = 10_000

// ParseFieldSet parses the fields of @key, @requires or @provides: a selection set, with or
// without its outer braces. It refuses aliases, named fragments, variables and directives.
func ParseFieldSet(text string) (ast.SelectionSet, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("not a field set: it is not UTF-8; save the SDL as UTF-8")
	}
	if trimmed := strings.TrimSpace(text); !strings.HasPrefix(trimmed, "{") {
		text = "{" + text + "\n}"
	}
	source := &ast.Source{Name: "fields", Input: text}
	doc, err := parser.ParseQueryWithTokenLimit(source, maxFieldSetTokens)
	if err != nil {
		var syntax *gqlerror.Error
		if errors.As(err, &syntax) {
			return nil, fmt.Errorf("not a field set, %s; write it like \"id owner { id }\"", syntax.Message)
		}
		return nil, err
	}
	if len(doc.Operations) != 1 || len(doc.Fragments) > 0 ||
		doc.Operations[0].Position.Start > strings.Index(text, "{") {
		return nil, errors.New("a field set is one selection set; write it like \"id owner { id }\"")
	}
	set := doc.Operations[0].SelectionSet
	return set, checkFieldSet(set)
}

func checkFieldSet(set ast.SelectionSet) error {
	for _, selection := range set {
		if err := checkSelection(selection); err != nil {
			return err
		}
	}
	return nil
}

func checkSelection(selection ast.Selection) error {
	switch s := selection.(type) {
	case *ast.Field:
		switch {
		case s.Alias != s.Name:
			return fmt.Errorf("%q is an alias, which is not allowed in a field set; "+
				"name the field %q itself", s.Alias, s.Name)
		case len(s.Directives) > 0:
			return fmt.Errorf("@%s: %w", s.Directives[0].Name, ErrDirectiveInFieldSet)
		}
		for _, argument := range s.Arguments {
			if hasVariable(argument.Value) {
				return fmt.Errorf("argument %q uses a variable, and a field set has none; "+
					"write the value", argument.Name)
			}
		}
		return checkFieldSet(s.SelectionSet)
	case *ast.InlineFragment:
		if len(s.Directives) > 0 {
			return fmt.Errorf("@%s: %w", s.Directives[0].Name, ErrDirectiveInFieldSet)
		}
		return checkFieldSet(s.SelectionSet)
	default:
		return errors.New("named fragments are not allowed in a field set; " +
			"write the fields, or ... on Type { }")
	}
}

func hasVariable(value *ast.Value) bool {
	if value.Kind == ast.Variable {
		return true
	}
	for _, child := range value.Children {
		if hasVariable(child.Value) {
			return true
		}
	}
	return false
}

// PrintFieldSet returns the field set on one line, without outer braces.
func PrintFieldSet(set ast.SelectionSet) string {
	parts := make([]string, 0, len(set))
	for _, selection := range set {
		parts = append(parts, printSelection(selection))
	}
	return strings.Join(parts, " ")
}

func printSelection(selection ast.Selection) string {
	switch s := selection.(type) {
	case *ast.Field:
		return s.Name + printArguments(s.Arguments) + printNested(s.SelectionSet)
	case *ast.InlineFragment:
		if s.TypeCondition == "" {
			return "..." + printNested(s.SelectionSet)
		}
		return "... on " + s.TypeCondition + printNested(s.SelectionSet)
	default:
		return ""
	}
}

func printNested(set ast.SelectionSet) string {
	if len(set) == 0 {
		return ""
	}
	return " { " + PrintFieldSet(set) + " }"
}

func printArguments(arguments ast.ArgumentList) string {
	if len(arguments) == 0 {
		return ""
	}
	parts := make([]string, len(arguments))
	for i, argument := range arguments {
		parts[i] = argument.Name + ": " + argument.Value.String()
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

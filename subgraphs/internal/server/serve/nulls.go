package serve

import (
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// checkNulls refuses null for a variable where no null may be. Validation lets the variable stand
// there if it has a default, or the place has one, and leaves null to execution (GraphQL, section
// 5.8.5). gqlgen reads null as false or 0 then, and panics for @skip and @include.
func checkNulls(of *ast.OperationDefinition, variables map[string]any) *gqlerror.Error {
	c := nullChecker{null: map[string]bool{}, spreads: map[string]bool{}}
	for name, value := range variables {
		if value == nil {
			c.null[name] = true
		}
	}
	if len(c.null) == 0 {
		return nil
	}
	c.directives(of.Directives)
	c.selections(of.SelectionSet)
	return c.found
}

// nullChecker walks an operation, each of its fragments once.
type nullChecker struct {
	null    map[string]bool // variables
	spreads map[string]bool
	found   *gqlerror.Error // the first
}

func (c *nullChecker) selections(set ast.SelectionSet) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			c.directives(of.Directives)
			c.arguments(of.Arguments)
			c.selections(of.SelectionSet)
		case *ast.InlineFragment:
			c.directives(of.Directives)
			c.selections(of.SelectionSet)
		case *ast.FragmentSpread:
			c.directives(of.Directives)
			if of.Definition != nil && !c.spreads[of.Name] {
				c.spreads[of.Name] = true
				c.selections(of.Definition.SelectionSet)
			}
		}
	}
}

func (c *nullChecker) directives(list ast.DirectiveList) {
	for _, directive := range list {
		c.arguments(directive.Arguments)
	}
}

func (c *nullChecker) arguments(list ast.ArgumentList) {
	for _, argument := range list {
		c.value(argument.Value)
	}
}

func (c *nullChecker) value(v *ast.Value) {
	for _, child := range v.Children {
		c.value(child.Value)
	}
	isNull := v.Kind == ast.Variable && c.null[v.Raw]
	if c.found != nil || !isNull || v.ExpectedType == nil || !v.ExpectedType.NonNull {
		return
	}
	const message = "Variable $%s must not be null: it is used as %s."
	c.found = gqlerror.ErrorPosf(v.Position, message, v.Raw, v.ExpectedType)
	c.found.Extensions = map[string]any{"code": string(apierror.BadUserInput)}
}

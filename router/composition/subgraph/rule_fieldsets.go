package subgraph

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// fieldSetRule is the common part of the rules of @key, @requires and @provides.
type fieldSetRule struct {
	directive                          string
	invalidType, hasDirective, invalid federation.Code
	// hasArguments and invalidFieldType are empty if fields may have arguments, or any type.
	hasArguments, invalidFieldType federation.Code
}

// checkFieldSet reports errors in a field set, by itself and for the type from which it reads.
func (l *loader) checkFieldSet(rule fieldSetRule, where string, parent *Type, set *FieldSet) {
	fields := set.directive.Arguments.ForName("fields")
	if !l.isFieldSetText(fields.Value) {
		l.fail(rule.invalidType, set.Position,
			"on %s, @%s(fields: %s) is not a string; write fields: \"a b { c }\"",
			where, rule.directive, fields.Value)
		return
	}
	if set.err != nil {
		code := rule.invalid
		if errors.Is(set.err, federation.ErrDirectiveInFieldSet) {
			code = rule.hasDirective
		}
		l.fail(code, set.Position, "on %s, @%s(fields: %q): %v",
			where, rule.directive, set.brief(), set.err)
		return
	}
	c := fieldSetCheck{loader: l, rule: rule, where: where, set: set}
	c.selections(parent, set.Selections)
}

// isFieldSetText reports whether a value can be a field set: a string, or in Federation 1 also a
// name, or a list of both.
func (l *loader) isFieldSetText(value *ast.Value) bool {
	isText := func(v *ast.Value) bool {
		return v.Kind == ast.StringValue || v.Kind == ast.BlockValue ||
			v.Kind == ast.EnumValue && !l.schema.Version.AtLeast(2, 0)
	}
	if value.Kind != ast.ListValue || l.schema.Version.AtLeast(2, 0) {
		return isText(value)
	}
	return !slices.ContainsFunc(value.Children, func(c *ast.ChildValue) bool {
		return !isText(c.Value)
	})
}

type fieldSetCheck struct {
	*loader
	rule  fieldSetRule
	where string
	set   *FieldSet
}

func (c fieldSetCheck) report(code federation.Code, format string, args ...any) {
	args = append([]any{c.where, c.rule.directive, c.set.brief()}, args...)
	c.fail(code, c.set.Position, "on %s, @%s(fields: %q): "+format, args...)
}

func (c fieldSetCheck) selections(parent *Type, set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			c.field(parent, s)
		case *ast.InlineFragment:
			c.fragment(parent, s)
		}
	}
}

func (c fieldSetCheck) fragment(parent *Type, fragment *ast.InlineFragment) {
	on := parent
	if fragment.TypeCondition != "" {
		on = c.schema.Type(fragment.TypeCondition)
	}
	switch {
	case on == nil:
		c.report(c.rule.invalid,
			"there is no type %q; define it in this subgraph, or remove the fragment",
			fragment.TypeCondition)
	case !c.overlap(parent, on):
		c.report(c.rule.invalid, "a %q is never a %q, so the fragment selects nothing; remove it",
			parent.Name, on.Name)
	default:
		c.selections(on, fragment.SelectionSet)
	}
}

func (c fieldSetCheck) overlap(a, b *Type) bool {
	if a == b {
		return true
	}
	for _, x := range c.schema.PossibleTypes(a) {
		for _, y := range c.schema.PossibleTypes(b) {
			if x == y {
				return true
			}
		}
	}
	return false
}

func (c fieldSetCheck) field(parent *Type, selection *ast.Field) {
	if selection.Name == "__typename" {
		return
	}
	field := parent.Field(selection.Name)
	if field == nil {
		c.report(c.rule.invalid, "type %q has no field %q; "+
			"add it to this subgraph (with @external if another subgraph resolves it)",
			parent.Name, selection.Name)
		return
	}
	before := len(c.errs)
	of := c.schema.Type(field.Type.Name())
	if c.fieldType(parent, field, of); len(c.errs) == before {
		c.arguments(parent, field, selection)
		c.braces(parent, field, of, selection)
	}
	if len(c.errs) > before {
		return
	}
	if of != nil {
		c.selections(of, selection.SelectionSet)
	}
	takesArguments := len(field.Arguments)+len(field.Contextual) > 0
	if takesArguments && c.rule.hasArguments != "" && len(c.errs) == before {
		c.report(c.rule.hasArguments,
			"%s.%s takes arguments; leave it out, or remove its arguments", parent.Name, field.Name)
	}
}

func (c fieldSetCheck) arguments(parent *Type, field *Field, selection *ast.Field) {
	report := func(_ *ast.Position, format string, args ...any) {
		c.report(c.rule.invalid, format, args...)
	}
	values := valueCheck{c.types, report}
	for _, argument := range selection.Arguments {
		of := field.Arguments.ForName(argument.Name)
		if of == nil {
			c.report(c.rule.invalid, "%s.%s has no argument %q; remove it",
				parent.Name, field.Name, argument.Name)
			continue
		}
		where := fmt.Sprintf("%s.%s(%s:)", parent.Name, field.Name, argument.Name)
		values.constant(where, of.Type, argument.Value)
	}
	for _, name := range lackingArguments(field, selection) {
		c.report(c.rule.invalid, "%s.%s needs the argument %q; give it a value",
			parent.Name, field.Name, name)
	}
}

// lackingArguments returns the required arguments that a selection lacks.
func lackingArguments(field *Field, selection *ast.Field) []string {
	var names []string
	for _, a := range field.Arguments {
		if a.Type.NonNull && a.DefaultValue == nil && selection.Arguments.ForName(a.Name) == nil {
			names = append(names, a.Name)
		}
	}
	return names
}

func (c fieldSetCheck) fieldType(parent *Type, field *Field, of *Type) {
	if c.rule.invalidFieldType != "" && of != nil && of.IsAbstractType() {
		c.report(c.rule.invalidFieldType,
			"%s.%s is of the %s type %q; make the key of scalars, enums and objects",
			parent.Name, field.Name, strings.ToLower(string(of.Kind)), of.Name)
	}
}

func (c fieldSetCheck) braces(parent *Type, field *Field, of *Type, selection *ast.Field) {
	composite := of != nil && of.IsCompositeType()
	switch {
	case composite && len(selection.SelectionSet) == 0:
		c.report(c.rule.invalid, "%s.%s is of type %q; say which of its fields, %s { … }",
			parent.Name, field.Name, of.Name, field.Name)
	case !composite && len(selection.SelectionSet) > 0:
		c.report(c.rule.invalid,
			"%s.%s is of type %q, which has no fields; leave out what stands in its braces",
			parent.Name, field.Name, field.Type.Name())
	}
}

package limits

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// maxSuggestedFor is the length in bytes of the longest name for which suggestions are searched.
// The time to compare two names grows with the product of their lengths: gqlparser's rules took
// seconds for one name of 1 MiB.
const maxSuggestedFor = 64

// suggest adds names that are similar to the given name to a message.
func suggest(o Options, prefix, given string, names func() []string) core.ErrorOption {
	if o.NoSuggestions || len(given) > maxSuggestedFor {
		return func(*gqlerror.Error) {}
	}
	return core.SuggestListQuoted(prefix, given, names())
}

const didYouMean = "Did you mean"

// fieldsOnCorrectType is gqlparser's rule of this name, with suggestions only for short names.
func fieldsOnCorrectType(o Options) core.Rule {
	full, plain := rules.FieldsOnCorrectTypeRule, rules.FieldsOnCorrectTypeRuleWithoutSuggestions
	if o.NoSuggestions {
		return core.Rule{Name: full.Name, RuleFunc: plain.RuleFunc}
	}
	return core.Rule{Name: full.Name, RuleFunc: func(observers *core.Events, fail core.AddErrFunc) {
		var schema *ast.Schema
		var field *ast.Field
		observers.OnField(func(w *core.Walker, f *ast.Field) { schema, field = w.Schema, f })
		plain.RuleFunc(observers, func(options ...core.ErrorOption) {
			fail(slices.Insert(options, 1, suggestField(schema, field))...)
		})
	}}
}

// suggestField suggests the object types that have the field, or fields with a similar name.
func suggestField(schema *ast.Schema, field *ast.Field) core.ErrorOption {
	parent := field.ObjectDefinition
	if having := typesWith(schema, parent, field.Name); len(having) > 0 {
		return core.Message(" Did you mean to use an inline fragment on %s?",
			core.QuotedOrList(having...))
	}
	return suggest(Options{}, didYouMean, field.Name, func() []string { return fieldNames(parent) })
}

func fieldNames(of *ast.Definition) []string {
	names := make([]string, 0, len(of.Fields))
	for _, field := range of.Fields {
		names = append(names, field.Name)
	}
	return names
}

func typesWith(schema *ast.Schema, parent *ast.Definition, field string) []string {
	if !parent.IsAbstractType() {
		return nil
	}
	var names []string
	for _, possible := range schema.GetPossibleTypes(parent) {
		if possible.Fields.ForName(field) != nil {
			names = append(names, possible.Name)
		}
	}
	slices.Sort(names)
	return names
}

// knownArgumentNames is Argument Names (GraphQL, section 5.4.1).
func knownArgumentNames(o Options) core.Rule {
	rule := rules.KnownArgumentNamesRule
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		check := func(
			given ast.ArgumentList, known ast.ArgumentDefinitionList, format string, of ...any,
		) {
			for _, argument := range given {
				if known.ForName(argument.Name) != nil {
					continue
				}
				names := func() []string { return argumentNames(known) }
				fail(core.Message(format, append([]any{argument.Name}, of...)...),
					suggest(o, didYouMean, argument.Name, names), core.At(argument.Position))
			}
		}
		observers.OnField(func(_ *core.Walker, field *ast.Field) {
			if len(field.Arguments) > 0 && field.Definition != nil && field.ObjectDefinition != nil {
				check(field.Arguments, field.Definition.Arguments,
					`Unknown argument "%s" on field "%s.%s".`, field.ObjectDefinition.Name, field.Name)
			}
		})
		observers.OnDirective(func(_ *core.Walker, directive *ast.Directive) {
			if directive.Definition != nil {
				check(directive.Arguments, directive.Definition.Arguments,
					`Unknown argument "%s" on directive "@%s".`, directive.Name)
			}
		})
	}
	return rule
}

func argumentNames(list ast.ArgumentDefinitionList) []string {
	names := make([]string, 0, len(list))
	for _, argument := range list {
		names = append(names, argument.Name)
	}
	return names
}

// knownTypeNames is Fragment Spread Type Existence (GraphQL, section 5.5.1.2). It also checks the
// types of variables.
func knownTypeNames(o Options) core.Rule {
	rule := rules.KnownTypeNamesRule
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		check := func(w *core.Walker, name string, at *ast.Position) {
			if w.Schema.Types[name] != nil {
				return
			}
			names := func() []string { return typeNames(w.Schema) }
			fail(core.Message(`Unknown type "%s".`, name),
				suggest(o, didYouMean, name, names), core.At(at))
		}
		observers.OnVariable(func(w *core.Walker, v *ast.VariableDefinition) {
			check(w, v.Type.Name(), v.Position)
		})
		observers.OnInlineFragment(func(w *core.Walker, f *ast.InlineFragment) {
			if f.TypeCondition != "" {
				check(w, f.TypeCondition, f.Position)
			}
		})
		observers.OnFragment(func(w *core.Walker, f *ast.FragmentDefinition) {
			check(w, f.TypeCondition, f.Position)
		})
	}
	return rule
}

func typeNames(schema *ast.Schema) []string {
	names := make([]string, 0, len(schema.Types))
	for name := range schema.Types {
		names = append(names, name)
	}
	return names
}

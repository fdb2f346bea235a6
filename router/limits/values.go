package limits

import (
	"encoding/json"
	"math"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// valuesOfCorrectType is gqlparser's rule of this name; it suggests enum values only for texts that are short.
func valuesOfCorrectType(o Options) core.Rule {
	full, plain := rules.ValuesOfCorrectTypeRule, rules.ValuesOfCorrectTypeRuleWithoutSuggestions
	if o.NoSuggestions {
		return core.Rule{Name: full.Name, RuleFunc: plain.RuleFunc}
	}
	return core.Rule{Name: full.Name, RuleFunc: func(observers *core.Events, fail core.AddErrFunc) {
		var value *ast.Value
		observers.OnValue(func(_ *core.Walker, v *ast.Value) { value = v })
		plain.RuleFunc(observers, func(options ...core.ErrorOption) {
			fail(slices.Insert(options, 1, suggestValue(value, options[0]))...)
		})
	}}
}

// suggestValue adds to the message of a value's error the values of the enum, or the fields of the input object, that are
// like the one that was given.
func suggestValue(value *ast.Value, message core.ErrorOption) core.ErrorOption {
	switch {
	case value.Definition.Kind == ast.Enum && (value.Kind == ast.EnumValue || value.Kind == ast.StringValue):
		return suggest(Options{}, "Did you mean the enum value", value.Raw, func() []string {
			names := make([]string, 0, len(value.Definition.EnumValues))
			for _, known := range value.Definition.EnumValues {
				names = append(names, known.Name)
			}
			return names
		})
	case value.Definition.Kind == ast.InputObject && value.Kind == ast.ObjectValue:
		var err gqlerror.Error
		message(&err)
		if quoted := strings.SplitN(err.Message, `"`, 3); len(quoted) == 3 && strings.HasPrefix(quoted[2], " is not defined by type") {
			return suggest(Options{}, didYouMean, quoted[1], func() []string { return fieldNames(value.Definition) })
		}
	}
	return func(*gqlerror.Error) {}
}

// intsHave32Bits checks what gqlparser's rule ValuesOfCorrectType does not (GraphQL, section 3.5.1).
func intsHave32Bits(observers *core.Events, fail core.AddErrFunc) {
	observers.OnValue(func(_ *core.Walker, v *ast.Value) {
		if v.Kind == ast.IntValue && v.ExpectedType != nil && v.ExpectedType.Name() == "Int" && !isInt32(json.Number(v.Raw)) {
			fail(core.Message("Int cannot represent %s: it has 32 bits.", v.Raw), core.At(v.Position))
		}
	})
}

func isInt32(n json.Number) bool {
	f, err := n.Float64()
	return err == nil && f == math.Trunc(f) && f >= math.MinInt32 && f <= math.MaxInt32
}

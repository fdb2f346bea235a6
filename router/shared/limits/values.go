package limits

import (
	"encoding/json"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// valuesOfCorrectType is Values of Correct Type (GraphQL, section 5.6.1). gqlparser's rule
// converts numbers to int64 and float64, so it refuses 1000000000000000000000 for a custom scalar
// in an object, and 99999999999999999999 for an ID. This rule reads numbers as text.
func valuesOfCorrectType(o Options) core.Rule {
	rule := rules.ValuesOfCorrectTypeRule
	rule.RuleFunc = func(observers *core.Events, fail core.AddErrFunc) {
		c := valueChecker{Options: o, fail: fail}
		observers.OnValue(func(_ *core.Walker, v *ast.Value) { c.value(v) })
	}
	return rule
}

type valueChecker struct {
	Options
	fail core.AddErrFunc
}

// value checks one value without the values inside it, which are observed separately.
func (c *valueChecker) value(v *ast.Value) {
	switch {
	case v.Definition == nil || v.ExpectedType == nil:
		// The value is inside a custom scalar, or another rule reports it.
	case v.Kind == ast.Variable:
	case v.Kind == ast.NullValue:
		if v.ExpectedType.NonNull {
			c.refuse(v, `Expected value of type "%s", found null.`, v.ExpectedType)
		}
	case v.Definition.Kind == ast.Scalar &&
		!v.Definition.OneOf("Int", "Float", "String", "Boolean", "ID"):
	case v.Kind == ast.ListValue:
		if v.ExpectedType.Elem == nil {
			c.unexpected(v)
		}
	case v.Definition.Kind == ast.Enum:
		c.enum(v)
	case v.Definition.Kind == ast.InputObject:
		c.object(v)
	case !fits(v.Definition.Name, v):
		c.unexpected(v)
	}
}

func (c *valueChecker) refuse(v *ast.Value, format string, args ...any) {
	c.fail(core.Message(format, args...), core.At(v.Position))
}

// unexpected reports a value of a wrong type.
func (c *valueChecker) unexpected(v *ast.Value) {
	name := v.Definition.Name
	wrong := map[string]string{
		"Int": "non-integer", "Float": "non numeric", "String": "a non string",
		"Boolean": "a non boolean", "ID": "a non-string and non-integer",
	}[name]
	switch {
	case name == "Int" && v.Kind == ast.IntValue:
		c.refuse(v, "Int cannot represent %s: it has 32 bits.", v)
	case wrong != "" && v.ExpectedType.Elem == nil:
		c.refuse(v, "%s cannot represent %s value: %s", name, wrong, v)
	default:
		c.refuse(v, `Expected value of type "%s", found %s.`, v.ExpectedType, v)
	}
}

func (c *valueChecker) enum(v *ast.Value) {
	const question = "Did you mean the enum value"
	names := func() []string {
		names := make([]string, 0, len(v.Definition.EnumValues))
		for _, known := range v.Definition.EnumValues {
			names = append(names, known.Name)
		}
		return names
	}
	switch {
	case v.Kind != ast.EnumValue:
		suggested := func() []string {
			if v.Kind == ast.StringValue {
				return names()
			}
			return nil
		}
		c.fail(core.Message(`Enum "%s" cannot represent non-enum value: %s.`, v.Definition.Name, v),
			suggest(c.Options, question, v.Raw, suggested), core.At(v.Position))
	case v.Definition.EnumValues.ForName(v.Raw) == nil:
		c.fail(core.Message(`Value "%s" does not exist in "%s" enum.`, v.Raw, v.Definition.Name),
			suggest(c.Options, question, v.Raw, names), core.At(v.Position))
	}
}

func (c *valueChecker) object(v *ast.Value) {
	if v.Kind != ast.ObjectValue {
		c.unexpected(v)
		return
	}
	for _, field := range v.Definition.Fields {
		if field.Type.NonNull && field.DefaultValue == nil && v.Children.ForName(field.Name) == nil {
			c.refuse(v, `Field "%s.%s" of required type "%s" was not provided.`,
				v.Definition.Name, field.Name, field.Type)
		}
	}
	for _, child := range v.Children {
		if v.Definition.Fields.ForName(child.Name) == nil {
			names := func() []string { return fieldNames(v.Definition) }
			c.fail(core.Message(`Field "%s" is not defined by type "%s".`,
				child.Name, v.Definition.Name),
				suggest(c.Options, didYouMean, child.Name, names), core.At(child.Position))
		}
	}
	if v.Definition.Directives.ForName("oneOf") != nil {
		c.oneOf(v)
	}
}

// oneOf checks that exactly one field is given, and is not null (GraphQL, section 3.10.1).
func (c *valueChecker) oneOf(v *ast.Value) {
	switch {
	case len(v.Children) != 1:
		c.refuse(v, `OneOf Input Object "%s" must specify exactly one key.`, v.Definition.Name)
	case v.Children[0].Value.Kind == ast.NullValue:
		c.refuse(v, `Field "%s.%s" must be non-null.`, v.Definition.Name, v.Children[0].Name)
	}
}

// fits reports whether a literal is valid for a built-in scalar (GraphQL, section 3.5, input
// coercion). An ID may have any number of digits.
func fits(scalar string, v *ast.Value) bool {
	switch scalar {
	case "Int":
		return v.Kind == ast.IntValue && isInt32(json.Number(v.Raw))
	case "Float":
		return (v.Kind == ast.IntValue || v.Kind == ast.FloatValue) && isFinite(json.Number(v.Raw))
	case "Boolean":
		return v.Kind == ast.BooleanValue
	case "ID":
		return v.Kind == ast.IntValue || isString(v)
	default:
		return isString(v)
	}
}

func isString(v *ast.Value) bool { return v.Kind == ast.StringValue || v.Kind == ast.BlockValue }

func isInt32(n json.Number) bool {
	f, err := n.Float64()
	return err == nil && f == math.Trunc(f) && f >= math.MinInt32 && f <= math.MaxInt32
}

func isFinite(n json.Number) bool {
	f, err := n.Float64()
	return err == nil && !math.IsInf(f, 0)
}

package subgraph

import (
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"
)

// constant checks a value against its type. It accepts nil, which means that there is no value.
func (c graphQLCheck) constant(where string, t *ast.Type, value *ast.Value) {
	valueCheck{c.types, c.report}.constant(where, t, value)
}

// Report receives an error that a check finds: its position, and its message as for fmt.Sprintf.
type Report func(position *ast.Position, format string, args ...any)

// CheckOneOf checks a field of a @oneOf input type. Clients pass exactly one of the fields, so
// none may be required or have a default.
func CheckOneOf(
	coordinate string, t *ast.Type, value *ast.Value, position *ast.Position, report Report,
) {
	if t.NonNull {
		report(position, "%s is of type %s, but it is a field of a @oneOf input type, "+
			"of which clients give one field; make it nullable", coordinate, t)
	}
	if value != nil {
		report(position, "%s has a default, but it is a field of a @oneOf input type, "+
			"of which clients give one field; remove the default", coordinate)
	}
}

// CheckValue reports errors in a value of a type.
func CheckValue(
	types map[string]*ast.Definition, where string, t *ast.Type, value *ast.Value, report Report,
) {
	valueCheck{types, report}.constant(where, t, value)
}

// valueCheck reports errors in values.
type valueCheck struct {
	types  map[string]*ast.Definition
	report Report
}

func (c valueCheck) constant(where string, t *ast.Type, value *ast.Value) {
	of := c.types[t.Name()]
	switch {
	case value == nil || of == nil:
	case value.Kind == ast.Variable:
		c.report(value.Position, "%s has the variable %s for a value; write the value", where, value)
	case value.Kind == ast.NullValue:
		if t.NonNull {
			c.report(value.Position, "%s is of type %s and cannot be null; give a value", where, t)
		}
	case t.Elem != nil && value.Kind == ast.ListValue:
		for _, child := range value.Children {
			c.constant(where, t.Elem, child.Value)
		}
	case t.Elem != nil:
		c.constant(where, t.Elem, value)
	case of.Kind == ast.InputObject && value.Kind == ast.ObjectValue:
		c.object(where, of, value)
	case !fits(of, value):
		c.report(value.Position, "%s is of type %s, and %s is no value of it; give one that is",
			where, t, value)
	}
}

func (c valueCheck) object(where string, of *ast.Definition, value *ast.Value) {
	for _, child := range value.Children {
		f := of.Fields.ForName(child.Name)
		if f == nil {
			c.report(child.Position, "%s: input type %s has no field %s; remove it",
				where, of.Name, child.Name)
			continue
		}
		c.constant(where+"."+f.Name, f.Type, child.Value)
	}
	isOneOf := of.Directives.ForName("oneOf") != nil
	if isOneOf && (len(value.Children) != 1 || value.Children[0].Value.Kind == ast.NullValue) {
		c.report(value.Position, "%s: input type %s is @oneOf, "+
			"and %s does not give one field that is not null; give exactly one",
			where, of.Name, value)
	}
	for _, f := range of.Fields {
		if f.Type.NonNull && f.DefaultValue == nil && value.Children.ForName(f.Name) == nil {
			c.report(value.Position, "%s: the field %s of input type %s is required; give it",
				where, f.Name, of.Name)
		}
	}
}

// fits reports whether a literal is valid for a built-in scalar or an enum. Custom scalars accept
// any literal.
func fits(of *ast.Definition, value *ast.Value) bool {
	text := value.Kind == ast.StringValue || value.Kind == ast.BlockValue
	switch {
	case of.Kind == ast.Enum:
		return value.Kind == ast.EnumValue && of.EnumValues.ForName(value.Raw) != nil
	case of.Kind != ast.Scalar:
		return false
	case of.Name == "Int":
		_, err := strconv.ParseInt(value.Raw, 10, 32)
		return value.Kind == ast.IntValue && err == nil
	case of.Name == "Float":
		return value.Kind == ast.IntValue || value.Kind == ast.FloatValue
	case of.Name == "String":
		return text
	case of.Name == "Boolean":
		return value.Kind == ast.BooleanValue
	case of.Name == "ID":
		return text || value.Kind == ast.IntValue
	default:
		return true
	}
}

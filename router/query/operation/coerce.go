package operation

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// Coerce checks the values of variables against their types and fills in defaults (GraphQL,
// section 6.1.2, CoerceVariableValues). Numbers are json.Number, as from a decoder with UseNumber.
// Values that no variable names are ignored. The error is an *Error.
func (o *Operation) Coerce(values map[string]any) (map[string]any, error) {
	c := coercer{schema: o.schema}
	coerced := make(map[string]any, len(o.Variables))
	for _, v := range o.clientVariables() {
		value, given := values[v.Variable]
		switch {
		case given:
			coerced[v.Variable] = c.value(&at{name: v.Variable}, v.Type, value)
		case v.DefaultValue != nil:
			coerced[v.Variable] = c.literal(v.Type, v.DefaultValue)
		case v.Type.NonNull:
			c.refuse(&at{name: v.Variable}, "needs a value of type %s", v.Type)
		}
	}
	for _, name := range o.switches {
		if coerced[name] == nil {
			c.refuse(&at{name: name}, "must not be null: @skip, @include or __type reads it")
		}
	}
	if len(c.errs) > 0 {
		return nil, refuse(CodeVariables, c.errs...)
	}
	return coerced, nil
}

// coercer checks values. It records the first faults, each with the position of the value, written
// as $name.member[index].
type coercer struct {
	schema *ast.Schema
	errs   gqlerror.List
}

// at is the position of a value. It is formatted only for a fault: formatting it for each value
// would take quadratic time in a deeply nested one.
type at struct {
	within *at    // nil for the variable itself
	name   string // name of the variable or the member; empty for an item
	index  int
}

func (a *at) item(index int) *at { return &at{within: a, index: index} }

func (a *at) member(name string) *at { return &at{within: a, name: name} }

// String formats the position, and shortens one that is deep.
func (a *at) String() string {
	const deepest = 32
	var steps []string
	for ; a.within != nil; a = a.within {
		if a.name == "" {
			steps = append(steps, "["+strconv.Itoa(a.index)+"]")
		} else {
			steps = append(steps, "."+limits.Shorten(a.name))
		}
	}
	cut := ""
	if len(steps) > deepest {
		steps, cut = steps[len(steps)-deepest:], "…"
	}
	slices.Reverse(steps)
	return "$" + a.name + strings.Join(steps, "") + cut
}

func (c *coercer) refuse(at *at, format string, args ...any) any {
	if len(c.errs) < limits.MaxErrors {
		message := fmt.Sprintf("Variable %s ", at) + fmt.Sprintf(format, args...) + "."
		c.errs = append(c.errs, &gqlerror.Error{Message: message})
	}
	return nil
}

func (c *coercer) value(at *at, typ *ast.Type, value any) any {
	if value == nil {
		if typ.NonNull {
			return c.refuse(at, "must not be null: its type is %s", typ)
		}
		return nil
	}
	if typ.Elem != nil {
		return c.list(at, typ, value)
	}
	definition := c.schema.Types[typ.NamedType]
	switch definition.Kind {
	case ast.InputObject:
		return c.object(at, definition, value)
	case ast.Enum:
		name, ok := value.(string)
		if !ok || definition.EnumValues.ForName(name) == nil {
			return c.refuse(at, "is not a value of the enum %s", definition.Name)
		}
		return value
	default:
		return c.scalar(at, definition.Name, value)
	}
}

// list accepts a single value as a list of one (GraphQL, section 3.11).
func (c *coercer) list(at *at, typ *ast.Type, value any) any {
	items, ok := value.([]any)
	if !ok {
		return []any{c.value(at, typ.Elem, value)}
	}
	coerced := make([]any, len(items))
	for i, item := range items {
		coerced[i] = c.value(at.item(i), typ.Elem, item)
	}
	return coerced
}

func (c *coercer) object(at *at, definition *ast.Definition, value any) any {
	members, ok := value.(map[string]any)
	if !ok {
		return c.refuse(at, "must be an object of type %s", definition.Name)
	}
	c.checkMembers(at, definition, members)
	coerced := make(map[string]any, len(members))
	for _, field := range definition.Fields {
		member, given := members[field.Name]
		switch {
		case given:
			coerced[field.Name] = c.value(at.member(field.Name), field.Type, member)
		case field.DefaultValue != nil:
			coerced[field.Name] = c.literal(field.Type, field.DefaultValue)
		case field.Type.NonNull:
			c.refuse(at.member(field.Name), "needs a value of type %s", field.Type)
		}
	}
	return coerced
}

// checkMembers refuses members that the type does not have. Of a @oneOf type it accepts only a
// single member that is not null.
func (c *coercer) checkMembers(at *at, definition *ast.Definition, members map[string]any) {
	var unknown []string
	for name := range members {
		if definition.Fields.ForName(name) == nil {
			unknown = append(unknown, name)
		}
	}
	slices.Sort(unknown)
	for _, name := range unknown {
		c.refuse(at.member(name), "is not a field of %s", definition.Name)
	}
	if definition.Directives.ForName("oneOf") == nil {
		return
	}
	if len(members) != 1 {
		c.refuse(at, "must have exactly one field: %s is a @oneOf input", definition.Name)
	}
	for name, member := range members {
		if member == nil {
			c.refuse(at.member(name), "must not be null: %s is a @oneOf input", definition.Name)
		}
	}
}

// scalar checks the built-in scalars (GraphQL, section 3.5, input coercion). Subgraphs check
// custom ones.
func (c *coercer) scalar(at *at, name string, value any) any {
	number, isNumber := value.(json.Number)
	ok := true
	switch name {
	case "Int":
		ok = isNumber && isInt32(number)
	case "Float":
		ok = isNumber && isFinite(number)
	case "String":
		_, ok = value.(string)
	case "Boolean":
		_, ok = value.(bool)
	case "ID":
		if isNumber && isInteger(number) {
			return number.String()
		}
		_, ok = value.(string)
	}
	if !ok {
		return c.refuse(at, "is not a value of type %s", name)
	}
	return value
}

// literal returns the value of a default. Numbers keep their text: ast.Value.Value would round
// 12345678901234567.89, drop the zero of 1.0, and refuse an integer of more than 64 bits.
func (c *coercer) literal(typ *ast.Type, value *ast.Value) any {
	switch value.Kind {
	case ast.ListValue:
		items := make([]any, len(value.Children))
		for i, child := range value.Children {
			items[i] = c.literal(elementOf(typ), child.Value)
		}
		return items
	case ast.ObjectValue:
		return c.literalObject(typ, value)
	case ast.IntValue, ast.FloatValue:
		if typ != nil && typ.NamedType == "ID" {
			return value.Raw
		}
		return json.Number(value.Raw)
	case ast.BooleanValue:
		return value.Raw == "true"
	case ast.NullValue:
		return nil
	default:
		return value.Raw
	}
}

func (c *coercer) literalObject(typ *ast.Type, value *ast.Value) any {
	var fields ast.FieldList
	if typ != nil && c.schema.Types[typ.Name()] != nil {
		fields = c.schema.Types[typ.Name()].Fields
	}
	members := make(map[string]any, len(value.Children))
	for _, child := range value.Children {
		var of *ast.Type
		if field := fields.ForName(child.Name); field != nil {
			of = field.Type
		}
		members[child.Name] = c.literal(of, child.Value)
	}
	return members
}

// elementOf returns the type of a list's items; nil inside a custom scalar, which has no types.
func elementOf(list *ast.Type) *ast.Type {
	if list == nil {
		return nil
	}
	return list.Elem
}

func isInt32(n json.Number) bool {
	f, err := n.Float64()
	return err == nil && f == math.Trunc(f) && f >= math.MinInt32 && f <= math.MaxInt32
}

// isInteger reports whether a number is written as an integer of any length.
func isInteger(n json.Number) bool {
	return !strings.ContainsAny(n.String(), ".eE")
}

func isFinite(n json.Number) bool {
	f, err := n.Float64()
	return err == nil && !math.IsInf(f, 0)
}

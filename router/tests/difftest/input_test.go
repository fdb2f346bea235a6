package difftest_test

import (
	"github.com/vektah/gqlparser/v2/ast"
)

// inputs coerces the values of arguments and variables.
type inputs struct {
	schema    *ast.Schema
	variables map[string]any
}

// arguments returns the values of a field's arguments (GraphQL, section 6.4.1,
// CoerceArgumentValues).
func (in inputs) arguments(definitions ast.ArgumentDefinitionList, given ast.ArgumentList) map[string]any {
	values := map[string]any{}
	for _, d := range definitions {
		if argument := given.ForName(d.Name); argument != nil {
			if value, ok := in.literal(d.Type, argument.Value); ok {
				values[d.Name] = value
				continue
			}
		}
		if d.DefaultValue != nil {
			values[d.Name], _ = in.literal(d.Type, d.DefaultValue)
		}
	}
	return values
}

// literal returns a literal's value, or false for a variable without one.
func (in inputs) literal(t *ast.Type, v *ast.Value) (any, bool) {
	definition := in.schema.Types[t.Name()]
	switch {
	case v.Kind == ast.Variable:
		value, ok := in.variables[v.Raw]
		return in.value(t, value), ok
	case v.Kind == ast.ObjectValue && t.Elem == nil && definition.Kind == ast.InputObject:
		members := map[string]any{}
		for _, child := range v.Children {
			field := definition.Fields.ForName(child.Name)
			if value, ok := in.literal(field.Type, child.Value); ok {
				members[child.Name] = value
			}
		}
		return in.value(t, members), true
	case v.Kind == ast.ListValue && t.Elem != nil:
		items := []any{}
		for _, child := range v.Children {
			item, _ := in.literal(t.Elem, child.Value)
			items = append(items, item)
		}
		return items, true
	}
	value, err := v.Value(nil)
	if err != nil {
		panic(err)
	}
	return in.value(t, value), true
}

// value completes a value: it wraps a single item in a list, and adds an input object's defaults.
func (in inputs) value(t *ast.Type, value any) any {
	definition := in.schema.Types[t.Name()]
	switch v := value.(type) {
	case nil:
		return nil
	case []any:
		items := []any{}
		for _, item := range v {
			if t.Elem != nil {
				item = in.value(t.Elem, item)
			}
			items = append(items, item)
		}
		return items
	case map[string]any:
		if t.Elem != nil || definition.Kind != ast.InputObject {
			break
		}
		members := map[string]any{}
		for _, field := range definition.Fields {
			if member, ok := v[field.Name]; ok {
				members[field.Name] = in.value(field.Type, member)
			} else if field.DefaultValue != nil {
				members[field.Name], _ = in.literal(field.Type, field.DefaultValue)
			}
		}
		return members
	}
	if t.Elem != nil {
		return []any{in.value(t.Elem, value)}
	}
	return value
}

package compose

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// mergeArgumentsOf merges several applications of a directive whose arguments can be combined: the
// highest cost, the longest list, everything that any subgraph requires. It returns nil for other
// directives; ok is false if the result is too large.
func mergeArgumentsOf(same ast.DirectiveList) (d *ast.Directive, ok bool) {
	merged := *same[0]
	merged.Arguments = nil
	few := true
	addAll := func(name string) {
		var all alternatives
		if all, few = conjunction(argumentsNamed(same, name)); few {
			merged.Arguments = append(merged.Arguments, &ast.Argument{Name: name, Value: all.value()})
		}
	}
	add := func(name string, value *ast.Value) {
		if value != nil {
			merged.Arguments = append(merged.Arguments, &ast.Argument{Name: name, Value: value})
		}
	}
	values := func(name string) []*ast.Value { return argumentsNamed(same, name) }
	switch merged.Name {
	case federation.Cost:
		add("weight", greatest(values("weight")))
	case federation.ListSize:
		add("assumedSize", greatest(values("assumedSize")))
		add("slicingArguments", union(values("slicingArguments")))
		add("sizedFields", union(values("sizedFields")))
		add("requireOneSlicingArgument", unlessFalse(values("requireOneSlicingArgument")))
	case federation.RequiresScopes:
		addAll("scopes")
	case federation.Policy:
		addAll("policies")
	default:
		return nil, true
	}
	return &merged, few
}

func argumentsNamed(directives ast.DirectiveList, name string) []*ast.Value {
	var values []*ast.Value
	for _, d := range directives {
		if a := d.Arguments.ForName(name); a != nil && a.Value.Kind != ast.NullValue {
			values = append(values, a.Value)
		}
	}
	return values
}

func greatest(values []*ast.Value) *ast.Value {
	number := func(v *ast.Value) int {
		n, _ := strconv.Atoi(v.Raw) // it was checked to be an Int
		return n
	}
	if len(values) == 0 {
		return nil
	}
	return slices.MaxFunc(values, func(a, b *ast.Value) int {
		return cmp.Compare(number(a), number(b))
	})
}

func union(lists []*ast.Value) *ast.Value {
	if len(lists) == 0 {
		return nil
	}
	var names []string
	for _, list := range lists {
		for _, name := range federation.Strings(list) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return textList(names)
}

func unlessFalse(values []*ast.Value) *ast.Value {
	for _, v := range values {
		if v.Raw == "false" {
			return v
		}
	}
	return &ast.Value{Kind: ast.BooleanValue, Raw: "true"}
}

func textList(names []string) *ast.Value {
	list := &ast.Value{Kind: ast.ListValue}
	for _, name := range names {
		value := &ast.Value{Kind: ast.StringValue, Raw: name}
		list.Children = append(list.Children, &ast.ChildValue{Value: value})
	}
	return list
}

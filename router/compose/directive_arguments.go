package compose

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// mergeArgumentsOf makes one application of several of a directive whose arguments mean something together: the highest cost,
// the longest list, all that any subgraph requires. It is nil for other directives.
func mergeArgumentsOf(same ast.DirectiveList) *ast.Directive {
	merged := *same[0]
	merged.Arguments = nil
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
		add("scopes", conjunction(values("scopes")).value())
	case federation.Policy:
		add("policies", conjunction(values("policies")).value())
	default:
		return nil
	}
	return &merged
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
	return slices.MaxFunc(values, func(a, b *ast.Value) int { return cmp.Compare(number(a), number(b)) })
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
		list.Children = append(list.Children, &ast.ChildValue{Value: &ast.Value{Kind: ast.StringValue, Raw: name}})
	}
	return list
}

// alternatives is a requirement of scopes or policies: all of the names of any of the sets. Without a set it requires nothing.
type alternatives [][]string

func readAlternatives(value *ast.Value) alternatives {
	if value.Kind != ast.ListValue {
		return alternatives{federation.Strings(value)}
	}
	var list alternatives
	for _, child := range value.Children {
		list = append(list, federation.Strings(child.Value))
	}
	return list
}

// value is the requirement as an argument.
func (a alternatives) value() *ast.Value {
	list := &ast.Value{Kind: ast.ListValue}
	for _, set := range a {
		list.Children = append(list.Children, &ast.ChildValue{Value: textList(set)})
	}
	return list
}

// conjunction is the requirement of all: each set of one together with each of the others.
func conjunction(requirements []*ast.Value) alternatives {
	var all alternatives
	for _, r := range requirements {
		switch next := readAlternatives(r); {
		case len(next) == 0:
		case len(all) == 0:
			all = next.minimal()
		default:
			var product alternatives
			for _, a := range all {
				for _, b := range next {
					product = append(product, slices.Concat(a, b))
				}
			}
			all = product.minimal()
		}
	}
	return all
}

// minimal leaves out the sets that ask for more than another one does, and sorts.
func (a alternatives) minimal() alternatives {
	sets := make(alternatives, len(a))
	for i, set := range a {
		sets[i] = slices.Compact(slices.Sorted(slices.Values(set)))
	}
	slices.SortFunc(sets, func(x, y []string) int { return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(x, y)) })
	var kept alternatives
	for _, set := range sets {
		if !kept.metBy(set) {
			kept = append(kept, set)
		}
	}
	return kept
}

// metBy reports whether who has the names meets the requirement.
func (a alternatives) metBy(names []string) bool {
	return slices.ContainsFunc(a, func(set []string) bool {
		return !slices.ContainsFunc(set, func(name string) bool { return !slices.Contains(names, name) })
	})
}

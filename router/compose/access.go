package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// access is what it takes to see something.
type access struct {
	authenticated    bool
	scopes, policies alternatives
}

func accessOf(directives ast.DirectiveList) access {
	return access{
		authenticated: directives.ForName(federation.Authenticated) != nil,
		scopes:        conjunction(argumentsNamed(directives, "scopes")),
		policies:      conjunction(argumentsNamed(directives, "policies")),
	}
}

// and is what it takes to see both.
func (a access) and(b access) access {
	return access{a.authenticated || b.authenticated, a.scopes.and(b.scopes), a.policies.and(b.policies)}
}

// beyond is what of the access somebody may lack who has the other one.
func (a access) beyond(b access) access {
	lacking := access{authenticated: a.authenticated && !b.authenticated}
	if !b.scopes.implies(a.scopes) {
		lacking.scopes = a.scopes
	}
	if !b.policies.implies(a.policies) {
		lacking.policies = a.policies
	}
	return lacking
}

// String is the access as directives; empty if everybody has it.
func (a access) String() string {
	var texts []string
	if a.authenticated {
		texts = append(texts, "@"+federation.Authenticated)
	}
	if len(a.scopes) > 0 {
		texts = append(texts, "@"+federation.RequiresScopes+"(scopes: "+a.scopes.value().String()+")")
	}
	if len(a.policies) > 0 {
		texts = append(texts, "@"+federation.Policy+"(policies: "+a.policies.value().String()+")")
	}
	return strings.Join(texts, " and ")
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

// conjunction is the requirement of all.
func conjunction(requirements []*ast.Value) alternatives {
	var all alternatives
	for _, r := range requirements {
		all = all.and(readAlternatives(r))
	}
	return all
}

// and is the requirement of both: each set of one together with each of the other.
func (a alternatives) and(b alternatives) alternatives {
	switch {
	case len(a) == 0:
		return b.minimal()
	case len(b) == 0:
		return a
	}
	var product alternatives
	for _, x := range a {
		for _, y := range b {
			product = append(product, slices.Concat(x, y))
		}
	}
	return product.minimal()
}

// implies reports whether whoever meets the requirement meets the other one, too.
func (a alternatives) implies(b alternatives) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(b) == 0
	}
	return !slices.ContainsFunc(a, func(set []string) bool { return !b.metBy(set) })
}

// minimal leaves out the sets that ask for more than another one does, and sorts.
func (a alternatives) minimal() alternatives {
	sets := make(alternatives, len(a))
	for i, set := range a {
		sets[i] = slices.Compact(slices.Sorted(slices.Values(set)))
	}
	slices.SortFunc(sets, func(x, y []string) int { return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(x, y)) })
	sets = slices.CompactFunc(sets, slices.Equal[[]string])
	var kept alternatives
	shorter := 0 // how many of the kept are shorter: of those of its own length, no other set asks for less
	for i, set := range sets {
		if i > 0 && len(sets[i-1]) < len(set) {
			shorter = len(kept)
		}
		if !kept[:shorter].metBy(set) {
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

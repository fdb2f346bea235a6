package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// access is the set of rights that an element requires.
type access struct {
	authenticated    bool
	scopes, policies alternatives
}

// accessOf returns the access that directives require. ok is false if it has too many
// alternatives.
func accessOf(directives ast.DirectiveList) (asked access, ok bool) {
	scopes, few := conjunction(argumentsNamed(directives, "scopes"))
	policies, too := conjunction(argumentsNamed(directives, "policies"))
	return access{directives.ForName(federation.Authenticated) != nil, scopes, policies}, few && too
}

// and returns the access that both require. ok is false if it has too many alternatives.
func (a access) and(b access) (both access, ok bool) {
	scopes, few := a.scopes.and(b.scopes)
	policies, too := a.policies.and(b.policies)
	return access{a.authenticated || b.authenticated, scopes, policies}, few && too
}

// beyond returns the part of the access that somebody with the other access may lack.
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

// restricts reports whether the access is restricted at all.
func (a access) restricts() bool { return a.authenticated || len(a.scopes)+len(a.policies) > 0 }

// String returns the access as directives, or "" if it is unrestricted.
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

// alternatives is a requirement of scopes or policies: all names of at least one set. Without sets
// it requires nothing.
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

// value returns the requirement as an argument.
func (a alternatives) value() *ast.Value {
	list := &ast.Value{Kind: ast.ListValue}
	for _, set := range a {
		list.Children = append(list.Children, &ast.ChildValue{Value: textList(set)})
	}
	return list
}

const (
	// maxAlternatives limits the sets of one requirement. Requirements that apply together
	// multiply: six with two sets each have 64, and a client would have to know all of them to
	// request the right scopes.
	maxAlternatives = 64
	// maxProduct limits the sets that are compared to find those, and maxProductBytes the bytes of
	// their names.
	maxProduct, maxProductBytes = 4096, 16 << 10
)

// conjunction returns the requirement of all. ok is false if it has too many alternatives.
func conjunction(requirements []*ast.Value) (all alternatives, ok bool) {
	for _, r := range requirements {
		if all, ok = all.and(readAlternatives(r)); !ok {
			return nil, false
		}
	}
	return all, true
}

// and returns the requirement of both: each set of one combined with each of the other. ok is
// false if there are too many.
func (a alternatives) and(b alternatives) (both alternatives, ok bool) {
	switch {
	case len(a) > maxProduct || len(b) > maxProduct:
		return nil, false
	case len(a) == 0:
		return b.minimal()
	case len(b) == 0:
		return a.minimal()
	}
	a, few := a.minimal()
	b, too := b.minimal()
	if !few || !too {
		return nil, false
	}
	// A set that meets the other requirement stays unchanged, because each combination with it
	// requires more.
	bothMeet, onlyA := b.split(a)
	more, onlyB := a.split(b)
	product := slices.Concat(bothMeet, more)
	for _, x := range onlyA {
		for _, y := range onlyB {
			product = append(product, slices.Concat(x, y))
		}
	}
	if both, ok = product.minimal(); both.size() > maxProductBytes {
		return nil, false
	}
	return both, ok
}

// size returns the total length of all names.
func (a alternatives) size() int {
	size := 0
	for _, set := range a {
		for _, name := range set {
			size += len(name)
		}
	}
	return size
}

// split returns the sets that meet the requirement, and those that do not.
func (a alternatives) split(sets alternatives) (meet, others alternatives) {
	for _, set := range sets {
		if a.metBy(set) {
			meet = append(meet, set)
		} else {
			others = append(others, set)
		}
	}
	return meet, others
}

// implies reports whether everybody who meets the requirement meets the other one, too.
func (a alternatives) implies(b alternatives) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(b) == 0
	}
	return !slices.ContainsFunc(a, func(set []string) bool { return !b.metBy(set) })
}

// minimal removes the sets that require more than another one, and sorts the rest. ok is false if
// too many remain.
func (a alternatives) minimal() (kept alternatives, ok bool) {
	sets := make(alternatives, len(a))
	for i, set := range a {
		sets[i] = slices.Compact(slices.Sorted(slices.Values(set)))
	}
	slices.SortFunc(sets, func(x, y []string) int {
		return cmp.Or(cmp.Compare(len(x), len(y)), slices.Compare(x, y))
	})
	sets = slices.CompactFunc(sets, slices.Equal[[]string])
	shorter := 0 // the number of shorter sets kept; a set of the same length never requires less
	for i, set := range sets {
		if i > 0 && len(sets[i-1]) < len(set) {
			shorter = len(kept)
		}
		if kept[:shorter].metBy(set) {
			continue
		}
		if kept = append(kept, set); len(kept) > maxAlternatives {
			return nil, false
		}
	}
	return kept, true
}

// metBy reports whether somebody with the names meets the requirement. Both are sorted.
func (a alternatives) metBy(names []string) bool {
	return slices.ContainsFunc(a, func(set []string) bool { return includes(names, set) })
}

// includes reports whether all names of a sorted set are in another one.
func includes(names, set []string) bool {
	for _, name := range set {
		at, found := slices.BinarySearch(names, name)
		if !found {
			return false
		}
		names = names[at+1:]
	}
	return true
}

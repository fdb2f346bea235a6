package limits

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// maxVisits bounds the selections that the comparison of a document's fields examines. It needs a
// bound because there can be as many combinations of selection sets as sets of fragments.
const maxVisits = 120_000

// fieldsCanBeMerged is Field Selection Merging (GraphQL, section 5.3.2). gqlparser compares fields
// pair by pair: 10,000 selections of the same field take half a minute. This rule gathers all
// fields of one response key, and compares each with the first:
//
//   - all must have the same shape: the same lists, non-null types and leaf types;
//   - fields that one object can have must be the same field with the same arguments.
//
// Then it compares the selections below these fields, taken together, in the same way. It compares
// a combination of selection sets once, even if several fragments lead to it.
func fieldsCanBeMerged(observers *core.Events, fail core.AddErrFunc) {
	o := overlaps{seen: map[combination]bool{}, visits: maxVisits, fail: fail}
	observers.OnOperation(func(_ *core.Walker, operation *ast.OperationDefinition) {
		if o.visits < 0 || apart(operation.SelectionSet) {
			return
		}
		sets := []ast.SelectionSet{operation.SelectionSet}
		o.check(sets, sameShape)
		o.check(sets, sameField)
		if o.visits < 0 {
			fail(tooLarge("The document's fragments expand to more than %d selections. "+
				"Use fewer fragments, or send several documents.", maxVisits))
		}
	})
}

// apart reports whether a set is small, and has neither fragments nor a repeated response key,
// like all sets below it. No two of its fields then need to be compared. Most sets are apart.
func apart(set ast.SelectionSet) bool {
	if len(set) > few {
		return false
	}
	for i, selection := range set {
		field, ok := selection.(*ast.Field)
		if !ok || !apart(field.SelectionSet) {
			return false
		}
		for _, other := range set[:i] {
			if other.(*ast.Field).Alias == field.Alias {
				return false
			}
		}
	}
	return true
}

// few is the largest number of selections that are compared one by one, which is then faster than
// a map.
const few = 16

// comparison is what fields with one response key must have in common.
type comparison int

const (
	sameShape comparison = iota // for all fields
	sameField                   // for fields of types that one object can have
)

// combination identifies selection sets that are compared together: the first set, and a text with
// the addresses of the others.
type combination struct {
	first  *ast.Selection
	others string
	by     comparison
}

func combine(sets []ast.SelectionSet, by comparison) combination {
	c := combination{first: &sets[0][0], by: by}
	if len(sets) > 1 {
		var others strings.Builder
		for _, set := range sets[1:] {
			fmt.Fprintf(&others, "%p ", set)
		}
		c.others = others.String()
	}
	return c
}

type overlaps struct {
	seen   map[combination]bool
	visits int // remaining
	fail   core.AddErrFunc
	common [2]map[*ast.Field]string // cached results of inCommon, by comparison
}

func (o *overlaps) check(sets []ast.SelectionSet, by comparison) {
	if o.visits -= len(sets); o.visits < 0 {
		return
	}
	id := combine(sets, by)
	if o.seen[id] {
		return
	}
	o.seen[id] = true
	g := gatherer{byKey: map[string][]*ast.Field{}, spread: map[string]bool{}, visits: &o.visits}
	for _, set := range sets {
		g.gather(set)
	}
	if o.visits < 0 {
		return
	}
	for _, key := range g.keys {
		for _, fields := range together(g.byKey[key], by) {
			if o.visits -= len(fields) - 1; o.visits < 0 {
				return
			}
			if o.differ(key, fields, by) {
				break
			}
			if below := selectionsOf(fields); len(below) > 0 {
				o.check(below, by)
			}
		}
	}
}

// gatherer collects the fields of selection sets. It enters each fragment once.
type gatherer struct {
	keys   []string
	byKey  map[string][]*ast.Field
	spread map[string]bool
	visits *int
}

func (g *gatherer) gather(set ast.SelectionSet) {
	for _, selection := range set {
		if *g.visits--; *g.visits < 0 {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			if s.Definition == nil {
				continue // another rule reports it
			}
			if g.byKey[s.Alias] == nil {
				g.keys = append(g.keys, s.Alias)
			}
			g.byKey[s.Alias] = append(g.byKey[s.Alias], s)
		case *ast.InlineFragment:
			g.gather(s.SelectionSet)
		case *ast.FragmentSpread:
			if s.Definition != nil && !g.spread[s.Name] {
				g.spread[s.Name] = true
				g.gather(s.Definition.SelectionSet)
			}
		}
	}
}

// together returns the groups of fields that must have something in common. For sameShape that is
// one group of all fields. For sameField it is one group for each object type, with the fields of
// interfaces, because an object can have both.
func together(fields []*ast.Field, by comparison) [][]*ast.Field {
	if by == sameShape || len(fields) == 1 {
		return [][]*ast.Field{fields}
	}
	var abstract []*ast.Field
	var order []string
	byType := map[string][]*ast.Field{}
	for _, f := range fields {
		parent := f.ObjectDefinition
		if parent == nil || parent.Kind != ast.Object {
			abstract = append(abstract, f)
			continue
		}
		if byType[parent.Name] == nil {
			order = append(order, parent.Name)
		}
		byType[parent.Name] = append(byType[parent.Name], f)
	}
	if len(order) == 0 {
		return [][]*ast.Field{abstract}
	}
	groups := make([][]*ast.Field, len(order))
	for i, name := range order {
		groups[i] = append(byType[name], abstract...)
	}
	return groups
}

// differ reports the first of the other fields that conflicts with the first field.
func (o *overlaps) differ(key string, fields []*ast.Field, by comparison) bool {
	if len(fields) == 1 {
		return false
	}
	first := fields[0]
	common := o.inCommon(first, by)
	for _, other := range fields[1:] {
		if o.inCommon(other, by) == common {
			continue
		}
		o.fail(core.Message("Fields %q conflict because %s. "+
			"Use different aliases on the fields to fetch both if this was intentional.",
			key, reason(first, other, by)), core.At(first.Position), core.At(other.Position))
		return true
	}
	return false
}

// inCommon caches the results of the function inCommon, because a field can be in many groups, and
// its arguments can be long.
func (o *overlaps) inCommon(f *ast.Field, by comparison) string {
	if by == sameField && len(f.Arguments) == 0 {
		return f.Name
	}
	known := o.common[by]
	text, ok := known[f]
	if !ok {
		if known == nil {
			known = map[*ast.Field]string{}
			o.common[by] = known
		}
		text = inCommon(f, by)
		known[f] = text
	}
	return text
}

func reason(first, other *ast.Field, by comparison) string {
	switch {
	case by == sameShape:
		return fmt.Sprintf("they return conflicting types %q and %q",
			first.Definition.Type, other.Definition.Type)
	case first.Name != other.Name:
		return fmt.Sprintf("%q and %q are different fields", first.Name, other.Name)
	default:
		return "they have differing arguments"
	}
}

// inCommon returns a text that must be equal for all fields that are compared.
func inCommon(f *ast.Field, by comparison) string {
	if by == sameShape {
		if f.Name == "__typename" {
			return "String!" // gqlparser's own definition lacks the !
		}
		if len(f.SelectionSet) == 0 {
			return f.Definition.Type.String()
		}
		return strings.Replace(f.Definition.Type.String(), f.Definition.Type.Name(), "{}", 1)
	}
	if len(f.Arguments) == 0 {
		return f.Name
	}
	arguments := slices.SortedFunc(slices.Values(f.Arguments), func(a, b *ast.Argument) int {
		return cmp.Compare(a.Name, b.Name)
	})
	var text strings.Builder
	text.WriteString(f.Name)
	for _, argument := range arguments {
		text.WriteString("," + argument.Name + ":" + argument.Value.String())
	}
	return text.String()
}

func selectionsOf(fields []*ast.Field) []ast.SelectionSet {
	var sets []ast.SelectionSet
	for _, f := range fields {
		if len(f.SelectionSet) > 0 {
			sets = append(sets, f.SelectionSet)
		}
	}
	return sets
}

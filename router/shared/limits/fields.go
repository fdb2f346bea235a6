package limits

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/core"
)

// maxVisits is how many selections the comparison of a document's fields may examine. There can be
// as many combinations of selection sets as there are sets of fragments.
const maxVisits = 120_000

// fieldsCanBeMerged is Field Selection Merging (GraphQL, section 5.3.2). gqlparser compares fields
// pair by pair: ten thousand times the same field take half a minute. Here all fields of one
// response key are gathered, and each is compared with the first:
//
//   - all must have the same shape: lists, nulls and leaf types alike;
//   - those that one object can have must be the same field with the same arguments.
//
// Then the selections below them, taken together, are compared in the same way. A combination of
// selection sets is compared once, however often fragments lead to it.
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
			fail(tooLarge("The document's fragments are too entangled: "+
				"they expand to more than %d selections.", maxVisits))
		}
	})
}

// apart reports whether no two fields in the set can have the same response key: the sets are
// small, and have neither fragments nor a repeated key. Most sets are like that.
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

// few is the greatest number of selections that are compared one by one, which is faster than
// using a map.
const few = 16

// comparison says what fields with one response key must have in common, and which of them.
type comparison int

const (
	sameShape comparison = iota // all
	sameField                   // those of types that one object can have
)

// combination identifies selection sets that are compared together: the first, and the others as
// text.
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
	visits int // that are left
	fail   core.AddErrFunc
	common [2]map[*ast.Field]string // what is known of inCommon, by comparison
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

// gatherer collects the fields of selection sets, fragments entered once.
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

// together returns the groups of fields that must have something in common: all of them; or those
// of each object type together with those of interfaces, since an object may have both.
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

// differ reports the first field that lacks what it must have in common with the first.
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

// inCommon returns what the fields must have in common, as text.
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

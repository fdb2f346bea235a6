package limits

import (
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// Pricer prices operations over one schema. It is safe for use by many goroutines.
type Pricer struct {
	schema  *ast.Schema
	assumed uint64
	sizings map[*ast.FieldDefinition]*sizing
	// complete is the cost of a complete introspection.
	complete func() figures
}

// NewPricer returns a pricer. The schema must not change after.
func NewPricer(schema *ast.Schema, limits Limits) *Pricer {
	p := &Pricer{schema: schema, assumed: limits.AssumedListSize, sizings: map[*ast.FieldDefinition]*sizing{}}
	for _, definition := range schema.Types {
		for _, field := range definition.Fields {
			p.sizings[field] = p.newSizing(field)
		}
	}
	p.complete = sync.OnceValue(func() figures { return completeIntrospection(schema) })
	return p
}

// Price prices an operation of a valid document.
func (p *Pricer) Price(operation *ast.OperationDefinition) *Price {
	b := p.builder()
	all := b.set(operation.SelectionSet, &sizing{}).once
	b.sum(all)
	made := &Price{sums: b.sums, pricer: p, operation: operation, variables: b.variables()}
	if operation.Operation == ast.Mutation {
		made.rootMutations = b.count(operation.SelectionSet)
	}
	if b.introspects {
		made.free = p.complete()
	}
	return made
}

func (p *Pricer) builder() *builder {
	return &builder{Pricer: p, fragments: map[fragmentKey]*divided{}, counts: map[string]uint64{}}
}

// builder prices one operation.
type builder struct {
	*Pricer
	sums        []sum
	fragments   map[fragmentKey]*divided
	counts      map[string]uint64 // root fields of fragments
	introspects bool
	steps       uint64 // that introspection may still take
	// values are those of the variables, and fields the costs that they lead to. Only heaviest sets them.
	values map[string]any
	fields map[*ast.Field]figures
}

// fragmentKey is a fragment in a connection with these sized lists, or elsewhere.
type fragmentKey struct{ name, sized string }

// divided is the cost of a selection set: once for the object, and each time for each element of its sized lists.
type divided struct{ once, each sum }

func (s *sum) plus(t sum) {
	s.fixed = s.fixed.plus(t.fixed)
	s.introspection = s.introspection.plus(t.introspection)
	s.terms = append(s.terms, t.terms...)
}

// sum keeps a cost, and returns its index.
func (b *builder) sum(s sum) int {
	b.sums = append(b.sums, s)
	return len(b.sums) - 1
}

// single is the same cost with one term at most: so a cost is not copied at each level that it goes up.
func (b *builder) single(s sum) sum {
	if len(s.terms) < 2 {
		return s
	}
	return sum{terms: []term{{sum: b.sum(s), times: 1}}}
}

// times is a cost for each element of a list.
func (b *builder) times(s sum, n uint64, by *size) sum {
	if by != nil && b.fields != nil {
		n, by = by.in(b.values), nil
	}
	if by != nil {
		return sum{terms: []term{{sum: b.sum(s), times: 1, size: by}}}
	}
	out := sum{fixed: s.fixed.times(n), introspection: s.introspection.times(n)}
	for _, t := range b.single(s).terms {
		t.times = multiply(t.times, n)
		out.terms = append(out.terms, t)
	}
	return out
}

func (b *builder) set(set ast.SelectionSet, within *sizing) divided {
	var d divided
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			isSized := slices.Contains(within.sized, of.Name)
			cost := b.field(of, isSized)
			if isSized {
				d.each.plus(cost)
			} else {
				d.once.plus(cost)
			}
		case *ast.InlineFragment:
			d.plus(b.set(of.SelectionSet, within))
		case *ast.FragmentSpread:
			d.plus(*b.fragment(of, within))
		}
	}
	return divided{b.single(d.once), b.single(d.each)}
}

func (d *divided) plus(e divided) {
	d.once.plus(e.once)
	d.each.plus(e.each)
}

// fragment is the cost of a fragment. Within itself it costs nothing: validation refuses that.
func (b *builder) fragment(spread *ast.FragmentSpread, within *sizing) *divided {
	key := fragmentKey{spread.Name, within.key}
	known := b.fragments[key]
	if known == nil {
		known = &divided{}
		b.fragments[key] = known
		if spread.Definition != nil {
			*known = b.set(spread.Definition.SelectionSet, within)
		}
	}
	return known
}

// field is the cost of a field of one object; of one element, if it is a sized list.
func (b *builder) field(f *ast.Field, isSized bool) sum {
	cost := b.fieldCost(f, isSized)
	if b.fields != nil {
		b.fields[f] = cost.fixed.plus(cost.introspection)
	}
	return cost
}

func (b *builder) fieldCost(f *ast.Field, isSized bool) sum {
	one := sum{fixed: figures{values: 1}}
	switch {
	case f.Name == "__typename" || f.Definition == nil:
		return one
	case isIntrospection(f):
		b.introspects = true
		return sum{introspection: b.introspection(f)}
	}
	s := b.sizings[f.Definition]
	if s == nil {
		return one
	}
	var inner divided
	if of := b.schema.Types[f.Definition.Type.Name()]; of != nil && of.IsCompositeType() {
		inner = b.set(f.SelectionSet, s)
		one = sum{fixed: figures{objects: 1}}
	}
	one.plus(inner.once)
	if isSized {
		one.plus(b.times(inner.each, b.assumed, nil))
		return one
	}
	n, by := s.size(f)
	switch {
	case s.list:
		return b.times(one, n, by)
	case s.sized != nil:
		one.plus(b.times(inner.each, n, by))
	}
	return one
}

// count is how many fields a selection set of the root has, in fragments too.
func (b *builder) count(set ast.SelectionSet) uint64 {
	var n uint64
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			n = add(n, 1)
		case *ast.InlineFragment:
			n = add(n, b.count(of.SelectionSet))
		case *ast.FragmentSpread:
			n = add(n, b.countFragment(of))
		}
	}
	return n
}

func (b *builder) countFragment(spread *ast.FragmentSpread) uint64 {
	n, known := b.counts[spread.Name]
	if !known && spread.Definition != nil {
		b.counts[spread.Name] = 0
		n = b.count(spread.Definition.SelectionSet)
		b.counts[spread.Name] = n
	}
	return n
}

// variables are the names of those in the price.
func (b *builder) variables() []string {
	var names []string
	for _, s := range b.sums {
		for _, t := range s.terms {
			if t.size != nil {
				for _, v := range t.size.variables {
					names = append(names, v.name)
				}
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

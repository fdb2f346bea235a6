package limits

import (
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"
)

// Pricer prices operations over one schema. It is safe for concurrent use.
type Pricer struct {
	schema  *ast.Schema
	assumed uint64
	sizings map[*ast.FieldDefinition]*sizing
	none    *sizing // the sizing of the operation itself
	// complete is the cost of a complete introspection.
	complete func() figures
}

// NewPricer returns a pricer. The schema must not change afterwards.
func NewPricer(schema *ast.Schema, limits Limits) *Pricer {
	p := &Pricer{
		schema: schema, assumed: limits.AssumedListSize,
		sizings: map[*ast.FieldDefinition]*sizing{}, none: &sizing{},
	}
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
	all := b.set(operation.SelectionSet, p.none).once
	b.sum(all)
	made := &Price{sums: b.sums, pricer: p, operation: operation, variables: b.variables()}
	if operation.Operation == ast.Mutation {
		fields := newRootFields()
		fields.add(operation.SelectionSet)
		made.rootMutations = uint64(len(fields.keys))
		for _, weight := range fields.keys {
			made.mutationWeight = add(made.mutationWeight, weight)
		}
	}
	if b.introspects {
		made.free = p.complete()
	}
	return made
}

func (p *Pricer) builder() *builder { return &builder{Pricer: p} }

// builder prices one operation.
type builder struct {
	*Pricer
	sums        []sum
	fragments   map[fragmentKey]*divided
	introspects bool
	steps       uint64 // left for introspection
	known       map[described]figures
	// values are the values of the variables, and fields the resulting costs. Only heaviest sets
	// them.
	values map[string]any
	fields map[*ast.Field]figures
}

// fragmentKey names a fragment and, inside a connection, the lists whose size the connection's
// arguments give. The cost of the fragment depends on both. Outside connections, sized is empty.
type fragmentKey struct{ name, sized string }

// divided is the cost of a selection set. once is the cost for each object, and each is the cost
// for each element of its sized lists.
type divided struct{ once, each sum }

func (s *sum) plus(t sum) {
	s.fixed = s.fixed.plus(t.fixed)
	s.introspection = s.introspection.plus(t.introspection)
	s.terms = append(s.terms, t.terms...)
}

// sum stores a cost, and returns its index.
func (b *builder) sum(s sum) int {
	b.sums = append(b.sums, s)
	return len(b.sums) - 1
}

// single returns the same cost with at most one term, so that the terms are not copied at each
// level above.
func (b *builder) single(s sum) sum {
	if len(s.terms) < 2 {
		return s
	}
	return sum{terms: []term{{sum: b.sum(s), times: 1}}}
}

// times returns the cost for all elements of a list.
func (b *builder) times(s sum, n uint64, by *size) sum {
	if by != nil && b.fields != nil {
		n, by = by.in(b.values), nil
	}
	if by != nil {
		return sum{terms: []term{{sum: b.sum(s), times: 1, size: by}}}
	}
	s = b.single(s)
	out := sum{fixed: s.fixed.times(n), introspection: s.introspection.times(n)}
	for _, t := range s.terms {
		t.times = multiply(t.times, n)
		out.terms = append(out.terms, t)
	}
	return out
}

func (b *builder) set(set ast.SelectionSet, within *sizing) divided {
	var d divided
	b.into(&d, set, within, nil)
	return divided{b.single(d.once), b.single(d.each)}
}

// into adds the cost of the selections of one object to d. A fragment that is spread twice counts
// once: entered lists the fragments so far, and into returns the new list.
func (b *builder) into(
	d *divided, set ast.SelectionSet, within *sizing, entered []string,
) []string {
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
			entered = b.into(d, of.SelectionSet, within, entered)
		case *ast.FragmentSpread:
			if !slices.Contains(entered, of.Name) {
				d.plus(*b.fragment(of, within))
				entered = remember(entered, of.Name)
			}
		}
	}
	return entered
}

// remember adds a name, and keeps only the last 16 names, so that searching them takes little
// time.
func remember(names []string, name string) []string {
	const few = 16
	if len(names) == few {
		names = names[1:]
	}
	return append(names, name)
}

func (d *divided) plus(e divided) {
	d.once.plus(e.once)
	d.each.plus(e.each)
}

// fragment returns the cost of a fragment. A fragment inside itself costs nothing; validation
// refuses it.
func (b *builder) fragment(spread *ast.FragmentSpread, within *sizing) *divided {
	key := fragmentKey{spread.Name, within.key}
	known := b.fragments[key]
	if known == nil {
		if b.fragments == nil {
			b.fragments = map[fragmentKey]*divided{}
		}
		known = &divided{}
		b.fragments[key] = known
		if spread.Definition != nil {
			*known = b.set(spread.Definition.SelectionSet, within)
		}
	}
	return known
}

// field returns the cost of a field for one object, or for one element if it is a sized list.
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
	one.fixed.weight = s.weight
	var inner divided
	if of := b.schema.Types[f.Definition.Type.Name()]; of != nil && of.IsCompositeType() {
		inner = b.set(f.SelectionSet, s)
		one.fixed.objects, one.fixed.values = 1, 0
	}
	one.plus(inner.once)
	if isSized {
		one.plus(b.times(inner.each, b.assumed, nil))
		return one
	}
	n, by := s.size(f)
	switch {
	case s.list:
		one = b.times(one, n, by)
	case s.sized != nil:
		one.plus(b.times(inner.each, n, by))
	}
	one.fixed.weight = add(one.fixed.weight, s.ofArguments(f))
	return one
}

// rootFields collects the response keys of the root fields, each with the weight that a mutation
// adds to that of its result. Fields with the same key are executed once.
type rootFields struct {
	keys    map[string]uint64
	entered map[string]bool
}

func newRootFields() *rootFields {
	return &rootFields{keys: map[string]uint64{}, entered: map[string]bool{}}
}

func (r *rootFields) add(set ast.SelectionSet) {
	for _, selection := range set {
		switch of := selection.(type) {
		case *ast.Field:
			r.keys[of.Alias] = weightOfMutation(of)
		case *ast.InlineFragment:
			r.add(of.SelectionSet)
		case *ast.FragmentSpread:
			if of.Definition != nil && !r.entered[of.Name] {
				r.entered[of.Name] = true
				r.add(of.Definition.SelectionSet)
			}
		}
	}
}

// variables returns the names of the variables in the price.
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

package serve

import "github.com/vektah/gqlparser/v2/ast"

// maxComparisons is how many response keys may be compared to collect the fields of one operation.
//
// gqlgen compares each field of a selection set with all that it has found before, and again for
// each inline fragment and spread around the field. It does so once for a place in the response,
// but the objects of a list, up to 100, can begin before the first one has the result. 600
// different fields in one place take 180,000 comparisons, which is about 0.5 ms.
const maxComparisons = 200_000

// countFields returns the number of root fields, and whether the fields of the operation can be
// collected with few comparisons.
func countFields(operation *ast.OperationDefinition) (rootFields int, few bool) {
	c := collector{left: maxComparisons}
	keys := c.collect([]ast.SelectionSet{operation.SelectionSet})
	return len(keys), c.left >= 0
}

// collector counts the comparisons that gqlgen needs for a selection set and those below it. It
// does not compare, and stops when there are too many.
type collector struct{ left int }

// collect counts for the selection sets of one place in the response, and returns its fields.
func (c *collector) collect(sets []ast.SelectionSet) map[string][]ast.SelectionSet {
	p := place{collector: c, below: map[string][]ast.SelectionSet{}}
	for _, set := range sets {
		p.add(set, 1)
	}
	for _, below := range p.below {
		if len(below) > 0 && c.left >= 0 {
			c.collect(below)
		}
	}
	return p.below
}

// place is one place in the response.
type place struct {
	*collector
	below   map[string][]ast.SelectionSet // by response key
	spreads map[string]bool
}

// add adds the fields of a selection set that lies in levels - 1 fragments.
func (p *place) add(set ast.SelectionSet, levels int) {
	for _, selection := range set {
		if p.left--; p.left < 0 {
			return
		}
		switch of := selection.(type) {
		case *ast.Field:
			p.left -= levels * len(p.below)
			below := p.below[of.Alias]
			if len(of.SelectionSet) > 0 {
				below = append(below, of.SelectionSet)
			}
			p.below[of.Alias] = below
		case *ast.InlineFragment:
			p.add(of.SelectionSet, levels+1)
		case *ast.FragmentSpread:
			p.spread(of, levels)
		}
	}
}

// spread adds the fields of a fragment, which gqlgen enters once.
func (p *place) spread(of *ast.FragmentSpread, levels int) {
	if p.spreads[of.Name] || of.Definition == nil {
		return
	}
	if p.spreads == nil {
		p.spreads = map[string]bool{}
	}
	p.spreads[of.Name] = true
	p.add(of.Definition.SelectionSet, levels+1)
}

package limits

import (
	"encoding/json"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
)

// Price is the cost of an operation for any values of its variables. It is immutable.
type Price struct {
	// sums are in the order in which they can be computed. The last is the operation's.
	sums          []sum
	variables     []string
	rootMutations uint64
	// mutationWeight is the weight of the root fields of a mutation without @cost.
	mutationWeight uint64
	free           figures // the introspection that costs nothing
	pricer         *Pricer
	operation      *ast.OperationDefinition
}

// figures are numbers of objects and values, and their weight.
type figures struct{ objects, values, weight uint64 }

func (f figures) plus(g figures) figures {
	return figures{
		add(f.objects, g.objects), add(f.values, g.values), add(f.weight, g.weight),
	}
}

func (f figures) times(n uint64) figures {
	return figures{multiply(f.objects, n), multiply(f.values, n), multiply(f.weight, n)}
}

// less subtracts figures. A number that would become negative is 0.
func (f figures) less(g figures) figures {
	return figures{
		f.objects - min(f.objects, g.objects), f.values - min(f.values, g.values),
		f.weight - min(f.weight, g.weight),
	}
}

// sum is a cost: a fixed cost, and terms that depend on variables.
type sum struct {
	fixed, introspection figures
	terms                []term
}

// term is the product of a sum, a number and, unless size is nil, the size of a list.
type term struct {
	sum   int // the index of an earlier sum
	times uint64
	size  *size
}

// Variables returns the sorted names of the variables that give the sizes of lists. The cost
// depends only on these.
func (p *Price) Variables() []string { return p.variables }

// Total returns the cost with these values of variables. It takes one step for each list whose
// size depends on a variable.
func (p *Price) Total(variables map[string]any) Total {
	if len(p.sums) == 1 {
		return p.total(p.sums[0].fixed, p.sums[0].introspection)
	}
	known := make([][2]figures, len(p.sums))
	for i, s := range p.sums {
		fixed, introspection := s.fixed, s.introspection
		for _, t := range s.terms {
			times := multiply(t.times, t.size.in(variables))
			fixed = fixed.plus(known[t.sum][0].times(times))
			introspection = introspection.plus(known[t.sum][1].times(times))
		}
		known[i] = [2]figures{fixed, introspection}
	}
	last := known[len(known)-1]
	return p.total(last[0], last[1])
}

func (p *Price) total(fixed, introspection figures) Total {
	all := fixed.plus(introspection.less(p.free))
	return Total{
		Objects: all.objects, Values: all.values, RootMutations: p.rootMutations,
		Weight: add(all.weight, p.mutationWeight),
	}
}

// size is the size of a list that variables give.
type size struct {
	fixed     uint64 // the size from arguments that are not variables
	variables []variable
	otherwise uint64 // if none of the variables has a value
}

type variable struct {
	name string
	// isList is true if the size is the length of the value.
	isList    bool
	otherwise *uint64 // the default of the variable
}

// in returns the size with these values of variables: the largest size that one of them gives. A
// nil size is 1.
func (s *size) in(variables map[string]any) uint64 {
	if s == nil {
		return 1
	}
	known, most := s.fixed > 0, s.fixed
	for _, v := range s.variables {
		value, given := variables[v.name]
		switch {
		case given && value != nil:
			known, most = true, max(most, sizeOf(value, v.isList))
		case !given && v.otherwise != nil:
			known, most = true, max(most, *v.otherwise)
		}
	}
	if !known {
		return s.otherwise
	}
	return most
}

// sizeOf returns the size that a variable's value gives. It is 0 for a negative number, because
// the field then returns an empty list or an error.
func sizeOf(value any, isList bool) uint64 {
	if isList {
		if items, ok := value.([]any); ok {
			return uint64(len(items))
		}
		return 1 // GraphQL accepts a single value as a list of one
	}
	switch n := value.(type) {
	case int:
		return uint64(max(n, 0))
	case int32:
		return uint64(max(n, 0))
	case int64:
		return uint64(max(n, 0))
	case float64:
		return fromFloat(n)
	case json.Number:
		f, err := n.Float64()
		if err != nil {
			return 0
		}
		return fromFloat(f)
	default:
		return 0 // not an Int: coercion refuses it
	}
}

func fromFloat(f float64) uint64 {
	return uint64(min(max(f, 0), math.MaxInt32))
}

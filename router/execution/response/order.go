package response

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// orders holds the field order of objects for which it depends on variables.
type orders map[*object][]field

// of returns the object's fields in the order of the selections whose conditions hold (GraphQL,
// section 6.3.2, CollectFields).
func (known *orders) of(o *object, variables map[string]any) []field {
	if fields, ok := (*known)[o]; ok {
		return fields
	}
	order := make([]int, len(o.fields))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Compare(first(o.turns[x], variables), first(o.turns[y], variables))
	})
	fields := make([]field, len(order))
	for n, i := range order {
		fields[n] = o.fields[i]
	}
	if *known == nil {
		*known = orders{}
	}
	(*known)[o] = fields
	return fields
}

// first returns the first entry that applies. If none does, the field is skipped anyway.
func first(turns []turn, variables map[string]any) int {
	for _, t := range turns {
		if AnyHolds([][]operation.Condition{t.conditions}, variables) {
			return t.entry
		}
	}
	return turns[0].entry
}

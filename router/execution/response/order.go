package response

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// ordered returns the object's fields in the order of the selections whose conditions hold
// (GraphQL, section 6.3.2, CollectFields).
func (c *completer) ordered(o *object) []field {
	if known, ok := c.orders[o]; ok {
		return known
	}
	order := make([]int, len(o.fields))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int { return cmp.Compare(c.first(o.turns[x]), c.first(o.turns[y])) })
	fields := make([]field, len(order))
	for n, i := range order {
		fields[n] = o.fields[i]
	}
	if c.orders == nil {
		c.orders = map[*object][]field{}
	}
	c.orders[o] = fields
	return fields
}

// first returns the first entry that applies. If none does, the field is skipped anyway.
func (c *completer) first(turns []turn) int {
	for _, t := range turns {
		if AnyHolds([][]operation.Condition{t.conditions}, c.variables) {
			return t.entry
		}
	}
	return turns[0].entry
}

package response

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/operation"
)

// turn is where a field comes among an object's, if it is one entry of the selection that asks for it first.
type turn struct {
	entry      int
	conditions []operation.Condition
}

// turns of each field, given the entries that ask for it; nil if fields come where the first of them stands, whatever the
// variables.
func (s *selection) turns(groups [][]int) [][]turn {
	shifts := func(group []int) bool { return len(group) > 1 && len(s.entries[group[0]].conditions) > 0 }
	if !slices.ContainsFunc(groups, shifts) {
		return nil
	}
	turns := make([][]turn, len(groups))
	for n, group := range groups {
		for _, i := range group {
			turns[n] = append(turns[n], turn{i, s.entries[i].conditions})
		}
	}
	return turns
}

// ordered are the object's fields in the order in which they are asked for by what counts (GraphQL, section 6.3.2,
// CollectFields).
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

// first is the first entry that counts; if none does, the field is left out.
func (c *completer) first(turns []turn) int {
	for _, t := range turns {
		if AnyHolds([][]operation.Condition{t.conditions}, c.variables) {
			return t.entry
		}
	}
	return turns[0].entry
}

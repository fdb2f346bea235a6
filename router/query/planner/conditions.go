package planner

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// conditionsOf returns the groups of conditions under which any field of the set is requested, or
// nil if one is requested always.
func conditionsOf(s *selection) [][]operation.Condition {
	all := slices.Clone(s.present)
	for _, e := range s.entries {
		all = append(all, e.conditions)
	}
	var groups [][]operation.Condition
	for _, conditions := range all {
		if len(conditions) == 0 {
			return nil
		}
		same := func(g []operation.Condition) bool { return slices.Equal(g, conditions) }
		if !slices.ContainsFunc(groups, same) {
			groups = append(groups, conditions)
		}
	}
	isOpposed := func(g []operation.Condition) bool { return len(g) == 1 && opposed(groups, g[0]) }
	if slices.ContainsFunc(groups, isOpposed) {
		return nil
	}
	return groups
}

// opposed reports whether one of the groups holds whenever the condition does not.
func opposed(groups [][]operation.Condition, c operation.Condition) bool {
	c.Skip = !c.Skip
	return slices.ContainsFunc(groups, func(g []operation.Condition) bool {
		return len(g) == 1 && g[0] == c
	})
}

// inputConditions are the conditions of inputs whose look-up is made under conditions.
type inputConditions map[*field][]operation.Condition

// restrict restricts the requests for a look-up's inputs: those of a field that is skipped are
// skipped with it.
func (c *inputConditions) restrict(fetch *entityFetch, conditions []operation.Condition) {
	if *c == nil {
		*c = inputConditions{}
	}
	for _, f := range fetch.requiredFields {
		(*c)[f] = conditions
	}
	for _, typed := range fetch.typed {
		(*c)[typed.field] = conditions
	}
	for _, contextual := range fetch.contextual {
		for _, source := range contextual.sources {
			(*c)[source.field] = conditions
		}
	}
}

// of returns the conditions under which a field is requested.
func (c inputConditions) of(f *field) []operation.Condition {
	if f.input && len(c) > 0 {
		if conditions, restricted := c[f]; restricted {
			return conditions
		}
	}
	return f.conditions
}

// onTheWay adds the conditions of the fields that lead to a position, if another field with the
// same key may also return the objects there.
func (c inputConditions) onTheWay(
	pos *position, groups [][]operation.Condition,
) [][]operation.Condition {
	var way []operation.Condition
	for ; pos.parent != nil; pos = pos.parent {
		if own := c.of(pos.via); len(own) > 0 && pos.parent.names.shared(pos.via.key) {
			way = append(slices.Clone(own), way...)
		}
	}
	if len(way) == 0 {
		return groups
	}
	if len(groups) == 0 {
		return [][]operation.Condition{way}
	}
	for i, group := range groups {
		groups[i] = slices.Clone(way)
		for _, condition := range group {
			if !slices.Contains(way, condition) {
				groups[i] = append(groups[i], condition)
			}
		}
	}
	return groups
}

package planner

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// lookup is one or more entity fetches that differ only in what they select and send.
type lookup struct {
	branch *branch
	node   *querygraph.Node
	tasks  []*task
	set    *selection
	groups [][]operation.Condition
}

// selected is the result of selectAll: the selection sets of all fetches.
type selected struct {
	roots []*selection // by subgraph; nil if nothing is requested there
	// lookups are those of each group of the schedule.
	lookups [][]*lookup
}

// selector makes selection sets.
type selector struct {
	graph *querygraph.Graph
	roots []*selection // by subgraph
	ends  []*selection // by the ID of the entity fetch that leads there
	// candidates has the selection sets of each candidate, by its ID.
	candidates []struct {
		sets []*selection
		one  [1]*selection // backs sets: usually there is one
	}
	// conditions are the conditions under which inputs are requested, apart from their own.
	conditions inputConditions
}

// selectAll selects each field where its candidate is served, and so the inputs of each look-up.
// It processes the steps from last to first. When it reaches a look-up, everything that waits for
// it has been processed, so its selections and conditions are known, and with them the conditions
// of its own inputs.
func selectAll(
	graph *querygraph.Graph, found *exploration, chosen *choices, groups []*requestGroup,
) selected {
	s := &selector{
		graph: graph, roots: make([]*selection, len(graph.Schema.Subgraphs)),
		ends: make([]*selection, found.fetches+1),
	}
	s.candidates = slices.Grow(s.candidates, found.candidates+1)[:found.candidates+1]
	for i, r := range found.requirements {
		s.addRequirement(r, chosen.requirements[i])
	}
	lookups := make([][]*lookup, len(groups))
	for i, group := range slices.Backward(groups) {
		lookups[i] = s.joinTasks(group.tasks)
		for _, l := range lookups[i] {
			for _, t := range l.tasks {
				s.addInputs(l, t)
			}
		}
	}
	return selected{s.roots, lookups}
}

// joinTasks makes the look-ups of a request. Tasks for the same objects share one if they can.
func (s *selector) joinTasks(tasks []*task) []*lookup {
	var lookups []*lookup
	known := make(map[*branch][]*lookup, len(tasks))
	for _, t := range tasks {
		set := s.ends[t.id]
		groups := s.conditions.onTheWay(t.branch.position, conditionsOf(set))
		same := slices.IndexFunc(known[t.branch], func(l *lookup) bool {
			return l.node == t.node && slices.EqualFunc(l.groups, groups, slices.Equal) && l.agrees(t)
		})
		if same >= 0 {
			l := known[t.branch][same]
			l.tasks = append(l.tasks, t)
			l.set.merge(set)
			continue
		}
		l := &lookup{branch: t.branch, node: t.node, tasks: []*task{t}, set: set, groups: groups}
		known[t.branch] = append(known[t.branch], l)
		lookups = append(lookups, l)
	}
	return lookups
}

// agrees reports whether one representation can serve all tasks. It cannot if they need two values
// for a member, as when fields require another field with different arguments. Tasks with
// different contextual values are also separate, because one value may be missing.
func (l *lookup) agrees(t *task) bool {
	return !slices.ContainsFunc(l.tasks, func(other *task) bool {
		return contradict(other.requiredFields, t.requiredFields) ||
			!slices.EqualFunc(other.contextual, t.contextual, sameValue)
	})
}

func contradict(xs, ys []*field) bool {
	for _, x := range xs {
		for _, y := range ys {
			if x.name == y.name && (x.key != y.key || contradict(x.fields, y.fields)) {
				return true
			}
		}
	}
	return false
}

// sameValue reports whether both arguments are read at the same positions, so that they are
// missing together.
func sameValue(x, y contextual) bool {
	sameSource := func(a, b contextSource) bool {
		return a.position == b.position && sameField(a.field, b.field)
	}
	return x.typ.String() == y.typ.String() && slices.EqualFunc(x.sources, y.sources, sameSource)
}

func sameField(x, y *field) bool {
	return x.key == y.key && slices.EqualFunc(x.fields, y.fields, sameField)
}

// addInputs requests the look-up's inputs from the candidates that were chosen for them.
func (s *selector) addInputs(l *lookup, t *task) {
	if len(l.groups) == 1 {
		s.conditions.restrict(t.entityFetch, l.groups[0])
	}
	i := 0
	for input := range t.inputs() {
		s.addRequirement(input, t.answers[i])
		i++
	}
}

func (s *selector) addRequirement(r *requirement, c *candidate) {
	conditions := s.conditions.of(r.field)
	for _, set := range s.setsOf(c) {
		if r.field.name == typenameField { // renderSet writes it, if it is needed or the set is empty
			set.present = append(set.present, conditions)
			set.typed = set.typed || r.field.sent
			continue
		}
		types := fromTypes([]*branch{r.branch}, r.field)
		set.add(r.field, conditions, types, edgeOf(s.graph, c, r.field))
	}
}

// setsOf returns the selection sets of a candidate, in the fetches that serve it. They can be
// cached, because nothing is added to a look-up's sets after it has been written.
func (s *selector) setsOf(c *candidate) []*selection {
	at := &s.candidates[c.id]
	if at.sets == nil {
		at.sets = s.findSets(c, at.one[:0])
	}
	return at.sets
}

func (s *selector) findSets(c *candidate, sets []*selection) []*selection {
	switch {
	case c.fetch != nil:
		return append(sets, known(&s.ends[c.fetch.id], c))
	case c.from == nil:
		return append(sets, known(&s.roots[c.node.Subgraph], c))
	case c.from[0].branch.position == c.branch.position:
		return s.setsOf(c.from[0])
	}
	via := c.branch.position.via
	for _, from := range c.from {
		for _, set := range s.setsOf(from) {
			field := set.add(via, s.conditions.of(via), c.branch.position.from, edgeOf(s.graph, from, via))
			if field.below == nil {
				abstract := s.graph.Schema.Type(via.typ).Kind != ast.Object
				field.below = &selection{
					node: c.node, possible: c.possible(),
					typed: abstract && !c.node.InterfaceObject,
				}
			}
			if !slices.Contains(sets, field.below) {
				sets = append(sets, field.below)
			}
		}
	}
	return sets
}

// known returns the selection set of the candidate, and makes it on the first call.
func known(set **selection, c *candidate) *selection {
	if *set == nil {
		*set = &selection{node: c.node, possible: c.possible(), typed: c.node.Abstract()}
	}
	return *set
}

package planner

import (
	"cmp"
	"slices"
)

// extender extends an unfinished plan by the fetches that a candidate needs.
type extender struct {
	draft
	*budget
	memory
}

// make extends the plan so that it reaches the candidate, and returns the step of the last fetch
// that serves it.
func (x *extender) make(c *candidate) (step int, ok bool) {
	for _, origin := range c.origins {
		begins, ok := x.begin(origin)
		if !ok {
			return 0, false
		}
		step = max(step, begins)
	}
	return step, true
}

func (x *extender) begin(origin *candidate) (step int, ok bool) {
	fetch := origin.fetch
	switch {
	case fetch == nil:
		x.askRoot(origin.node.Subgraph)
		return 0, true
	case x.made[fetch.id] > 0:
		return x.made[fetch.id], true
	case x.made[fetch.id] < 0:
		x.circles++
		return 0, false
	default:
		return x.makeFetch(fetch)
	}
}

// makeFetch adds a look-up and its inputs to the plan. It decides on their candidates once for
// each plan: comparing options adds each of them, and all look-ups that it waits for.
func (x *extender) makeFetch(fetch *entityFetch) (step int, ok bool) {
	if !x.spend() {
		return 0, false
	}
	at := addition{x.plan, fetch}
	if known, found := x.decided[at]; found {
		if step, ok = x.addFetch(fetch, known.candidates); ok {
			return step, true
		}
	}
	compared, circles, chosen := x.compared, x.circles, len(x.chosen)
	step, ok = x.addFetch(fetch, nil)
	if ok && compared != x.compared && circles == x.circles {
		x.decide(at, step, x.chosen[chosen:])
	}
	return step, ok
}

// addFetch adds an entity fetch whose inputs the given candidates answer, or if candidates is nil,
// the best ones for the plan so far.
func (x *extender) addFetch(fetch *entityFetch, candidates []*candidate) (step int, ok bool) {
	before := x.mark()
	x.fetches = append(x.fetches, fetch)
	x.made[fetch.id] = -1
	i := 0
	for input := range fetch.inputs() {
		var after int
		if candidates == nil {
			after, ok = x.answer(fetch, i, input)
		} else {
			after, ok = x.answerBy(fetch, i, candidates[i])
		}
		if !ok {
			x.rewind(before)
			return 0, false
		}
		step = max(step, after)
		i++
	}
	step++
	x.made[fetch.id] = step
	x.addLookup(fetch, step)
	return step, true
}

// answer chooses the best candidate for an input of the plan so far.
func (x *extender) answer(fetch *entityFetch, i int, input *requirement) (step int, ok bool) {
	if len(input.options) == 1 {
		return x.answerBy(fetch, i, input.options[0])
	}
	if c, _ := x.free(input); c != nil {
		return x.answerBy(fetch, i, c)
	}
	for _, option := range x.byCost(input) {
		if step, ok = x.answerBy(fetch, i, option.candidate); ok {
			return step, true
		}
	}
	return 0, false
}

func (x *extender) answerBy(fetch *entityFetch, i int, c *candidate) (step int, ok bool) {
	before := x.mark()
	if step, ok = x.make(c); !ok {
		x.rewind(before)
		return 0, false
	}
	x.chosen = append(x.chosen, choice{fetch, i, c})
	return step, true
}

// byCost sorts the candidates that can answer the requirement by the cost of the plan with each.
func (x *extender) byCost(r *requirement) []ranking {
	if x.work <= 0 {
		return byDistance(r)
	}
	x.compared++
	ranked := make([]ranking, 0, len(r.options))
	for _, option := range r.options {
		x.spend()
		if tried, ok := x.try(option); ok {
			ranked = append(ranked, tried)
		}
		if x.work <= 0 && len(ranked) > 0 {
			break
		}
	}
	slices.SortStableFunc(ranked, func(one, other ranking) int {
		return cmp.Or(one.cost.compare(other.cost), cmp.Compare(one.step, other.step))
	})
	return ranked
}

// try returns the cost of the plan with a candidate.
func (x *extender) try(c *candidate) (ranking, bool) {
	if len(c.origins) == 1 {
		if known, found := x.decided[addition{x.plan, c.origins[0].fetch}]; found {
			return ranking{c, known.cost, known.step}, true
		}
	}
	before := x.mark()
	step, ok := x.make(c)
	r := ranking{c, x.cost, step}
	x.rewind(before)
	return r, ok
}

// decide caches the candidates that were chosen for a look-up's inputs.
func (x *extender) decide(at addition, step int, chosen []choice) {
	candidates := []*candidate{}
	for _, c := range chosen {
		if c.owner == at.fetch {
			candidates = append(candidates, c.candidate)
		}
	}
	if x.decided == nil {
		x.decided = map[addition]decision{}
	}
	x.decided[at] = decision{candidates, step, x.cost}
}

// ranking is a candidate, the cost of the plan with it, and the step of the fetch that serves it.
type ranking struct {
	candidate *candidate
	cost      cost
	step      int
}

// byDistance sorts the candidates by their estimated distance, without comparing plans.
func byDistance(r *requirement) []ranking {
	ranked := make([]ranking, len(r.options))
	for i, option := range r.options {
		ranked[i] = ranking{candidate: option}
	}
	slices.SortStableFunc(ranked, func(x, y ranking) int {
		return cmp.Or(cmp.Compare(x.candidate.depth, y.candidate.depth),
			cmp.Compare(x.candidate.fetches, y.candidate.fetches))
	})
	return ranked
}

// addition is a look-up to be added to a plan.
type addition struct {
	plan  planID
	fetch *entityFetch
}

// decision is the result of an addition: the candidates for the look-up's inputs, its step, and
// the cost of the plan.
type decision struct {
	candidates []*candidate
	step       int
	cost       cost
}

// memory caches results of comparing options for look-ups. Without it, the search is exponential
// in the number of look-ups that wait for each other.
type memory struct {
	decided map[addition]decision
	// compared counts how often options were compared. A result that needed no comparison is as
	// fast to compute as to look up.
	compared int
	// circles counts how often a look-up waited for itself. A result that depends on such a cycle
	// is valid only inside it.
	circles int
}

package planner

import (
	"cmp"
	"slices"
)

// extender extends an unfinished plan by the fetches that a place needs.
type extender struct {
	draft
	*budget
	memory
}

// make extends the plan so that it reaches the place, and returns the step of the last fetch that
// serves it.
func (x *extender) make(p *place) (step int, ok bool) {
	for _, origin := range p.origins {
		begins, ok := x.begin(origin)
		if !ok {
			return 0, false
		}
		step = max(step, begins)
	}
	return step, true
}

func (x *extender) begin(origin *place) (step int, ok bool) {
	j := origin.jump
	switch {
	case j == nil:
		x.askRoot(origin.node.Subgraph)
		return 0, true
	case x.made[j.id] > 0:
		return x.made[j.id], true
	case x.made[j.id] < 0:
		x.circles++
		return 0, false
	default:
		return x.makeJump(j)
	}
}

// makeJump adds a look-up and its inputs to the plan. It decides on their places once for each
// plan: comparing options adds each of them, and all look-ups that it waits for.
func (x *extender) makeJump(j *jump) (step int, ok bool) {
	if !x.spend() {
		return 0, false
	}
	at := addition{x.plan, j}
	if known, found := x.decided[at]; found {
		if step, ok = x.addJump(j, known.places); ok {
			return step, true
		}
	}
	compared, circles, chosen := x.compared, x.circles, len(x.chosen)
	step, ok = x.addJump(j, nil)
	if ok && compared != x.compared && circles == x.circles {
		x.decide(at, step, x.chosen[chosen:])
	}
	return step, ok
}

// addJump adds a jump whose inputs the given places answer, or if places is nil, the best ones for
// the plan so far.
func (x *extender) addJump(j *jump, places []*place) (step int, ok bool) {
	before := x.mark()
	x.jumps = append(x.jumps, j)
	x.made[j.id] = -1
	i := 0
	for input := range j.inputs() {
		var after int
		if places == nil {
			after, ok = x.answer(j, i, input)
		} else {
			after, ok = x.answerBy(j, i, places[i])
		}
		if !ok {
			x.rewind(before)
			return 0, false
		}
		step = max(step, after)
		i++
	}
	step++
	x.made[j.id] = step
	x.addLookup(j, step)
	return step, true
}

// answer chooses the best place for an input of the plan so far.
func (x *extender) answer(j *jump, i int, input *want) (step int, ok bool) {
	if len(input.options) == 1 {
		return x.answerBy(j, i, input.options[0])
	}
	if p, _ := x.free(input); p != nil {
		return x.answerBy(j, i, p)
	}
	for _, option := range x.rank(input) {
		if step, ok = x.answerBy(j, i, option.place); ok {
			return step, true
		}
	}
	return 0, false
}

func (x *extender) answerBy(j *jump, i int, p *place) (step int, ok bool) {
	before := x.mark()
	if step, ok = x.make(p); !ok {
		x.rewind(before)
		return 0, false
	}
	x.chosen = append(x.chosen, choice{j, i, p})
	return step, true
}

// rank sorts the places that can answer the want by the cost of the plan with each.
func (x *extender) rank(w *want) []ranking {
	if x.work <= 0 {
		return nearest(w)
	}
	x.compared++
	ranked := make([]ranking, 0, len(w.options))
	for _, option := range w.options {
		x.spend()
		if r, ok := x.try(option); ok {
			ranked = append(ranked, r)
		}
		if x.work <= 0 && len(ranked) > 0 {
			break
		}
	}
	slices.SortStableFunc(ranked, func(r, other ranking) int {
		return cmp.Or(r.cost.compare(other.cost), cmp.Compare(r.step, other.step))
	})
	return ranked
}

// try returns the cost of the plan with a place.
func (x *extender) try(p *place) (ranking, bool) {
	if len(p.origins) == 1 {
		if known, found := x.decided[addition{x.plan, p.origins[0].jump}]; found {
			return ranking{p, known.cost, known.step}, true
		}
	}
	before := x.mark()
	step, ok := x.make(p)
	r := ranking{p, x.cost, step}
	x.rewind(before)
	return r, ok
}

// decide caches the places that were chosen for a look-up's inputs.
func (x *extender) decide(at addition, step int, chosen []choice) {
	places := []*place{}
	for _, c := range chosen {
		if c.owner == at.jump {
			places = append(places, c.place)
		}
	}
	if x.decided == nil {
		x.decided = map[addition]decision{}
	}
	x.decided[at] = decision{places, step, x.cost}
}

// ranking is a place, the cost of the plan with it, and the step of the fetch that serves it.
type ranking struct {
	place *place
	cost  cost
	step  int
}

// nearest sorts the places by their estimated distance, without comparing plans.
func nearest(w *want) []ranking {
	ranked := make([]ranking, len(w.options))
	for i, option := range w.options {
		ranked[i] = ranking{place: option}
	}
	slices.SortStableFunc(ranked, func(x, y ranking) int {
		return cmp.Or(cmp.Compare(x.place.depth, y.place.depth), cmp.Compare(x.place.jumps, y.place.jumps))
	})
	return ranked
}

// addition is a look-up to be added to a plan.
type addition struct {
	plan planID
	jump *jump
}

// decision is the result of an addition: the places for the look-up's inputs, its step, and the
// cost of the plan.
type decision struct {
	places []*place
	step   int
	cost   cost
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

package planner

import (
	"cmp"
	"slices"
)

// ranking is a place, the cost of the plan with it, and the step of the fetch that serves it.
type ranking struct {
	place *place
	cost  cost
	step  int
}

// rank sorts the places that can answer the want by the cost of the plan with each.
func (s *search) rank(w *want) []ranking {
	if s.work <= 0 {
		return nearest(w)
	}
	s.compared++
	ranked := make([]ranking, 0, len(w.options))
	for _, option := range w.options {
		s.spend()
		if r, ok := s.try(option); ok {
			ranked = append(ranked, r)
		}
		if s.work <= 0 && len(ranked) > 0 {
			break
		}
	}
	slices.SortStableFunc(ranked, func(x, y ranking) int {
		return cmp.Or(x.cost.compare(y.cost), cmp.Compare(x.step, y.step))
	})
	return ranked
}

// free returns the earliest place that the plan reaches anyway, or nil if there is none. No other
// place can be better.
func (s *search) free(w *want) (best *place, step int) {
	for _, option := range w.options {
		if at, ok := s.reaches(option); ok && (best == nil || at < step) {
			best, step = option, at
		}
	}
	return best, step
}

// reaches reports whether the plan reaches the place, and in which step.
func (s *search) reaches(p *place) (step int, ok bool) {
	for _, origin := range p.origins {
		switch j := origin.jump; {
		case j == nil && *s.asked.at(request{origin.node.Subgraph, 0, true}) == 0, j != nil && j.made <= 0:
			return 0, false
		case j != nil:
			step = max(step, j.made)
		}
	}
	return step, true
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

// try returns the cost of the plan with a place.
func (s *search) try(p *place) (ranking, bool) {
	if len(p.origins) == 1 {
		if known, found := s.decided[addition{s.plan, p.origins[0].jump}]; found {
			return ranking{p, known.cost, known.step}, true
		}
	}
	before := s.mark()
	step, ok := s.make(p)
	r := ranking{p, s.cost, step}
	s.rewind(before)
	return r, ok
}

package planner

import (
	"cmp"
	"slices"
)

// choices says which place answers each want.
type choices struct {
	// wants has a place for each of the candidates' wants.
	wants []*place
	// jumps are the jumps in the plan, by ID; inputs has a place for each input of a jump, by the
	// jump's ID.
	jumps  []*jump
	inputs [][]*place
}

// searcher is a branch and bound over the wants.
type searcher struct {
	wants []*want
	// order are indexes of wants: those with the fewest options come first.
	order []int
	extender
	best    []choice
	bestFor cost
}

// search chooses a place for every want, and for the inputs of the jumps that this requires.
func search(found *candidates, subgraphs int, budget *budget) (*choices, *Error) {
	s := &searcher{wants: found.wants, order: make([]int, len(found.wants))}
	s.extender = extender{draft: draft{made: make([]int, found.jumps+1)}, budget: budget}
	s.asked.subgraphs = subgraphs
	for i := range s.order {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(x, y int) int {
		return cmp.Compare(len(s.wants[x].options), len(s.wants[y].options))
	})
	s.descend(0)
	switch {
	case s.best != nil || len(s.wants) == 0:
		return found.choose(s.best), nil
	case s.reserve <= 0:
		return nil, tooLarge()
	default:
		return nil, unreachable("No plan reaches every field of the operation.")
	}
}

// choose sorts the choices of a plan by what they are for.
func (c *candidates) choose(all []choice) *choices {
	chosen := &choices{wants: make([]*place, len(c.wants)), inputs: make([][]*place, c.jumps+1)}
	rest := make([]*place, len(all))
	for _, one := range slices.Backward(all) {
		if one.owner == nil {
			chosen.wants[one.want] = one.place
			continue
		}
		inputs := &chosen.inputs[one.owner.id]
		if *inputs == nil { // this is the last input of the jump
			n := one.want + 1
			*inputs, rest = rest[:n:n], rest[n:]
			chosen.jumps = append(chosen.jumps, one.owner)
		}
		(*inputs)[one.want] = one.place
	}
	slices.SortFunc(chosen.jumps, func(x, y *jump) int { return x.id - y.id })
	return chosen
}

// want returns the i-th want in the order of the search.
func (s *searcher) want(i int) *want { return s.wants[s.order[i]] }

// descend tries the places for the i-th want and all wants after it.
func (s *searcher) descend(i int) {
	before := s.mark()
	if i = s.follow(i); i == len(s.order) {
		s.best, s.bestFor = slices.Clone(s.chosen), s.cost
	} else if i >= 0 {
		for n, option := range s.rank(s.want(i)) {
			if n > 0 && s.enough(s.best != nil) {
				break
			}
			s.take(i, option.place)
		}
	}
	s.rewind(before)
}

// follow takes the place of each want that leaves no choice, and returns the index of the first
// other want. It returns a negative number if the plan cannot become better than the best.
func (s *searcher) follow(i int) int {
	for ; ; i++ {
		if s.best != nil && s.cost.compare(s.bestFor) >= 0 {
			return -1
		}
		if i == len(s.order) {
			return i
		}
		p, _ := s.free(s.want(i))
		if options := s.want(i).options; len(options) == 1 {
			p = options[0]
		}
		if p == nil {
			return i
		}
		if !s.add(i, p) {
			return -1
		}
	}
}

// take tries the place for the i-th want, and then all wants after it.
func (s *searcher) take(i int, p *place) {
	before := s.mark()
	if s.add(i, p) {
		s.descend(i + 1)
	}
	s.rewind(before)
}

func (s *searcher) add(i int, p *place) bool {
	s.choices--
	if _, ok := s.make(p); !ok {
		return false
	}
	s.chosen = append(s.chosen, choice{want: s.order[i], place: p})
	return true
}

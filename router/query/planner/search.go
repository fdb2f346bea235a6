package planner

import (
	"cmp"
	"slices"
)

// choices says which candidate answers each requirement.
type choices struct {
	// requirements has a candidate for each of the exploration's requirements.
	requirements []*candidate
	// fetches are the entity fetches in the plan, sorted by ID; inputs has a candidate for each
	// input of an entity fetch, by its ID.
	fetches []*entityFetch
	inputs  [][]*candidate
}

// searcher is a branch and bound over the requirements.
type searcher struct {
	requirements []*requirement
	// order are indexes of requirements: those with the fewest options come first.
	order []int
	extender
	best    []choice
	bestFor cost
}

// search chooses a candidate for every requirement, and for the inputs of the entity fetches that
// this requires.
func search(found *exploration, subgraphs int, budget *budget) (*choices, *Error) {
	s := &searcher{requirements: found.requirements, order: make([]int, len(found.requirements))}
	s.extender = extender{draft: draft{made: make([]int, found.fetches+1)}, budget: budget}
	s.asked.subgraphs = subgraphs
	for i := range s.order {
		s.order[i] = i
	}
	slices.SortStableFunc(s.order, func(x, y int) int {
		return cmp.Compare(len(s.requirements[x].options), len(s.requirements[y].options))
	})
	s.descend(0)
	switch {
	case s.best != nil || len(s.requirements) == 0:
		return found.choose(s.best), nil
	case s.reserve <= 0:
		return nil, tooLarge()
	default:
		return nil, unreachable("No plan reaches every field of the operation.")
	}
}

// choose sorts the choices of a plan by what they are for.
func (e *exploration) choose(all []choice) *choices {
	chosen := &choices{
		requirements: make([]*candidate, len(e.requirements)),
		inputs:       make([][]*candidate, e.fetches+1),
	}
	rest := make([]*candidate, len(all))
	for _, one := range slices.Backward(all) {
		if one.owner == nil {
			chosen.requirements[one.requirement] = one.candidate
			continue
		}
		inputs := &chosen.inputs[one.owner.id]
		if *inputs == nil { // this is the last input of the entity fetch
			n := one.requirement + 1
			*inputs, rest = rest[:n:n], rest[n:]
			chosen.fetches = append(chosen.fetches, one.owner)
		}
		(*inputs)[one.requirement] = one.candidate
	}
	slices.SortFunc(chosen.fetches, func(x, y *entityFetch) int { return x.id - y.id })
	return chosen
}

// requirement returns the i-th requirement in the order of the search.
func (s *searcher) requirement(i int) *requirement { return s.requirements[s.order[i]] }

// descend tries the candidates for the i-th requirement and all requirements after it.
func (s *searcher) descend(i int) {
	before := s.mark()
	if i = s.follow(i); i == len(s.order) {
		s.best, s.bestFor = slices.Clone(s.chosen), s.cost
	} else if i >= 0 {
		for n, option := range s.byCost(s.requirement(i)) {
			if n > 0 && s.enough(s.best != nil) {
				break
			}
			s.take(i, option.candidate)
		}
	}
	s.rewind(before)
}

// follow takes the candidate of each requirement that leaves no choice, and returns the index of
// the first other requirement. It returns a negative number if the plan cannot become better than
// the best.
func (s *searcher) follow(i int) int {
	for ; ; i++ {
		if s.best != nil && s.cost.compare(s.bestFor) >= 0 {
			return -1
		}
		if i == len(s.order) {
			return i
		}
		c, _ := s.free(s.requirement(i))
		if options := s.requirement(i).options; len(options) == 1 {
			c = options[0]
		}
		if c == nil {
			return i
		}
		if !s.add(i, c) {
			return -1
		}
	}
}

// take tries the candidate for the i-th requirement, and then all requirements after it.
func (s *searcher) take(i int, c *candidate) {
	before := s.mark()
	if s.add(i, c) {
		s.descend(i + 1)
	}
	s.rewind(before)
}

func (s *searcher) add(i int, c *candidate) bool {
	s.choices--
	if _, ok := s.make(c); !ok {
		return false
	}
	s.chosen = append(s.chosen, choice{requirement: s.order[i], candidate: c})
	return true
}

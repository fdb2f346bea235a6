package planner

import (
	"cmp"
	"slices"
)

// choice is a want and the place that answers it. owner is the jump that needs it, if it is an
// input.
type choice struct {
	want  *want
	place *place
	owner *jump
}

// search is a branch and bound over the wants.
type search struct {
	wants []*want
	draft
	budget
	best    []choice
	bestFor cost
	memory
}

// search chooses a place for every want, and for the inputs of the jumps that this requires.
func (b *builder) search() ([]choice, *Error) {
	s := &search{wants: slices.Clone(b.wants), budget: b.bounds.budget}
	s.asked.subgraphs = len(b.graph.Schema.Subgraphs)
	slices.SortStableFunc(s.wants, func(x, y *want) int {
		return cmp.Compare(len(x.options), len(y.options))
	})
	s.descend(0)
	b.effort.looked = b.bounds.budget.work - s.work + b.bounds.budget.reserve - s.reserve
	switch {
	case s.best != nil || len(s.wants) == 0:
		return s.best, nil
	case s.reserve <= 0:
		return nil, tooLarge()
	default:
		return nil, unreachable("No plan reaches every field of the operation.")
	}
}

// descend tries the places for the i-th want and all wants after it.
func (s *search) descend(i int) {
	before := s.mark()
	if i = s.follow(i); i == len(s.wants) {
		s.best, s.bestFor = slices.Clone(s.chosen), s.cost
	} else if i >= 0 {
		for n, option := range s.rank(s.wants[i]) {
			if n > 0 && s.enough() {
				break
			}
			s.take(i, option.place)
		}
	}
	s.rewind(before)
}

// follow takes the place of each want that leaves no choice, and returns the index of the first
// other want. It returns a negative number if the plan cannot become better than the best.
func (s *search) follow(i int) int {
	for ; ; i++ {
		if s.best != nil && s.cost.compare(s.bestFor) >= 0 {
			return -1
		}
		if i == len(s.wants) {
			return i
		}
		p, _ := s.free(s.wants[i])
		if options := s.wants[i].options; len(options) == 1 {
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
func (s *search) take(i int, p *place) {
	before := s.mark()
	if s.add(i, p) {
		s.descend(i + 1)
	}
	s.rewind(before)
}

func (s *search) add(i int, p *place) bool {
	s.choices--
	if _, ok := s.make(p); !ok {
		return false
	}
	s.chosen = append(s.chosen, choice{want: s.wants[i], place: p})
	return true
}

// make extends the plan so that it reaches the place, and returns the step of the last fetch that
// serves it.
func (s *search) make(p *place) (step int, ok bool) {
	for _, origin := range p.origins {
		begins, ok := s.begin(origin)
		if !ok {
			return 0, false
		}
		step = max(step, begins)
	}
	return step, true
}

func (s *search) begin(origin *place) (step int, ok bool) {
	j := origin.jump
	switch {
	case j == nil:
		s.askRoot(origin.node.Subgraph)
		return 0, true
	case j.made > 0:
		return j.made, true
	case j.made < 0:
		s.circles++
		return 0, false
	default:
		return s.makeJump(j)
	}
}

// makeJump adds a look-up and its inputs to the plan. It decides on their places once for each
// plan: comparing options adds each of them, and all look-ups that it waits for.
func (s *search) makeJump(j *jump) (step int, ok bool) {
	if !s.spend() {
		return 0, false
	}
	at := addition{s.plan, j}
	if known, found := s.decided[at]; found {
		if step, ok = s.addJump(j, known.places); ok {
			return step, true
		}
	}
	compared, circles, chosen := s.compared, s.circles, len(s.chosen)
	step, ok = s.addJump(j, nil)
	if ok && compared != s.compared && circles == s.circles {
		s.decide(at, step, s.chosen[chosen:])
	}
	return step, ok
}

// addJump adds a jump whose inputs the given places answer, or if places is nil, the best ones for
// the plan so far.
func (s *search) addJump(j *jump, places []*place) (step int, ok bool) {
	before := s.mark()
	s.jumps = append(s.jumps, j)
	j.made = -1
	i := 0
	for input := range j.inputs() {
		var after int
		if places == nil {
			after, ok = s.answer(j, input)
		} else {
			after, ok = s.answerBy(j, input, places[i])
		}
		if !ok {
			s.rewind(before)
			return 0, false
		}
		step = max(step, after)
		i++
	}
	step++
	j.made = step
	s.addLookup(j, step)
	return step, true
}

// answer chooses the best place for an input of the plan so far.
func (s *search) answer(j *jump, input *want) (step int, ok bool) {
	if len(input.options) == 1 {
		return s.answerBy(j, input, input.options[0])
	}
	if p, _ := s.free(input); p != nil {
		return s.answerBy(j, input, p)
	}
	for _, option := range s.rank(input) {
		if step, ok = s.answerBy(j, input, option.place); ok {
			return step, true
		}
	}
	return 0, false
}

func (s *search) answerBy(j *jump, input *want, p *place) (step int, ok bool) {
	before := s.mark()
	if step, ok = s.make(p); !ok {
		s.rewind(before)
		return 0, false
	}
	s.chosen = append(s.chosen, choice{input, p, j})
	return step, true
}

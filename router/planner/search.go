package planner

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// choice is a want and the place that answers it; and the jump that it is an input of, if it is one.
type choice struct {
	want  *want
	place *place
	owner *jump
}

// cost is what a plan takes; less is better, from left to right.
type cost struct {
	depth    int // sequential steps
	requests int
	jumps    int // look-ups
}

func (c cost) compare(other cost) int {
	return cmp.Or(
		cmp.Compare(c.depth, other.depth),
		cmp.Compare(c.requests, other.requests),
		cmp.Compare(c.jumps, other.jumps),
	)
}

// request is what look-ups share: they go to one subgraph in one step. Root fields are not asked with entities.
type request struct {
	subgraph supergraph.SubgraphID
	depth    int
	root     bool
}

// search is the state of a branch and bound over the wants: what has been chosen, and what it costs.
type search struct {
	wants   []*want
	chosen  []choice
	asked   map[request]int
	cost    cost
	jumps   []*jump   // look-ups in the plan, in the order in which they came
	asking  []request // one for each time that it was counted
	budget  int
	best    []choice
	bestFor cost
}

// search chooses a place for every want, and for the inputs of the jumps that are then needed.
func (b *builder) search() ([]choice, *Error) {
	s := &search{
		wants:  slices.Clone(b.wants),
		asked:  map[request]int{},
		budget: b.budget,
	}
	slices.SortStableFunc(s.wants, func(x, y *want) int {
		return cmp.Compare(len(x.options), len(y.options))
	})
	s.descend(0)
	if s.best == nil && len(s.wants) > 0 {
		return nil, unreachable("No plan reaches every field of the operation.")
	}
	return s.best, nil
}

// descend tries the places for the wants from the i-th on.
func (s *search) descend(i int) {
	if s.best != nil && s.cost.compare(s.bestFor) >= 0 {
		return
	}
	if i == len(s.wants) {
		s.best, s.bestFor = slices.Clone(s.chosen), s.cost
		return
	}
	w := s.wants[i]
	if len(w.options) == 1 {
		s.take(i, w.options[0])
		return
	}
	ranked := s.rank(w)
	for n, option := range ranked {
		if n > 0 && (s.budget <= 0 || ranked[0].cost == s.cost) {
			return // the first adds nothing: no other can be better
		}
		s.take(i, option.place)
	}
}

// take tries the place for the i-th want, and then all that follows.
func (s *search) take(i int, p *place) {
	s.budget--
	before := s.state()
	if _, ok := s.make(p); ok {
		s.chosen = append(s.chosen, choice{want: s.wants[i], place: p})
		s.descend(i + 1)
	}
	s.rewind(before)
}

type ranking struct {
	place *place
	cost  cost
	step  int
}

// rank orders the places that can answer the want by what the plan would cost with each.
func (s *search) rank(w *want) []ranking {
	ranked := make([]ranking, 0, len(w.options))
	for _, option := range w.options {
		before := s.state()
		if step, ok := s.make(option); ok {
			ranked = append(ranked, ranking{option, s.cost, step})
		}
		s.rewind(before)
	}
	slices.SortStableFunc(ranked, func(x, y ranking) int {
		return cmp.Or(x.cost.compare(y.cost), cmp.Compare(x.step, y.step))
	})
	return ranked
}

// make sees to it that the plan gets to the place, and returns the step of the fetch that serves it.
func (s *search) make(p *place) (step int, ok bool) {
	for p.jump == nil && p.from != nil {
		p = p.from
	}
	if p.jump == nil {
		if at := (request{p.node.Subgraph, 0, true}); s.asked[at] == 0 {
			s.ask(at)
		}
		return 0, true
	}
	if step := p.jump.made; step != 0 {
		return step, step > 0
	}
	return s.makeJump(p.jump)
}

func (s *search) makeJump(j *jump) (step int, ok bool) {
	j.made = -1
	s.jumps = append(s.jumps, j)
	for input := range j.inputs() {
		before, ok := s.answer(j, input)
		if !ok {
			return 0, false
		}
		step = max(step, before)
	}
	step++
	j.made = step
	s.cost.jumps++
	s.ask(request{j.node.Subgraph, step, j.root()})
	return step, true
}

// answer chooses the best place for an input as things stand.
func (s *search) answer(j *jump, input *want) (step int, ok bool) {
	if len(input.options) == 1 {
		return s.answerBy(j, input, input.options[0])
	}
	for _, option := range s.rank(input) {
		if step, ok = s.answerBy(j, input, option.place); ok {
			return step, true
		}
	}
	return 0, false
}

func (s *search) answerBy(j *jump, input *want, p *place) (step int, ok bool) {
	before := s.state()
	if step, ok = s.make(p); !ok {
		s.rewind(before)
		return 0, false
	}
	s.chosen = append(s.chosen, choice{input, p, j})
	return step, true
}

// ask counts a fetch into its request.
func (s *search) ask(r request) {
	s.asked[r]++
	s.asking = append(s.asking, r)
	if s.asked[r] == 1 {
		s.cost.requests++
	}
	s.cost.depth = max(s.cost.depth, r.depth)
}

// state is what the search can go back to.
type state struct {
	chosen, jumps, asking int
	cost                  cost
}

func (s *search) state() state {
	return state{len(s.chosen), len(s.jumps), len(s.asking), s.cost}
}

// rewind takes back all that was decided since.
func (s *search) rewind(to state) {
	for _, j := range s.jumps[to.jumps:] {
		j.made = 0
	}
	for _, r := range s.asking[to.asking:] {
		s.asked[r]--
	}
	s.chosen, s.jumps, s.asking, s.cost = s.chosen[:to.chosen], s.jumps[:to.jumps], s.asking[:to.asking], to.cost
}

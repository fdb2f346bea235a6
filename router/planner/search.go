package planner

import (
	"cmp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// choice is a want and the place that answers it.
type choice struct {
	want  *want
	place *place
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
	made    map[*jump]int // look-ups in the plan, and their step; a negative one is being decided
	asked   map[request]int
	cost    cost
	jumps   []*jump   // those in made, in the order in which they came
	asking  []request // one for each time that it was counted
	budget  int
	best    []choice
	bestFor cost
}

// search chooses a place for every want, and for the inputs of the jumps that are then needed.
func (b *builder) search() ([]choice, *Error) {
	s := &search{
		wants:  slices.Clone(b.wants),
		made:   map[*jump]int{},
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
	ranked := s.rank(w)
	for n, option := range ranked {
		if n > 0 && (s.budget <= 0 || ranked[0].cost == s.cost) {
			return // the first adds nothing: no other can be better
		}
		s.budget--
		before := s.state()
		if s.choose(w, option.place) {
			s.descend(i + 1)
		}
		s.rewind(before)
	}
}

type ranking struct {
	place *place
	cost  cost
	step  int
}

// rank orders the places that can answer the want by what the plan would cost with each.
func (s *search) rank(w *want) []ranking {
	if len(w.options) == 1 {
		return []ranking{{place: w.options[0], cost: cost{depth: -1}}}
	}
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

// choose lets the place answer the want.
func (s *search) choose(w *want, p *place) bool {
	if _, ok := s.make(p); !ok {
		return false
	}
	s.chosen = append(s.chosen, choice{w, p})
	return true
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
	if step, made := s.made[p.jump]; made {
		return step, step >= 0
	}
	return s.makeJump(p.jump)
}

func (s *search) makeJump(j *jump) (step int, ok bool) {
	s.made[j] = -1
	s.jumps = append(s.jumps, j)
	for input := range j.inputs() {
		before, ok := s.answer(input)
		if !ok {
			return 0, false
		}
		step = max(step, before)
	}
	step++
	s.made[j] = step
	s.cost.jumps++
	s.ask(request{j.node.Subgraph, step, j.root()})
	return step, true
}

// answer chooses the best place for an input as things stand.
func (s *search) answer(input *want) (step int, ok bool) {
	for _, option := range s.rank(input) {
		before := s.state()
		if step, ok = s.make(option.place); ok {
			s.chosen = append(s.chosen, choice{input, option.place})
			return step, true
		}
		s.rewind(before)
	}
	return 0, false
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
		delete(s.made, j)
	}
	for _, r := range s.asking[to.asking:] {
		s.asked[r]--
	}
	s.chosen, s.jumps, s.asking, s.cost = s.chosen[:to.chosen], s.jumps[:to.jumps], s.asking[:to.asking], to.cost
}

package planner

import (
	"maps"
	"slices"

	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// steps says in which step each jump is made; the root fetches are step 0.
type steps map[*jump]int

// origin is the jump that serves a place; nil for a root fetch.
func origin(p *place) *jump {
	for p.jump == nil && p.from != nil {
		p = p.from
	}
	return p.jump
}

// schedule makes each jump as early as its inputs allow, then later where that saves a request.
func (b *builder) schedule(chosen []choice) steps {
	before := inputsOf(chosen)
	s := steps{}
	for j := range before {
		s.earliest(j, before)
	}
	s.share(before)
	return s
}

// inputsOf lists, for each jump in the plan, the jumps that answer its inputs; root fetches are left out.
func inputsOf(chosen []choice) map[*jump][]*jump {
	owner := map[*want]*jump{}
	before := map[*jump][]*jump{}
	for _, c := range chosen {
		if j := origin(c.place); j != nil {
			if _, known := before[j]; !known {
				before[j] = nil
				for _, input := range j.inputs() {
					owner[input] = j
				}
			}
		}
	}
	for _, c := range chosen {
		j, source := owner[c.want], origin(c.place)
		if j != nil && source != nil {
			before[j] = append(before[j], source)
		}
	}
	return before
}

func (s steps) earliest(j *jump, before map[*jump][]*jump) int {
	if step, known := s[j]; known {
		return step
	}
	step := 0
	for _, source := range before[j] {
		step = max(step, s.earliest(source, before))
	}
	s[j] = step + 1
	return step + 1
}

// share moves all look-ups that go to one subgraph in one step into a later step in which it is asked anyway, if all
// that wait for them are later still.
func (s steps) share(before map[*jump][]*jump) {
	latest := func(j *jump) int {
		last := int(^uint(0) >> 1)
		for waiting, sources := range before {
			if slices.Contains(sources, j) {
				last = min(last, s[waiting]-1)
			}
		}
		return last
	}
	for _, group := range slices.Backward(s.groups()) {
		limit := int(^uint(0) >> 1)
		for _, j := range group.jumps {
			limit = min(limit, latest(j))
		}
		for _, later := range s.groups() {
			if later.subgraph == group.subgraph && later.root == group.root && later.step > group.step && later.step <= limit {
				for _, j := range group.jumps {
					s[j] = later.step
				}
				break
			}
		}
	}
}

// requestGroup are the look-ups that go to one subgraph in one step.
type requestGroup struct {
	step     int
	subgraph supergraph.SubgraphID
	root     bool
	jumps    []*jump
}

func (g *requestGroup) request() request { return request{g.subgraph, g.step, g.root} }

// groups are the requests of the plan beside those of the root, ordered by step and subgraph.
func (s steps) groups() []*requestGroup {
	jumps := slices.SortedFunc(maps.Keys(s), func(x, y *jump) int { return x.id - y.id })
	var groups []*requestGroup
	for _, j := range jumps {
		i := slices.IndexFunc(groups, func(g *requestGroup) bool {
			return g.request() == request{j.node.Subgraph, s[j], j.root()}
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, &requestGroup{step: s[j], subgraph: j.node.Subgraph, root: j.root()})
		}
		groups[i].jumps = append(groups[i].jumps, j)
	}
	slices.SortStableFunc(groups, func(x, y *requestGroup) int {
		if x.step != y.step {
			return x.step - y.step
		}
		return int(x.subgraph) - int(y.subgraph)
	})
	return groups
}

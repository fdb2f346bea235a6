package planner

import (
	"maps"
	"math"
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
				for input := range j.inputs() {
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
	waiting := map[*jump][]*jump{}
	for j, sources := range before {
		for _, source := range sources {
			waiting[source] = append(waiting[source], j)
		}
	}
	groups := s.groups()
	for i, group := range slices.Backward(groups) {
		limit := s.latest(group.jumps, waiting)
		for _, later := range groups[i+1:] { // in the order of their steps, also when moved
			if later.subgraph == group.subgraph && later.root == group.root && later.step > group.step && later.step <= limit {
				group.step = later.step
				for _, j := range group.jumps {
					s[j] = later.step
				}
				break
			}
		}
	}
}

// latest is the last step in which all of the jumps come before what waits for them.
func (s steps) latest(jumps []*jump, waiting map[*jump][]*jump) int {
	last := math.MaxInt
	for _, j := range jumps {
		for _, w := range waiting[j] {
			last = min(last, s[w]-1)
		}
	}
	return last
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

package planner

import (
	"math"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// schedule puts each jump into the earliest step that its inputs allow, or into a later one if
// that saves a request. It returns the requests, except those of the root, sorted by step and by
// the rank of the subgraph.
func (b *builder) schedule(chosen []choice) []*requestGroup {
	jumps := order(chosen)
	for _, j := range jumps {
		j.earliest()
	}
	groups := b.requests(jumps)
	if share(groups) {
		groups = b.requests(jumps)
	}
	return groups
}

// order returns the jumps in the plan, without root fetches, and links each with the jumps that
// provide its inputs.
func order(chosen []choice) []*jump {
	var jumps []*jump
	for _, c := range chosen {
		for _, origin := range c.place.origins {
			j := origin.jump
			if j == nil {
				continue
			}
			jumps = append(jumps, j)
			if c.owner != nil {
				c.owner.before = append(c.owner.before, j)
				j.after = append(j.after, c.owner)
			}
		}
	}
	slices.SortFunc(jumps, func(x, y *jump) int { return x.id - y.id })
	return slices.Compact(jumps)
}

func (j *jump) earliest() int {
	if j.step == 0 {
		for _, source := range j.before {
			j.step = max(j.step, source.earliest())
		}
		j.step++
	}
	return j.step
}

// share moves all look-ups that go to one subgraph in one step to a later step in which the plan
// asks this subgraph anyway, if everything that waits for them comes later still. It reports
// whether it moved any.
func share(groups []*requestGroup) (moved bool) {
	for i, group := range slices.Backward(groups) {
		limit := group.latest()
		for _, later := range groups[i+1:] { // sorted by step, even after a move
			if later.subgraph == group.subgraph && later.root == group.root && later.step > group.step && later.step <= limit {
				moved = true
				group.step = later.step
				for _, j := range group.jumps {
					j.step = later.step
				}
				break
			}
		}
	}
	return moved
}

// requestGroup holds the look-ups that go to one subgraph in one step.
type requestGroup struct {
	step     int
	subgraph supergraph.SubgraphID
	root     bool
	jumps    []*jump
	lookups  []*lookup
}

// latest returns the last step that comes before everything that waits for the jumps.
func (g *requestGroup) latest() int {
	last := math.MaxInt
	for _, j := range g.jumps {
		for _, w := range j.after {
			last = min(last, w.step-1)
		}
	}
	return last
}

// requests groups the jumps into requests.
func (b *builder) requests(jumps []*jump) []*requestGroup {
	var groups []*requestGroup
	for _, j := range jumps {
		i := slices.IndexFunc(groups, func(g *requestGroup) bool {
			return g.step == j.step && g.subgraph == j.node.Subgraph && g.root == j.root()
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, &requestGroup{step: j.step, subgraph: j.node.Subgraph, root: j.root()})
		}
		groups[i].jumps = append(groups[i].jumps, j)
	}
	slices.SortStableFunc(groups, func(x, y *requestGroup) int {
		if x.step != y.step {
			return x.step - y.step
		}
		return b.graph.Rank(x.subgraph) - b.graph.Rank(y.subgraph)
	})
	return groups
}

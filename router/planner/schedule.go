package planner

import (
	"math"
	"slices"

	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// schedule makes each jump as early as its inputs allow, then later where that saves a request. It returns the requests,
// but for those of the root, ordered by step and the subgraphs' rank.
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

// order lists the jumps in the plan, and links each with those that answer its inputs; root fetches are left out.
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

// share moves all look-ups that go to one subgraph in one step into a later step in which it is asked anyway, if all
// that wait for them are later still. It returns whether it moved any.
func share(groups []*requestGroup) (moved bool) {
	for i, group := range slices.Backward(groups) {
		limit := group.latest()
		for _, later := range groups[i+1:] { // in the order of their steps, also when moved
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

// requestGroup are the look-ups that go to one subgraph in one step.
type requestGroup struct {
	step     int
	subgraph supergraph.SubgraphID
	root     bool
	jumps    []*jump
	lookups  []*lookup
}

// latest is the last step in which all of the jumps come before what waits for them.
func (g *requestGroup) latest() int {
	last := math.MaxInt
	for _, j := range g.jumps {
		for _, w := range j.after {
			last = min(last, w.step-1)
		}
	}
	return last
}

// requests puts the jumps into requests.
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

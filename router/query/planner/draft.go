package planner

import (
	"cmp"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// cost is the cost of a plan. Less is better, and earlier fields count more.
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

// draft is an unfinished plan: the choices so far, and their cost.
type draft struct {
	chosen []choice
	jumps  []*jump // look-ups in the plan, in the order in which they were added
	asked  counts
	asking []request // each request once for every fetch counted in it
	cost   cost
	plan   planID
}

// request identifies the fetches that share a request: they go to one subgraph in one step. Root
// fields and entities do not share one.
type request struct {
	subgraph supergraph.SubgraphID
	depth    int
	root     bool
}

// counts holds how many fetches each request has.
type counts struct {
	subgraphs int
	of        []int
}

func (c *counts) at(r request) *int {
	i := 2 * (r.depth*c.subgraphs + int(r.subgraph))
	if r.root {
		i++
	}
	if i >= len(c.of) {
		const steps = 4 // grow by several steps at a time
		c.of = append(c.of, make([]int, i+1-len(c.of)+2*steps*c.subgraphs)...)
	}
	return &c.of[i]
}

// askRoot adds a request for root fields of a subgraph, unless the plan has it.
func (d *draft) askRoot(subgraph supergraph.SubgraphID) {
	if at := (request{subgraph, 0, true}); *d.asked.at(at) == 0 {
		d.ask(at)
		d.plan = d.plan.with(-1-int(subgraph), 0)
	}
}

// addLookup counts a look-up whose inputs are all in the plan.
func (d *draft) addLookup(j *jump, step int) {
	d.cost.jumps++
	d.ask(request{j.node.Subgraph, step, j.root()})
	d.plan = d.plan.with(j.id, step)
}

// ask adds a fetch to its request.
func (d *draft) ask(r request) {
	count := d.asked.at(r)
	*count++
	d.asking = append(d.asking, r)
	if *count == 1 {
		d.cost.requests++
	}
	d.cost.depth = max(d.cost.depth, r.depth)
}

// mark is a state to which a draft can return.
type mark struct {
	chosen, jumps, asking int
	cost                  cost
	plan                  planID
}

func (d *draft) mark() mark {
	return mark{len(d.chosen), len(d.jumps), len(d.asking), d.cost, d.plan}
}

// rewind undoes all decisions since the mark.
func (d *draft) rewind(to mark) {
	for _, j := range d.jumps[to.jumps:] {
		j.made = 0
	}
	for _, r := range d.asking[to.asking:] {
		*d.asked.at(r)--
	}
	d.chosen, d.jumps, d.asking = d.chosen[:to.chosen], d.jumps[:to.jumps], d.asking[:to.asking]
	d.cost, d.plan = to.cost, to.plan
}

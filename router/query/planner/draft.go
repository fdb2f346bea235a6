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
	// made is the step of each jump by its ID if everything is as early as possible; 0 if it is not
	// in the plan, negative while its inputs are being decided.
	made   []int
	asked  counts
	asking []request // each request once for every fetch counted in it
	cost   cost
	plan   planID
}

// choice is a want and the place that answers it.
type choice struct {
	owner *jump // needs the want as an input; nil if it is one of the candidates' wants
	want  int   // index among the inputs or the candidates' wants
	place *place
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

// free returns the earliest place that the plan reaches anyway, or nil if there is none. No other
// place can be better.
func (d *draft) free(w *want) (best *place, step int) {
	for _, option := range w.options {
		if at, ok := d.reaches(option); ok && (best == nil || at < step) {
			best, step = option, at
		}
	}
	return best, step
}

// reaches reports whether the plan reaches the place, and in which step.
func (d *draft) reaches(p *place) (step int, ok bool) {
	for _, origin := range p.origins {
		switch j := origin.jump; {
		case j == nil && *d.asked.at(request{origin.node.Subgraph, 0, true}) == 0, j != nil && d.made[j.id] <= 0:
			return 0, false
		case j != nil:
			step = max(step, d.made[j.id])
		}
	}
	return step, true
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
		d.made[j.id] = 0
	}
	for _, r := range d.asking[to.asking:] {
		*d.asked.at(r)--
	}
	d.chosen, d.jumps, d.asking = d.chosen[:to.chosen], d.jumps[:to.jumps], d.asking[:to.asking]
	d.cost, d.plan = to.cost, to.plan
}

// planID identifies a plan by its look-ups and their steps, whatever their order. A collision of
// two plans is practically impossible; if it happened, the plan would be correct but might be
// worse.
type planID uint64

// with returns the ID of the plan with one more look-up.
func (p planID) with(id, step int) planID {
	x := uint64(id)<<32 ^ uint64(step) // any bits will do
	x += 0x9e3779b97f4a7c15            // splitmix64
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return p ^ planID(x^x>>31)
}

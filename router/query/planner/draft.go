package planner

import (
	"cmp"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// cost is the cost of a plan. Less is better, and earlier fields count more.
type cost struct {
	depth    int // sequential steps
	requests int
	fetches  int // look-ups
}

func (c cost) compare(other cost) int {
	return cmp.Or(
		cmp.Compare(c.depth, other.depth),
		cmp.Compare(c.requests, other.requests),
		cmp.Compare(c.fetches, other.fetches),
	)
}

// draft is an unfinished plan: the choices so far, and their cost.
type draft struct {
	chosen  []choice
	fetches []*entityFetch // look-ups in the plan, in the order in which they were added
	// made is the step of each entity fetch by its ID if everything is as early as possible; 0 if
	// it is not in the plan, negative while its inputs are being decided.
	made   []int
	asked  counts
	asking []request // each request once for every fetch counted in it
	cost   cost
	plan   planID
}

// choice is a requirement and the candidate that answers it.
type choice struct {
	// owner needs the requirement as an input. It is nil if the requirement is one of the
	// exploration's.
	owner       *entityFetch
	requirement int // index among the owner's inputs or the exploration's requirements
	candidate   *candidate
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
func (d *draft) addLookup(fetch *entityFetch, step int) {
	d.cost.fetches++
	d.ask(request{fetch.node.Subgraph, step, fetch.root()})
	d.plan = d.plan.with(fetch.id, step)
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

// free returns the earliest candidate that the plan reaches anyway, or nil if there is none. No
// other candidate can be better.
func (d *draft) free(r *requirement) (best *candidate, step int) {
	for _, option := range r.options {
		if at, ok := d.reaches(option); ok && (best == nil || at < step) {
			best, step = option, at
		}
	}
	return best, step
}

// reaches reports whether the plan reaches the candidate, and in which step.
func (d *draft) reaches(c *candidate) (step int, ok bool) {
	for _, origin := range c.origins {
		switch fetch := origin.fetch; {
		case fetch == nil && *d.asked.at(request{origin.node.Subgraph, 0, true}) == 0,
			fetch != nil && d.made[fetch.id] <= 0:
			return 0, false
		case fetch != nil:
			step = max(step, d.made[fetch.id])
		}
	}
	return step, true
}

// mark is a state to which a draft can return.
type mark struct {
	chosen, fetches, asking int
	cost                    cost
	plan                    planID
}

func (d *draft) mark() mark {
	return mark{len(d.chosen), len(d.fetches), len(d.asking), d.cost, d.plan}
}

// rewind undoes all decisions since the mark.
func (d *draft) rewind(to mark) {
	for _, fetch := range d.fetches[to.fetches:] {
		d.made[fetch.id] = 0
	}
	for _, r := range d.asking[to.asking:] {
		*d.asked.at(r)--
	}
	d.chosen, d.fetches, d.asking = d.chosen[:to.chosen], d.fetches[:to.fetches], d.asking[:to.asking]
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

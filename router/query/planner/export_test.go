package planner

import "github.com/trefoil-graph/trefoil/router/query/operation"

// Effort is the work of planning an operation, as the bounds count it. It is the same on every
// machine.
type Effort struct{ Candidates, Looked, Selections int }

// Effort plans an operation, and returns the work that this took and the work that is allowed.
func (p *Planner) Effort(op *operation.Operation) (total, bounds Effort) {
	for _, group := range p.groups(op, clientItems(p.graph, op.Fields)) {
		b := newBuilder(p, op, group)
		if b.exploreRoot(p.graph.Nodes(op.RootType)) == nil {
			if chosen, err := b.search(); err == nil {
				_, _ = b.emit(chosen, b.schedule(chosen))
			}
		}
		total.Candidates += b.effort.candidates
		total.Looked += b.effort.looked
		total.Selections += b.effort.selections
	}
	return total, Effort{p.bounds.candidates, p.bounds.budget.work + p.bounds.budget.reserve, p.bounds.selections}
}

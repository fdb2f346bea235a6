package planner

import "github.com/trefoil-graph/trefoil/router/operation"

// Effort is what planning an operation took, as the bounds count it: the same wherever it is measured.
type Effort struct{ Candidates, Looked, Selections int }

// Effort plans an operation, and returns what that took, and how much it may.
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

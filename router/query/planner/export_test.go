package planner

import "github.com/trefoil-graph/trefoil/router/query/operation"

// Effort is the work of planning an operation, as the bounds count it. It is the same on every
// machine.
type Effort struct{ Candidates, Looked, Selections int }

// Effort plans an operation, and returns the work that this took and the work that is allowed.
func (p *Planner) Effort(op *operation.Operation) (total, bounds Effort) {
	for _, group := range p.groups(op, clientFields(p.graph, op.Fields)) {
		left := p.bounds
		found, err := explore(p.graph, p.accessible, op, group, p.graph.Nodes(op.RootType), &left.candidates)
		if err == nil {
			if chosen, err := search(found, len(p.graph.Schema.Subgraphs), &left.budget); err == nil {
				_, _ = emit(p.graph, op, group, found, chosen, schedule(p.graph, chosen), &left.selections)
			}
		}
		total.Candidates += left.candidates.used
		total.Looked += looks(p.bounds) - looks(left)
		total.Selections += left.selections.used
	}
	return total, Effort{p.bounds.candidates.limit, looks(p.bounds), p.bounds.selections.limit}
}

func looks(b bounds) int { return b.budget.work + b.budget.reserve }

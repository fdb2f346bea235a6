package planner

import "github.com/trefoil-graph/trefoil/router/operation"

// Effort is what planning an operation took: look-ups and options that were looked at. It is the same wherever it is measured.
func (p *Planner) Effort(op *operation.Operation) (looked int, err error) {
	for _, group := range p.groups(op, clientItems(p.graph, op.Fields)) {
		b := newBuilder(p, op, group)
		if err := b.exploreRoot(); err != nil {
			return 0, err
		}
		if _, err := b.search(); err != nil {
			return 0, err
		}
		looked += b.looked
	}
	return looked, nil
}

package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

type subscription root

// OrderChanged tells of an order for as long as the token holds that asked for it.
func (s subscription) OrderChanged(ctx context.Context, id string) (<-chan *sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	holds := func() error { return auth.StillHolds(ctx) }
	return s.orders.Watch(ctx, whose(identity), id, holds), nil
}

package graph

import (
	"context"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

type query root

func (q query) Order(ctx context.Context, id string) (*sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	return q.orders.Order(ctx, identity.UserID, id, selectedParts(ctx))
}

func (q query) Orders(ctx context.Context, first int, after *string) (*sales.Page, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	page, err := q.orders.Placed(ctx, identity.UserID, listing(ctx, first, after))
	return page, shown(err)
}

func (q query) Basket(ctx context.Context) (*sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	return q.orders.Basket(ctx, identity.UserID, selectedParts(ctx))
}

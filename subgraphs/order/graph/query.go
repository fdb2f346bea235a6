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
	return q.orders.Order(ctx, whose(identity), id, selectedParts(ctx))
}

// whose returns the user whose orders an identity may see: anybody for staff, and otherwise the
// identity's own user.
func whose(identity auth.Identity) (userID string) {
	if identity.Has(auth.Support, auth.Admin) {
		return sales.Anybody
	}
	return identity.UserID
}

func (q query) Orders(
	ctx context.Context, filter *sales.Conditions, first int, after *string,
) (*sales.Page, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	return q.orders.Placed(ctx, identity.UserID, listing(ctx, filter, first, after))
}

func (q query) AllOrders(
	ctx context.Context, userID *string, filter *sales.Conditions, first int, after *string,
) (*sales.Page, error) {
	if _, err := auth.RequireRole(ctx, auth.Support, auth.Admin); err != nil {
		return nil, err
	}
	of := sales.Anybody
	if userID != nil {
		of = *userID
	}
	return q.orders.Placed(ctx, of, listing(ctx, filter, first, after))
}

func (q query) Drafts(ctx context.Context) ([]*sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	return q.orders.Drafts(ctx, identity.UserID, selectedParts(ctx))
}

func (q query) Basket(ctx context.Context) (*sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	return q.orders.Basket(ctx, identity.UserID, selectedParts(ctx))
}

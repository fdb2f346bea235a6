package graph

import (
	"context"
	"errors"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
)

type subscription root

// OrderChanged sends an order and its changes for as long as the token is valid.
func (s subscription) OrderChanged(ctx context.Context, id string) (<-chan *sales.Order, error) {
	identity, err := auth.Require(ctx)
	if err != nil {
		return nil, err
	}
	changes, err := s.orders.Watch(ctx, sales.Watching{
		By: identity.UserID, UserID: whose(identity), OrderID: id,
		Holds: func() error { return auth.StillHolds(ctx) },
	})
	if errors.Is(err, sales.ErrTooManyWatched) {
		message := fmt.Sprintf("You already watch %d orders, which is the maximum. "+
			"Stop watching one first.", sales.MaximumWatched)
		return nil, apierror.New(apierror.RateLimited, message)
	}
	return changes, err
}

package sales

import (
	"context"
	"slices"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// find returns the order with an id, or without an id the basket.
func find(ctx context.Context, tx Tx, userID string, id *string) (Order, error) {
	if id != nil {
		return owned(ctx, tx, userID, *id)
	}
	return one(tx.Orders(ctx, Filter{UserID: userID, Drafts: 1, With: Whole()}))
}

// owned returns the user's order with an id.
func owned(ctx context.Context, tx Tx, userID, id string) (Order, error) {
	wanted := wellFormed(OrderPrefix, []string{id})
	return one(tx.Orders(ctx, Filter{UserID: userID, IDs: wanted, With: Whole()}))
}

func one(found []*Order, err error) (Order, error) {
	switch {
	case err != nil:
		return Order{}, err
	case len(found) == 0:
		return Order{}, orderNotFound()
	}
	return *found[0], nil
}

// wellFormed returns the valid ids among those given, each once.
func wellFormed(prefix string, given []string) []string {
	wanted := make([]string, 0, len(given))
	for _, id := range given {
		if ids.Valid(prefix, id) {
			wanted = append(wanted, id)
		}
	}
	return distinct(wanted)
}

// distinct returns each value once, sorted.
func distinct(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// editable refuses an order that is placed, or that has another version than expected.
func (o Order) editable(expected *int) error {
	switch {
	case o.Status != Draft:
		return orderNotEditable(o.Status)
	case expected == nil || *expected == o.Version:
		return nil
	case o.Version == 0: // just created, because there was none
		return versionConflict(nil)
	}
	return versionConflict(&o)
}

// claimedOrder returns the order of an earlier request with the same key.
func claimedOrder(ctx context.Context, tx Tx, claim Claim, hash string) (Order, error) {
	if claim.RequestHash != hash {
		return Order{}, idempotencyKeyReused()
	}
	return owned(ctx, tx, claim.UserID, claim.OrderID)
}

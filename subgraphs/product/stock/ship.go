package stock

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// shipper is the actor of what leaves the warehouse.
const shipper = "order"

// Ship takes what is committed off the shelf, once, and writes it down.
func (s *Service) Ship(ctx context.Context, a Attempt) error {
	if err := a.check(); err != nil {
		return err
	}
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.Reservation(ctx, a)
		switch {
		case err != nil:
			return err
		case r == nil || r.Status != Committed:
			return fmt.Errorf("%w: order %s, attempt %d holds nothing for good", ErrBadCommand, a.OrderID, a.Number)
		case !r.Shipped:
			if err := s.ship(ctx, tx, *r); err != nil {
				return err
			}
		}
		return tx.Send(ctx, Reply{a, IsShipped, nil})
	})
}

func (s *Service) ship(ctx context.Context, tx Tx, r Reservation) error {
	now := s.now()
	for _, piece := range r.Pieces {
		err := tx.Leave(ctx, Entry{
			ID: ids.New(EntryPrefix), ProductID: piece.ProductID, Delta: -piece.Quantity, Reason: "shipped with " + r.OrderID,
			Actor: shipper, Key: fmt.Sprintf("shipped %s/%d/%s", r.OrderID, r.Number, piece.ProductID), CreatedAt: now,
		})
		if err != nil {
			return err
		}
	}
	return tx.SetShipped(ctx, r.Attempt, now)
}

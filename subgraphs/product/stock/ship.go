package stock

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// shipper is the actor of entries for shipped pieces.
const shipper = "order"

// Ship removes committed pieces from the stock, once, and adds them to the ledger.
//
// An order ships only after the reply to its commit. If the pieces are still not committed, for
// example in a database restored from an older copy, the goods have left and the books are wrong.
// Ship replies anyway, because a repeated command would not help. Its error makes a dead letter
// of the command, so that somebody adjusts the stock by hand.
func (s *Service) Ship(ctx context.Context, a Attempt) error {
	if err := a.check(); err != nil {
		return err
	}
	missing := false
	err := s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		r, err := tx.Reservation(ctx, a)
		if err != nil {
			return err
		}
		if missing = r == nil || r.Status != Committed; !missing && !r.Shipped {
			if err := s.ship(ctx, tx, *r); err != nil {
				return err
			}
		}
		return tx.Send(ctx, Reply{a, IsShipped, nil})
	})
	if err == nil && missing {
		err = fmt.Errorf("%w: order %s, attempt %d was shipped without being committed: "+
			"adjust the stock", ErrBadCommand, a.OrderID, a.Number)
	}
	return err
}

func (s *Service) ship(ctx context.Context, tx Tx, r Reservation) error {
	now := s.now()
	for _, piece := range r.Pieces {
		err := tx.Leave(ctx, Entry{
			ID: ids.New(EntryPrefix), ProductID: piece.ProductID, Delta: -piece.Quantity,
			Reason: "shipped with " + r.OrderID, Actor: shipper, CreatedAt: now,
			Key: fmt.Sprintf("shipped %s/%d/%s", r.OrderID, r.Number, piece.ProductID),
		})
		if err != nil {
			return err
		}
	}
	return tx.SetShipped(ctx, r.Attempt, now)
}

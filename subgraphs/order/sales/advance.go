package sales

import (
	"context"
	"slices"
)

// Advancing is the input of Advance, which staff use.
type Advancing struct {
	OrderID         string
	ExpectedVersion int
	Status          Status
}

// next returns the statuses that staff can move an order to.
func (o Order) next() []Status {
	switch o.Status {
	case Confirmed:
		return []Status{Processing, Cancelled}
	case Processing:
		return []Status{Shipped, Cancelled}
	case Shipped:
		return []Status{Delivered}
	}
	return nil
}

// Advance moves anybody's order to its next status, or cancels it.
func (s *Service) Advance(ctx context.Context, a Advancing) (Order, error) {
	var order Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if order, err = owned(ctx, tx, Anybody, a.OrderID); err != nil {
			return err
		}
		switch {
		case order.Version != a.ExpectedVersion:
			return versionConflict(&order)
		case !slices.Contains(order.next(), a.Status):
			return statusNotAllowed(order.Status, order.next())
		case a.Status == Cancelled:
			return s.cancel(ctx, tx, &order)
		}
		return s.advance(ctx, tx, &order, a.Status)
	})
	if err == nil {
		s.waiting.wake(order.ID)
	}
	return order, err
}

// advance packs an order only once the stock has committed its items; items that the stock may
// still lose could not be sent.
func (s *Service) advance(ctx context.Context, tx Tx, order *Order, to Status) error {
	waits, err := tx.Waits(ctx, order.attempt(), AskCommit)
	if err != nil {
		return err
	}
	if waits {
		return notYetCommitted()
	}
	order.become(to, s.time())
	if err := tx.Save(ctx, *order); err != nil {
		return err
	}
	if to != Shipped || order.Attempt == 0 { // or placed before there was a stock service
		return nil
	}
	return tx.Ask(ctx, Command{Attempt: order.attempt(), Ask: AskShip})
}

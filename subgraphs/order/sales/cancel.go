package sales

import "context"

// Cancelling is the wish to cancel a placed order.
type Cancelling struct {
	OrderID         string
	ExpectedVersion *int // nil: any
}

// Cancel ends an order that nobody has begun to pack, its invoice with it, and gives its items
// back. One that is cancelled already stays so.
func (s *Service) Cancel(ctx context.Context, userID string, c Cancelling) (Order, error) {
	var order Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if order, err = owned(ctx, tx, userID, c.OrderID); err != nil {
			return err
		}
		switch {
		case order.Status == Cancelled:
			return nil
		case order.Status != Pending && order.Status != Confirmed:
			return Refusals{orderNotCancellable(order.Status)}
		case c.ExpectedVersion != nil && *c.ExpectedVersion != order.Version:
			return Refusals{versionConflict(&order)}
		}
		return s.cancel(ctx, tx, &order)
	})
	if err == nil {
		s.waiting.tell(order.ID)
	}
	return order, err
}

// cancel takes back what was asked of the stock, whether it came through or not.
func (s *Service) cancel(ctx context.Context, tx Tx, order *Order) error {
	order.become(Cancelled, s.time())
	if order.Invoice != nil {
		order.Invoice.Status = InvoiceCancelled
	}
	if err := tx.Save(ctx, *order); err != nil {
		return err
	}
	if order.Attempt == 0 {
		return nil // from before there was stock to ask
	}
	if err := tx.GiveBack(ctx, *order); err != nil {
		return err
	}
	if err := tx.Answered(ctx, order.attempt(), AskReserve, AskCommit); err != nil {
		return err
	}
	return tx.Ask(ctx, Command{Attempt: order.attempt(), Ask: AskRelease})
}

package sales

import "context"

// Cancelling is the input of Cancel.
type Cancelling struct {
	OrderID         string
	ExpectedVersion *int // nil accepts any
}

// Cancel cancels a placed order that nobody has begun to pack, and its invoice, and gives its
// items back. Cancelling a cancelled order changes nothing.
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
			return orderNotCancellable(order.Status)
		case c.ExpectedVersion != nil && *c.ExpectedVersion != order.Version:
			return versionConflict(&order)
		}
		return s.cancel(ctx, tx, &order)
	})
	if err == nil {
		s.waiting.wake(order.ID)
	}
	return order, err
}

// cancel takes back what the order asked of the stock, whether the stock has received it or not.
func (s *Service) cancel(ctx context.Context, tx Tx, order *Order) error {
	order.become(Cancelled, s.time())
	if order.Invoice != nil {
		order.Invoice.Status = InvoiceCancelled
	}
	if err := tx.Save(ctx, *order); err != nil {
		return err
	}
	if order.Attempt == 0 {
		return nil // placed before there was a stock service
	}
	if err := tx.GiveBack(ctx, *order); err != nil {
		return err
	}
	if err := tx.Answered(ctx, order.attempt(), AskReserve, AskCommit); err != nil {
		return err
	}
	return tx.Ask(ctx, Command{Attempt: order.attempt(), Ask: AskRelease})
}

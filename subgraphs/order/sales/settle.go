package sales

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Patience is how long an order waits for the stock. It is shorter than the stock holds items, so
// items confirmed within it are still held.
const Patience = 15 * time.Minute

// ErrBadReply says that a reply is invalid, so retrying is useless.
var ErrBadReply = errors.New("sales: bad reply")

// Outcome is what the stock did with an attempt.
type Outcome string

// The outcomes.
const (
	IsReserved  Outcome = "reserved"
	IsRejected  Outcome = "rejected"
	IsCommitted Outcome = "committed"
	IsLost      Outcome = "lost" // committed too late, after others got the items
	IsReleased  Outcome = "released"
	IsShipped   Outcome = "shipped"
	IsExpired   Outcome = "expired" // held for too long
)

// Reply is the stock's answer to a command.
type Reply struct {
	Attempt
	Outcome  Outcome
	Problems []OrderProblem // for IsRejected
	Products []Product      // the rejected products as they are now
}

// Settle applies a reply. Replies may arrive repeatedly, late and out of order: only the latest
// attempt of an order that waits for a reply is changed.
func (s *Service) Settle(ctx context.Context, r Reply) error {
	for _, p := range r.Products {
		if err := p.check(); err != nil {
			return errors.Join(ErrBadReply, err)
		}
	}
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		order, err := tx.OrderOf(ctx, r.Attempt)
		if err != nil {
			return err
		}
		return s.settle(ctx, tx, order, r)
	})
	if err == nil {
		s.waiting.wake(r.OrderID)
	}
	return err
}

// settle applies a reply to an order, which is nil if the attempt is not the order's latest.
func (s *Service) settle(ctx context.Context, tx Tx, order *Order, r Reply) error {
	pending := order != nil && order.Status == Pending
	switch r.Outcome {
	case IsReserved:
		return s.reserved(ctx, tx, order, r)
	case IsRejected:
		if pending {
			return s.refuse(ctx, tx, *order, r)
		}
		return tx.Answered(ctx, r.Attempt, AskReserve)
	case IsExpired:
		if pending {
			return s.expire(ctx, tx, *order)
		}
		return nil // the reply to the commit settles it
	case IsCommitted:
		return tx.Answered(ctx, r.Attempt, AskCommit)
	case IsReleased:
		return tx.Answered(ctx, r.Attempt, AskRelease)
	case IsShipped:
		return tx.Answered(ctx, r.Attempt, AskShip)
	case IsLost:
		return s.lost(ctx, tx, order, r)
	}
	return fmt.Errorf("%w: outcome %q", ErrBadReply, r.Outcome)
}

// reserved confirms an order that waits, unless it is so late that the stock may have given up.
// If the attempt has already failed, it releases the items: a stock that has forgotten its first
// reply may have reserved them again.
func (s *Service) reserved(ctx context.Context, tx Tx, order *Order, r Reply) error {
	switch {
	case order == nil || order.Status == Draft || order.Status == Cancelled:
		if err := tx.Answered(ctx, r.Attempt, AskReserve); err != nil {
			return err
		}
		return tx.Ask(ctx, Command{Attempt: r.Attempt, Ask: AskRelease})
	case order.Status != Pending:
		return tx.Answered(ctx, r.Attempt, AskReserve)
	case s.overdue(*order):
		return s.giveUp(ctx, tx, *order)
	}
	return s.confirm(ctx, tx, *order)
}

// confirm issues the invoice and asks the stock to hold the items until they are shipped.
func (s *Service) confirm(ctx context.Context, tx Tx, order Order) error {
	now := s.time()
	sequence, err := tx.NextInvoice(ctx, now.Year())
	if err != nil {
		return err
	}
	if order.Invoice, err = newInvoice(order.Items, order.Total.Currency, sequence, now); err != nil {
		return err
	}
	order.become(Confirmed, now)
	if err := tx.Save(ctx, order); err != nil {
		return err
	}
	if err := tx.Answered(ctx, order.attempt(), AskReserve); err != nil {
		return err
	}
	return tx.Ask(ctx, Command{Attempt: order.attempt(), Ask: AskCommit})
}

// refuse turns the order back into a draft that lists the problems and has the catalogue's
// current prices, so that a buyer who places it again has seen them.
func (s *Service) refuse(ctx context.Context, tx Tx, order Order, r Reply) error {
	for _, p := range r.Products {
		if err := s.learn(ctx, tx, p); err != nil {
			return err
		}
	}
	known, err := tx.Products(ctx, order.productIDs())
	if err != nil {
		return err
	}
	order.reopen(known, r.Problems, s.time())
	if err := tx.Save(ctx, order); err != nil {
		return err
	}
	return tx.Answered(ctx, r.Attempt, AskReserve)
}

// reopen turns a placed order back into a draft. Items get today's prices, unless the total would
// be out of range.
func (o *Order) reopen(products map[string]Product, problems []OrderProblem, now time.Time) {
	for i := range o.Items {
		before := o.Items[i]
		if p, known := products[before.ProductID]; known {
			o.Items[i].follow(p)
		}
		if o.sum() != nil {
			o.Items[i] = before
		}
	}
	o.PlacedAt, o.Problems = nil, problems
	o.showPrices()
	o.become(Draft, now)
}

// GiveUp turns up to 100 orders that have waited longer than Patience back into drafts.
func (s *Service) GiveUp(ctx context.Context) error {
	const atOnce = 100
	var given []*Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if given, err = tx.PendingSince(ctx, s.time().Add(-Patience), atOnce); err != nil {
			return err
		}
		for _, order := range given {
			if err := s.giveUp(ctx, tx, *order); err != nil {
				return err
			}
		}
		return nil
	})
	for _, order := range given {
		s.waiting.wake(order.ID)
	}
	return err
}

func (s *Service) overdue(o Order) bool { return !s.time().Before(o.PlacedAt.Add(Patience)) }

// expire turns an order whose items the stock no longer holds back into a draft.
func (s *Service) expire(ctx context.Context, tx Tx, order Order) error {
	nothing := Reply{Attempt: order.attempt(), Problems: []OrderProblem{stockUnanswered()}}
	if err := s.refuse(ctx, tx, order, nothing); err != nil {
		return err
	}
	return tx.GiveBack(ctx, order)
}

func (s *Service) giveUp(ctx context.Context, tx Tx, order Order) error {
	if err := s.expire(ctx, tx, order); err != nil {
		return err
	}
	return tx.Ask(ctx, Command{Attempt: order.attempt(), Ask: AskRelease})
}

// lost cancels an order whose items the stock held for too long and then sold to others, before
// it learned that the order was confirmed. That takes hours without messages.
func (s *Service) lost(ctx context.Context, tx Tx, order *Order, r Reply) error {
	if order != nil && order.Status == Confirmed {
		order.Problems = []OrderProblem{stockUnanswered()}
		if err := s.cancel(ctx, tx, order); err != nil {
			return err
		}
	}
	return tx.Answered(ctx, r.Attempt, AskCommit)
}

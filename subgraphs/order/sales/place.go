package sales

import (
	"context"
	"errors"
	"fmt"
)

// Placing is the input of Place.
type Placing struct {
	OrderID         *string // nil means the basket
	ExpectedVersion int     // the version that the user saw
	IdempotencyKey  string
}

func (p Placing) hash() string {
	order := "the basket"
	if p.OrderID != nil {
		order = fmt.Sprintf("%q", *p.OrderID)
	}
	return hash(fmt.Appendf(nil, "%s %d", order, p.ExpectedVersion))
}

// Place makes a draft pending and asks the stock for its items; Await waits for the result. A
// repetition with the same key and input returns the order as it is now. A placing that is
// refused here does not use up the key.
func (s *Service) Place(ctx context.Context, userID string, p Placing) (Order, error) {
	if err := checkKey(p.IdempotencyKey); err != nil {
		return Order{}, err
	}
	var order Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		claim, found, err := tx.Claim(ctx, userID, p.IdempotencyKey)
		if err != nil {
			return err
		}
		if found {
			order, err = claimedOrder(ctx, tx, claim, p.hash())
			return err
		}
		order, err = s.place(ctx, tx, userID, p)
		return err
	})
	if err == nil {
		s.waiting.wake(order.ID)
	}
	return order, err
}

func (s *Service) place(ctx context.Context, tx Tx, userID string, p Placing) (Order, error) {
	draft, err := find(ctx, tx, userID, p.OrderID)
	if err != nil {
		return Order{}, err
	}
	if err := draft.editable(&p.ExpectedVersion); err != nil {
		return Order{}, err
	}
	products, err := tx.Products(ctx, draft.productIDs())
	if err != nil {
		return Order{}, err
	}
	if err := draft.placeable(products); err != nil {
		return Order{}, err
	}
	return s.submit(ctx, tx, draft, p)
}

// submit makes the order pending, asks the stock for its items, and stores a claim for the key.
func (s *Service) submit(ctx context.Context, tx Tx, order Order, p Placing) (Order, error) {
	now := s.time()
	order.PlacedAt, order.Problems = &now, nil
	order.Attempt++
	order.become(Pending, now)
	if err := tx.Save(ctx, order); err != nil {
		return Order{}, err
	}
	reserve := Command{order.attempt(), AskReserve, order.wanted()}
	if err := tx.Ask(ctx, reserve); err != nil {
		return Order{}, err
	}
	claim := Claim{order.UserID, p.IdempotencyKey, p.hash(), order.ID, order.Attempt, now}
	return order, tx.SaveClaim(ctx, claim)
}

// placeable refuses an order that is empty, or that has an item which cannot be bought.
func (o Order) placeable(products map[string]Product) error {
	if len(o.Items) == 0 {
		return orderEmpty()
	}
	var refusals []error
	for _, item := range o.Items {
		if !item.agrees(products[item.ProductID]) {
			refusals = append(refusals, productUnavailable(item))
		}
	}
	return errors.Join(refusals...)
}

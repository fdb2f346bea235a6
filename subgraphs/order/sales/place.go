package sales

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
	"unicode/utf8"
)

// Lengths of an idempotency key, in characters.
const (
	minimumKey = 8
	maximumKey = 128
)

// Placing is the wish to place a draft.
type Placing struct {
	OrderID         *string // nil: the basket
	ExpectedVersion int     // the version that the user has seen
	IdempotencyKey  string
}

// Claim is what an idempotency key placed.
type Claim struct {
	UserID      string
	Key         string
	RequestHash string // of the input: the same key with another input is a mistake
	OrderID     string
	PlacedAt    time.Time
}

func (p Placing) check() error {
	length := utf8.RuneCountInString(p.IdempotencyKey)
	if length < minimumKey || length > maximumKey || !utf8.ValidString(p.IdempotencyKey) {
		return Refusals{invalid(at("idempotencyKey"),
			"The idempotency key must have %d to %d characters.", minimumKey, maximumKey)}
	}
	return nil
}

func (p Placing) hash() string {
	order := "the basket"
	if p.OrderID != nil {
		order = fmt.Sprintf("%q", *p.OrderID)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %d", order, p.ExpectedVersion))
	return hex.EncodeToString(sum[:])
}

// Place confirms a draft and issues its invoice in one transaction. The same key with the same
// input answers the same order again; a refused placing leaves the key free.
func (s *Service) Place(ctx context.Context, userID string, p Placing) (Order, error) {
	if err := p.check(); err != nil {
		return Order{}, err
	}
	var order Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) error {
		claim, found, err := tx.Claim(ctx, userID, p.IdempotencyKey)
		if err != nil {
			return err
		}
		if found {
			order, err = repeat(ctx, tx, claim, p)
			return err
		}
		order, err = s.place(ctx, tx, userID, p)
		return err
	})
	return order, err
}

// repeat answers a placing that was done before.
func repeat(ctx context.Context, tx Tx, claim Claim, p Placing) (Order, error) {
	if claim.RequestHash != p.hash() {
		return Order{}, Refusals{idempotencyKeyReused()}
	}
	return owned(ctx, tx, claim.UserID, claim.OrderID)
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
	return s.confirm(ctx, tx, draft, products, p)
}

// confirm makes the draft an order with its invoice, and the key its claim.
func (s *Service) confirm(
	ctx context.Context, tx Tx, order Order, products map[string]Product, p Placing,
) (Order, error) {
	now := s.time()
	sequence, err := tx.NextInvoice(ctx, now.Year())
	if err != nil {
		return Order{}, err
	}
	if order.Invoice, err = newInvoice(order, sequence, products, now); err != nil {
		return Order{}, err
	}
	order.Status, order.PlacedAt = Confirmed, &now
	order.touch(now)
	if err := tx.Save(ctx, order); err != nil {
		return Order{}, err
	}
	return order, tx.SaveClaim(ctx, Claim{order.UserID, p.IdempotencyKey, p.hash(), order.ID, now})
}

// editable refuses an order that is placed, or has another version than expected.
func (o Order) editable(expected *int) error {
	switch {
	case o.Status != Draft:
		return Refusals{orderNotEditable(o.Status)}
	case expected == nil || *expected == o.Version:
		return nil
	case o.Version == 0: // just made, because there was none
		return Refusals{versionConflict(nil)}
	}
	return Refusals{versionConflict(&o)}
}

// placeable refuses an order with nothing in it, or with something that cannot be had.
func (o Order) placeable(products map[string]Product) error {
	if len(o.Items) == 0 {
		return Refusals{orderEmpty()}
	}
	var refusals Refusals
	for _, item := range o.Items {
		if !item.agrees(products[item.ProductID]) {
			refusals = append(refusals, productUnavailable(item))
		}
	}
	if refusals != nil {
		return refusals
	}
	return nil
}

func (o Order) productIDs() []string {
	named := make([]string, len(o.Items))
	for i, item := range o.Items {
		named[i] = item.ProductID
	}
	return named
}

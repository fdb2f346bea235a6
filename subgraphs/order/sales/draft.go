package sales

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// Create stores a draft, which becomes the basket. A repetition with the same key and input
// creates no other draft; it returns the first as it is now. A refused creation does not use up
// the key.
func (s *Service) Create(ctx context.Context, userID string, input NewOrder) (Order, error) {
	if err := checkOptionalKey(input.IdempotencyKey); err != nil {
		return Order{}, err
	}
	if err := checkCount(len(input.Items), "items"); err != nil {
		return Order{}, err
	}
	name, err := checkName(input.Name)
	if err != nil {
		return Order{}, err
	}
	var order Order
	err = s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		order, err = s.once(ctx, tx, userID, input.IdempotencyKey, input.hash, func() (Order, error) {
			order, err := s.begin(ctx, tx, userID)
			if err != nil {
				return Order{}, err
			}
			order.Name = name
			err = s.change(ctx, tx, &order, input.changes())
			return order, err
		})
		return err
	})
	return order, err
}

// Change changes the items of a draft, all or none. A repetition with the same key and input
// changes nothing; it returns the draft as it is now. A refused change does not use up the key.
func (s *Service) Change(ctx context.Context, userID string, input Changes) (Order, error) {
	if err := input.check(); err != nil {
		return Order{}, err
	}
	var order Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		order, err = s.once(ctx, tx, userID, input.IdempotencyKey, input.hash, func() (Order, error) {
			return s.changeItems(ctx, tx, userID, input)
		})
		return err
	})
	if err == nil {
		s.waiting.wake(order.ID)
	}
	return order, err
}

func (c Changes) check() error {
	if err := checkOptionalKey(c.IdempotencyKey); err != nil {
		return err
	}
	return checkCount(len(c.Changes), "changes")
}

// once makes a change of a draft. If a change with this key has been made, it returns the draft
// as it is now. Without a key it always makes the change.
func (s *Service) once(
	ctx context.Context, tx Tx, userID string, key *string,
	hashOf func() (string, error), change func() (Order, error),
) (Order, error) {
	if key == nil {
		return change()
	}
	hash, err := hashOf()
	if err != nil {
		return Order{}, fmt.Errorf("hash changes: %w", err)
	}
	claim, found, err := tx.ChangeClaim(ctx, userID, *key)
	if err != nil {
		return Order{}, err
	}
	if found {
		return claimedOrder(ctx, tx, claim, hash)
	}
	order, err := change()
	if err != nil {
		return Order{}, err
	}
	return order, tx.SaveChangeClaim(ctx, Claim{
		UserID: userID, Key: *key, RequestHash: hash, OrderID: order.ID, At: s.time(),
	})
}

func (s *Service) changeItems(
	ctx context.Context, tx Tx, userID string, input Changes,
) (Order, error) {
	order, err := s.findOrMake(ctx, tx, userID, input.OrderID)
	if err != nil {
		return Order{}, err
	}
	if err := order.editable(input.ExpectedVersion); err != nil {
		return Order{}, err
	}
	err = s.change(ctx, tx, &order, input.changes())
	return order, err
}

func (s *Service) change(ctx context.Context, tx Tx, order *Order, changes []change) error {
	products, err := tx.Products(ctx, distinct(named(changes)))
	if err != nil {
		return err
	}
	changed, err := order.change(changes, products, s.time())
	if err != nil || !changed {
		return err
	}
	return tx.Save(ctx, *order)
}

// findOrMake returns the order with an id, or without an id the basket, which it creates if there
// is none.
func (s *Service) findOrMake(
	ctx context.Context, tx Tx, userID string, id *string,
) (Order, error) {
	if id != nil {
		return owned(ctx, tx, userID, *id)
	}
	found, err := tx.Orders(ctx, Filter{UserID: userID, Drafts: 1, With: Whole()})
	if err != nil {
		return Order{}, err
	}
	if len(found) == 0 {
		return s.begin(ctx, tx, userID)
	}
	return *found[0], nil
}

// begin returns a new draft of the user, unless there are too many. Orders that wait for the
// stock count too: a refusal makes them drafts again.
func (s *Service) begin(ctx context.Context, tx Tx, userID string) (Order, error) {
	open, err := tx.CountOpen(ctx, userID)
	if err != nil {
		return Order{}, err
	}
	if open >= MaximumDrafts {
		return Order{}, tooManyDrafts()
	}
	return newDraft(userID, s.time()), nil
}

func checkCount(n int, field string) error {
	if n > MaximumChanges {
		return refusal.Invalid(refusal.At(field),
			"A request can have at most %d %s.", MaximumChanges, field)
	}
	return nil
}

// Choosing is the input of Choose.
type Choosing struct{ OrderID string }

// Renaming is the input of Rename.
type Renaming struct {
	OrderID         string
	Name            *string // nil removes it
	ExpectedVersion *int    // nil accepts any
}

// Deleting is the input of Delete.
type Deleting struct {
	OrderID         string
	ExpectedVersion *int // nil accepts any
}

// Choose makes a draft the basket.
func (s *Service) Choose(ctx context.Context, userID string, c Choosing) (Order, error) {
	choose := func(ctx context.Context, tx Tx, order *Order) error {
		order.touch(s.time())
		order.ChosenAt = order.UpdatedAt
		return tx.Save(ctx, *order)
	}
	return s.withDraft(ctx, userID, c.OrderID, nil, choose)
}

// Rename sets or removes the name of a draft.
func (s *Service) Rename(ctx context.Context, userID string, r Renaming) (Order, error) {
	name, err := checkName(r.Name)
	if err != nil {
		return Order{}, err
	}
	rename := func(ctx context.Context, tx Tx, order *Order) error {
		order.Name = name
		order.touch(s.time())
		return tx.Save(ctx, *order)
	}
	return s.withDraft(ctx, userID, r.OrderID, r.ExpectedVersion, rename)
}

// Delete deletes a draft and returns it.
func (s *Service) Delete(ctx context.Context, userID string, d Deleting) (Order, error) {
	remove := func(ctx context.Context, tx Tx, order *Order) error {
		return tx.Delete(ctx, *order)
	}
	return s.withDraft(ctx, userID, d.OrderID, d.ExpectedVersion, remove)
}

// withDraft calls a function with a draft of the user.
func (s *Service) withDraft(
	ctx context.Context, userID, id string, expected *int, do func(context.Context, Tx, *Order) error,
) (Order, error) {
	var order Order
	err := s.store.Write(ctx, func(ctx context.Context, tx Tx) (err error) {
		if order, err = owned(ctx, tx, userID, id); err != nil {
			return err
		}
		if err := order.editable(expected); err != nil {
			return err
		}
		return do(ctx, tx, &order)
	})
	if err == nil {
		s.waiting.wake(order.ID)
	}
	return order, err
}

package sales

import "context"

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
	return s.withDraft(ctx, userID, c.OrderID, nil, func(ctx context.Context, tx Tx, order *Order) error {
		order.touch(s.time())
		order.ChosenAt = order.UpdatedAt
		return tx.Save(ctx, *order)
	})
}

// Rename sets or removes the name of a draft.
func (s *Service) Rename(ctx context.Context, userID string, r Renaming) (Order, error) {
	name, err := checkName(r.Name)
	if err != nil {
		return Order{}, err
	}
	return s.withDraft(ctx, userID, r.OrderID, r.ExpectedVersion, func(ctx context.Context, tx Tx, order *Order) error {
		order.Name = name
		order.touch(s.time())
		return tx.Save(ctx, *order)
	})
}

// Delete deletes a draft and returns it.
func (s *Service) Delete(ctx context.Context, userID string, d Deleting) (Order, error) {
	return s.withDraft(ctx, userID, d.OrderID, d.ExpectedVersion, func(ctx context.Context, tx Tx, order *Order) error {
		return tx.Delete(ctx, *order)
	})
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
		s.waiting.tell(order.ID)
	}
	return order, err
}

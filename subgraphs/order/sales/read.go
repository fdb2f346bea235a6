package sales

import "context"

// maxListedDrafts is how many drafts a list returns: older databases may have more than
// MaximumDrafts.
const maxListedDrafts = 100

// Order returns a user's order, or nil if the user has no order with this id.
func (s *Service) Order(ctx context.Context, userID, id string, with Parts) (*Order, error) {
	found, err := s.OrdersByID(ctx, userID, []string{id}, with)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// OrdersByID returns the user's order for each id, or nil.
func (s *Service) OrdersByID(
	ctx context.Context, userID string, orderIDs []string, with Parts,
) ([]*Order, error) {
	wanted := wellFormed(OrderPrefix, orderIDs)
	found, err := s.store.Orders(ctx, Filter{UserID: userID, IDs: wanted, With: with})
	if err != nil {
		return nil, err
	}
	return align(orderIDs, found, func(o *Order) (string, *Order) { return o.ID, o }), nil
}

// InvoicesByID returns the user's order with each invoice, or nil.
func (s *Service) InvoicesByID(
	ctx context.Context, userID string, invoiceIDs []string,
) ([]*Invoice, error) {
	wanted := wellFormed(InvoicePrefix, invoiceIDs)
	filter := Filter{UserID: userID, InvoiceIDs: wanted, With: Parts{Invoice: true}}
	found, err := s.store.Orders(ctx, filter)
	if err != nil {
		return nil, err
	}
	invoiceOf := func(o *Order) (string, *Invoice) { return o.Invoice.ID, o.Invoice }
	return align(invoiceIDs, found, invoiceOf), nil
}

// Drafts returns the user's drafts, the basket first.
func (s *Service) Drafts(ctx context.Context, userID string, with Parts) ([]*Order, error) {
	return s.store.Orders(ctx, Filter{UserID: userID, Drafts: maxListedDrafts, With: with})
}

// Basket returns the draft that the user chose last; nil if there is none.
func (s *Service) Basket(ctx context.Context, userID string, with Parts) (*Order, error) {
	found, err := s.store.Orders(ctx, Filter{UserID: userID, Drafts: 1, With: with})
	if err != nil || len(found) == 0 {
		return nil, err
	}
	return found[0], nil
}

// Placed returns a page of the user's placed orders, newest first.
func (s *Service) Placed(ctx context.Context, userID string, l Listing) (*Page, error) {
	position, err := l.position()
	if err != nil {
		return nil, err
	}
	if len(userID) > maximumID { // no user has it
		return newPage(nil, l.First, position), nil
	}
	beyond := &Window{Limit: l.First + 1, After: position, Where: l.Where}
	found, err := s.store.Orders(ctx, Filter{UserID: userID, Placed: beyond, With: l.With})
	if err != nil {
		return nil, err
	}
	page := newPage(found, l.First, position)
	if l.Counted {
		page.TotalCount, err = s.store.CountPlaced(ctx, userID, l.Where)
	}
	return page, err
}

// align returns the values in the order of the keys. The value of a key that was not found is nil.
func align[F, V any](keys []string, found []F, entry func(F) (string, *V)) []*V {
	byKey := make(map[string]*V, len(found))
	for _, f := range found {
		key, value := entry(f)
		byKey[key] = value
	}
	values := make([]*V, len(keys))
	for i, key := range keys {
		values[i] = byKey[key]
	}
	return values
}

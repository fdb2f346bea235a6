package sales

import (
	"context"
	"slices"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// Anybody stands for all users in place of a user id. No token can contain it.
const Anybody = "*"

const (
	// MaximumDrafts is how many drafts, and orders that wait for the stock, a user can have.
	MaximumDrafts = 50
	// mostDrafts is how many drafts a list returns: older databases may have more than
	// MaximumDrafts.
	mostDrafts = 100
)

// Filter says which of a user's orders to read, and which parts of them. Exactly one field other
// than UserID and With is set.
type Filter struct {
	UserID     string   // or Anybody
	IDs        []string // these, in any order
	InvoiceIDs []string // those with one of these invoices, in any order
	Drafts     int      // that many drafts, the latest chosen first, which is the basket
	Placed     *Window  // the placed ones, newest first
	With       Parts
}

// Window selects a part of a list.
type Window struct {
	Limit int
	After *keyset.Position
	Where Conditions
}

// Conditions narrow a list of placed orders. Fields that are not set do not matter.
type Conditions struct {
	Statuses     []Status
	PlacedFrom   *time.Time
	PlacedBefore *time.Time
	Search       *string // beginnings of words of the number, the name, a title or a SKU
}

// Parts are the parts of an order that take further statements to read.
type Parts struct{ Items, Invoice, History bool }

// Whole returns all parts of an order.
func Whole() Parts { return Parts{Items: true, Invoice: true, History: true} }

// Reader reads orders.
type Reader interface {
	// Orders returns orders as they were at one moment.
	Orders(context.Context, Filter) ([]*Order, error)
}

// Store is the database that the service needs.
type Store interface {
	Reader
	// CountPlaced returns how many placed orders of a user meet the conditions.
	CountPlaced(ctx context.Context, userID string, where Conditions) (int, error)
	// Knows reports whether the replica has this version of a product, or a later one. It does
	// not wait for writers.
	Knows(ctx context.Context, productID string, version int64) (bool, error)
	// Write runs fn in a transaction that is isolated from all other writers. It may run fn more
	// than once.
	Write(ctx context.Context, fn func(context.Context, Tx) error) error
}

// Tx is a transaction that writes.
type Tx interface {
	Reader
	// Save stores the order, its items and its invoice. The stored version must be the previous
	// one.
	Save(context.Context, Order) error
	// CountOpen returns how many drafts, and orders that wait for the stock, a user has.
	CountOpen(ctx context.Context, userID string) (int, error)
	// Delete deletes a draft and its claims of placings.
	Delete(context.Context, Order) error
	// OrderOf returns the whole order whose latest attempt is given, or nil.
	OrderOf(context.Context, Attempt) (*Order, error)
	// PendingSince returns whole orders that were placed at or before a time and still wait for
	// the stock.
	PendingSince(ctx context.Context, placed time.Time, limit int) ([]*Order, error)
	// NextInvoice returns the year's next number.
	NextInvoice(ctx context.Context, year int) (int, error)
	ClaimTx
	CatalogueTx
	CommandTx
}

// ClaimTx stores what idempotency keys have placed and changed.
type ClaimTx interface {
	Claim(ctx context.Context, userID, key string) (claim Claim, found bool, err error)
	SaveClaim(context.Context, Claim) error
	ChangeClaim(ctx context.Context, userID, key string) (claim Claim, found bool, err error)
	// SaveChangeClaim also deletes claims older than 30 days, and all but the user's latest 1000.
	SaveChangeClaim(context.Context, Claim) error
}

// CatalogueTx stores the replica of the catalogue.
type CatalogueTx interface {
	// Products returns the known products among the ids.
	Products(ctx context.Context, ids []string) (map[string]Product, error)
	// SaveProduct stores a product if its version is higher than the one stored.
	SaveProduct(context.Context, Product) (newer bool, err error)
	// Follow updates all drafts with the product: its description, their totals and versions. A
	// draft whose total would be out of range does not change.
	Follow(ctx context.Context, p Product, now time.Time) error
	// GiveBack raises the maximum quantities of an order's products by what the order no longer
	// holds. The catalogue sends no message when stock is held or given back, so its last maximum
	// may be too low.
	GiveBack(context.Context, Order) error
}

// Service implements the rules of orders.
type Service struct {
	store    Store
	now      func() time.Time
	waiting  *waiting
	watchers *watchers
}

// NewService returns a service over a store; now returns the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store, now, &waiting{orders: map[string][]chan struct{}{}}, &watchers{watching: map[string]int{}}}
}

// time returns the time as databases store it: in UTC, to the microsecond.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// Order returns a user's order, or nil if the user has no order with this id.
func (s *Service) Order(ctx context.Context, userID, id string, with Parts) (*Order, error) {
	found, err := s.OrdersByID(ctx, userID, []string{id}, with)
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// OrdersByID returns the user's order for each id, or nil.
func (s *Service) OrdersByID(ctx context.Context, userID string, orderIDs []string, with Parts) ([]*Order, error) {
	wanted := wellFormed(OrderPrefix, orderIDs)
	found, err := s.store.Orders(ctx, Filter{UserID: userID, IDs: wanted, With: with})
	if err != nil {
		return nil, err
	}
	return align(orderIDs, found, func(o *Order) (string, *Order) { return o.ID, o }), nil
}

// InvoicesByID returns the user's order with each invoice, or nil.
func (s *Service) InvoicesByID(ctx context.Context, userID string, invoiceIDs []string) ([]*Invoice, error) {
	wanted := wellFormed(InvoicePrefix, invoiceIDs)
	found, err := s.store.Orders(ctx, Filter{UserID: userID, InvoiceIDs: wanted, With: Parts{Invoice: true}})
	if err != nil {
		return nil, err
	}
	return align(invoiceIDs, found, func(o *Order) (string, *Invoice) { return o.Invoice.ID, o.Invoice }), nil
}

// Drafts returns the user's drafts, the basket first.
func (s *Service) Drafts(ctx context.Context, userID string, with Parts) ([]*Order, error) {
	return s.store.Orders(ctx, Filter{UserID: userID, Drafts: mostDrafts, With: with})
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

// wellFormed returns the valid ids among those given, each once.
func wellFormed(prefix string, given []string) []string {
	wanted := make([]string, 0, len(given))
	for _, id := range given {
		if ids.Valid(prefix, id) {
			wanted = append(wanted, id)
		}
	}
	return distinct(wanted)
}

// distinct returns each value once, sorted.
func distinct(values []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(values)))
}

// align returns what was found in the order of the keys, with nil for a missing key.
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

package sales

import (
	"context"
	"time"
)

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

// CommandTx stores commands until they are answered.
type CommandTx interface {
	Ask(context.Context, Command) error
	// Answered deletes commands of an attempt. Commands that do not exist are no error.
	Answered(context.Context, Attempt, ...Ask) error
	// Waits reports whether a command has not been answered yet.
	Waits(context.Context, Attempt, Ask) (bool, error)
}

package stock

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// ErrMoved says that the stock changed after it was checked. The command can be retried.
var ErrMoved = errors.New("stock: moved meanwhile")

// Tx is a transaction that changes stock.
type Tx interface {
	Shelf
	// AnswerAgain sends the kept reply to an attempt to reserve, and reports whether there is
	// one.
	AnswerAgain(context.Context, Attempt) (found bool, err error)
	// Keep stores the reply that AnswerAgain sends.
	Keep(context.Context, Reply, time.Time) error
	Send(context.Context, Reply) error
	// Reservation returns the reservation of an attempt, or nil if there is none.
	Reservation(context.Context, Attempt) (*Reservation, error)
	AddReservation(context.Context, Reservation, time.Time) error
	SetStatus(context.Context, Attempt, Status, time.Time) error
	// SetShipped marks a committed reservation as shipped.
	SetShipped(context.Context, Attempt, time.Time) error
	// Prune deletes replies from before a time to attempts that have no reservation.
	Prune(ctx context.Context, before time.Time) error
	Ledger
	// Overdue returns attempts whose held reservations have expired.
	Overdue(ctx context.Context, now time.Time, limit int) ([]Attempt, error)
}

// Shelf holds and releases pieces of products.
type Shelf interface {
	// Products returns the existing products among ids, on sale or not.
	Products(ctx context.Context, ids []string) (map[string]*catalog.Product, error)
	// Take holds available pieces: all of them, or none with the error ErrMoved.
	Take(context.Context, []Piece) error
	// GiveBack ends the hold on pieces.
	GiveBack(context.Context, []Piece) error
}

// Ledger records the pieces that arrive and leave.
type Ledger interface {
	// Entry returns the entry with an idempotency key, or nil if there is none.
	Entry(ctx context.Context, key string) (*Entry, error)
	// Enter adds an entry, changes the pieces on hand by its delta and announces the product's
	// next version. If fewer pieces than are held would remain, it returns ErrMoved.
	Enter(context.Context, Entry) (*catalog.Product, error)
	// Leave adds an entry for held pieces that leave: they are neither held nor on hand any more.
	Leave(context.Context, Entry) error
}

// Store is the database as the stock needs it.
type Store interface {
	LedgerReader
	// WriteStock runs fn in a serializable transaction. It may run fn more than once.
	WriteStock(ctx context.Context, fn func(context.Context, Tx) error) error
}

// Service implements the rules of the stock.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns a service on a store. now returns the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// Reserve holds all items or none, and sends a reply. The items are sorted by product, without
// duplicates.
func (s *Service) Reserve(ctx context.Context, a Attempt, items []Item) error {
	if err := errors.Join(a.check(), checkItems(items)); err != nil {
		return err
	}
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		if answered, err := tx.AnswerAgain(ctx, a); answered || err != nil {
			return err
		}
		rejections, err := look(ctx, tx, items)
		if err != nil {
			return err
		}
		if rejections != nil {
			return s.answer(ctx, tx, Reply{a, IsRejected, rejections})
		}
		if err := s.hold(ctx, tx, a, items); err != nil {
			return err
		}
		return s.answer(ctx, tx, Reply{a, IsReserved, nil})
	})
}

// Commit holds reserved pieces until they are shipped. If the reservation has expired, it holds
// the pieces again, or replies that they are lost if there are too few.
func (s *Service) Commit(ctx context.Context, a Attempt) error {
	if err := a.check(); err != nil {
		return err
	}
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		reservation, err := tx.Reservation(ctx, a)
		if err != nil {
			return err
		}
		outcome, err := s.commit(ctx, tx, reservation)
		if err != nil {
			return err
		}
		return tx.Send(ctx, Reply{a, outcome, nil})
	})
}

// Release ends the hold of an attempt. A later Reserve of the attempt is rejected.
func (s *Service) Release(ctx context.Context, a Attempt) error {
	if err := a.check(); err != nil {
		return err
	}
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		reservation, err := tx.Reservation(ctx, a)
		if err != nil {
			return err
		}
		if err := s.end(ctx, tx, a, reservation, Released); err != nil {
			return err
		}
		return tx.Send(ctx, Reply{a, IsReleased, nil})
	})
}

// Remember is how long the reply to an attempt without a reservation is kept. This is much longer
// than commands are repeated and stay on the bus.
const Remember = 7 * 24 * time.Hour

// Prune deletes replies that no command will ask for again.
func (s *Service) Prune(ctx context.Context) error {
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Prune(ctx, s.now().Add(-Remember))
	})
}

// Expire ends reservations that were held for too long, and sends a message about each.
func (s *Service) Expire(ctx context.Context) error {
	const atOnce = 100
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		overdue, err := tx.Overdue(ctx, s.now(), atOnce)
		if err != nil {
			return err
		}
		for _, a := range overdue {
			if err := s.expire(ctx, tx, a); err != nil {
				return err
			}
		}
		return nil
	})
}

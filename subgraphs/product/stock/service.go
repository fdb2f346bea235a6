package stock

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// ErrMoved says that stock moved between being looked at and being taken; try again.
var ErrMoved = errors.New("stock: moved meanwhile")

// Tx is a transaction that writes.
type Tx interface {
	Shelf
	// AnswerAgain sends the reply that an attempt to reserve got before, if it got one.
	AnswerAgain(context.Context, Attempt) (found bool, err error)
	// Keep makes a reply the one that AnswerAgain sends.
	Keep(context.Context, Reply, time.Time) error
	Send(context.Context, Reply) error
	// Reservation returns the reservation of an attempt; nil if there is none.
	Reservation(context.Context, Attempt) (*Reservation, error)
	AddReservation(context.Context, Reservation, time.Time) error
	SetStatus(context.Context, Attempt, Status, time.Time) error
	// SetShipped marks what is committed as gone.
	SetShipped(context.Context, Attempt, time.Time) error
	// Prune forgets replies to attempts that got nothing, given before a time.
	Prune(ctx context.Context, before time.Time) error
	Ledger
	// Overdue returns attempts that are held and expired.
	Overdue(ctx context.Context, now time.Time, limit int) ([]Attempt, error)
}

// Shelf is where the pieces are.
type Shelf interface {
	// Products returns those of the products that exist, on sale or not.
	Products(ctx context.Context, ids []string) (map[string]*catalog.Product, error)
	// Take holds pieces that nobody holds; all of them, or ErrMoved.
	Take(context.Context, []Piece) error
	// GiveBack holds pieces no longer.
	GiveBack(context.Context, []Piece) error
}

// Ledger is where it is written how many pieces came and went.
type Ledger interface {
	// Entry returns the entry of an idempotency key; nil if there is none.
	Entry(ctx context.Context, key string) (*Entry, error)
	// Enter writes an entry, changes the pieces on hand by its delta, and tells others of the
	// product's next version. Fewer on hand than held is ErrMoved.
	Enter(context.Context, Entry) (*catalog.Product, error)
	// Leave writes an entry of pieces that were held: they are neither held nor on hand any longer.
	Leave(context.Context, Entry) error
}

// Store is what stock needs of a database.
type Store interface {
	LedgerReader
	// WriteStock runs fn in a transaction that nobody else's writing comes between. It may run fn
	// more than once.
	WriteStock(ctx context.Context, fn func(context.Context, Tx) error) error
}

// Service decides about stock.
type Service struct {
	store Store
	now   func() time.Time
}

// NewService returns the service over a store; now tells the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now}
}

// Reserve holds all items, or none, and answers which. Items are sorted by product, each once.
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

// Commit holds what is reserved until it is shipped. What has expired meanwhile is held again; if
// others have it now, it is lost.
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

// Release holds nothing for the attempt, now and in future.
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

// Remember is for how long an attempt that got nothing gets the same answer again. It is much longer than commands are
// sent, and kept on their way.
const Remember = 7 * 24 * time.Hour

// Prune forgets what nobody will ask for again.
func (s *Service) Prune(ctx context.Context) error {
	return s.store.WriteStock(ctx, func(ctx context.Context, tx Tx) error {
		return tx.Prune(ctx, s.now().Add(-Remember))
	})
}

// Expire gives back what was held for too long, and tells of it.
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

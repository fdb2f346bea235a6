package sales

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

// watchInterval is how often a watched order is read, besides after changes by this process: other
// processes may change it too.
const watchInterval = 2 * time.Second

// ErrTooManyWatched says that a user already watches MaximumWatched orders.
var ErrTooManyWatched = errors.New("sales: too many orders are watched")

// Watching is the input of Watch.
type Watching struct {
	By      string       // the user who watches
	UserID  string       // the order's user, or Anybody
	OrderID string       // if UserID has no such order, Watch sends nil
	Holds   func() error // is called before each read; an error ends watching
}

// Watch sends the order, and each later version, until ctx ends or Holds returns an error. If the
// user has no such order, or no longer, it sends nil and ends.
func (s *Service) Watch(ctx context.Context, w Watching) (<-chan *Order, error) {
	if !s.watchers.enter(w.By) {
		return nil, ErrTooManyWatched
	}
	changes := make(chan *Order)
	woken, leave := s.waiting.join(w.OrderID)
	go func() {
		defer close(changes)
		defer s.watchers.leave(w.By)
		defer leave()
		s.watch(ctx, w, woken, changes)
	}()
	return changes, nil
}

func (s *Service) watch(
	ctx context.Context, w Watching, woken <-chan struct{}, changes chan<- *Order,
) {
	seen := 0
	_ = repeat.Loop{Pause: watchInterval, Wake: woken}.Run(ctx, func(ctx context.Context) error {
		if w.Holds() != nil {
			return repeat.ErrDone
		}
		order, err := s.since(ctx, w, seen)
		if err != nil || order != nil && order.Version == seen {
			return err
		}
		select {
		case changes <- order:
		case <-ctx.Done():
			return repeat.ErrDone
		}
		if order == nil {
			return repeat.ErrDone
		}
		seen = order.Version
		return nil
	})
}

// since reads the whole order if its version differs from seen, which is rare.
func (s *Service) since(ctx context.Context, w Watching, seen int) (*Order, error) {
	order, err := s.Order(ctx, w.UserID, w.OrderID, Parts{})
	if err != nil || order == nil || order.Version == seen {
		return order, err
	}
	return s.Order(ctx, w.UserID, w.OrderID, Whole())
}

// Await returns a user's order once it is no longer pending, or the current order when ctx ends.
func (s *Service) Await(ctx context.Context, userID string, order Order) (Order, error) {
	woken, leave := s.waiting.join(order.ID)
	defer leave()
	for {
		current, err := s.current(context.WithoutCancel(ctx), userID, order)
		if err != nil || current.Status != Pending {
			return current, err
		}
		select {
		case <-woken:
		case <-ctx.Done():
			return s.current(context.WithoutCancel(ctx), userID, order)
		}
	}
}

func (s *Service) current(ctx context.Context, userID string, order Order) (Order, error) {
	found, err := s.Order(ctx, userID, order.ID, Whole())
	if err != nil || found == nil {
		return order, err
	}
	return *found, nil
}

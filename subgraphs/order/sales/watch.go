package sales

import (
	"context"
	"errors"
	"sync"
	"time"
)

// glance is how often a watched order is looked at, beside when this process changes it: others may, too.
const glance = 2 * time.Second

// MaximumWatched is how many orders somebody can watch at once.
const MaximumWatched = 10

// ErrTooManyWatched says that somebody watches as many orders as one can.
var ErrTooManyWatched = errors.New("sales: too many orders are watched")

// Watching is the wish to watch an order.
type Watching struct {
	By      string       // who watches
	UserID  string       // whose order it has to be, or Anybody
	OrderID string       // of none, or of another user's, nothing is told
	Holds   func() error // is asked before each look; watching ends when it fails
}

// Watch sends an order as it is, and each later version, until ctx ends or the wish no longer holds. Of an order that
// is not the user's, or no longer there, it sends nil, and nothing after that.
func (s *Service) Watch(ctx context.Context, w Watching) (<-chan *Order, error) {
	if !s.watchers.enter(w.By) {
		return nil, ErrTooManyWatched
	}
	changes := make(chan *Order)
	told, leave := s.waiting.join(w.OrderID)
	go func() {
		defer close(changes)
		defer s.watchers.leave(w.By)
		defer leave()
		s.watch(ctx, w, told, changes)
	}()
	return changes, nil
}

func (s *Service) watch(ctx context.Context, w Watching, told <-chan struct{}, changes chan<- *Order) {
	timer := time.NewTicker(glance)
	defer timer.Stop()
	for seen := 0; w.Holds() == nil; {
		order, err := s.since(ctx, w, seen)
		if err == nil && (order == nil || order.Version != seen) {
			select {
			case changes <- order:
			case <-ctx.Done():
				return
			}
			if order == nil {
				return
			}
			seen = order.Version
		}
		select {
		case <-ctx.Done():
			return
		case <-told:
		case <-timer.C:
		}
	}
}

// since reads the whole order if its version is another than the one seen: most looks find that it is not.
func (s *Service) since(ctx context.Context, w Watching, seen int) (*Order, error) {
	order, err := s.Order(ctx, w.UserID, w.OrderID, Parts{})
	if err != nil || order == nil || order.Version == seen {
		return order, err
	}
	return s.Order(ctx, w.UserID, w.OrderID, Whole())
}

// watchers counts what everybody watches. It knows only of this process, whose connections it bounds.
type watchers struct {
	mutex    sync.Mutex
	watching map[string]int
}

func (w *watchers) enter(who string) bool {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.watching[who] == MaximumWatched {
		return false
	}
	w.watching[who]++
	return true
}

func (w *watchers) leave(who string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.watching[who]--; w.watching[who] == 0 {
		delete(w.watching, who)
	}
}

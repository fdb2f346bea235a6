package sales

import (
	"context"
	"errors"
	"sync"
	"time"
)

// glance is how often a watched order is read, besides after changes by this process: other
// processes may change it too.
const glance = 2 * time.Second

// MaximumWatched is how many orders a user can watch at the same time.
const MaximumWatched = 10

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

// since reads the whole order if its version differs from seen, which is rare.
func (s *Service) since(ctx context.Context, w Watching, seen int) (*Order, error) {
	order, err := s.Order(ctx, w.UserID, w.OrderID, Parts{})
	if err != nil || order == nil || order.Version == seen {
		return order, err
	}
	return s.Order(ctx, w.UserID, w.OrderID, Whole())
}

// watchers counts the orders that each user watches in this process, to bound its connections.
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

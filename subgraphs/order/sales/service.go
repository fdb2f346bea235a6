package sales

import (
	"sync"
	"time"
)

// Service implements the rules of orders.
type Service struct {
	store    Store
	now      func() time.Time
	waiting  *waiting
	watchers *watchers
}

// NewService returns a service over a store; now returns the time.
func NewService(store Store, now func() time.Time) *Service {
	return &Service{
		store:    store,
		now:      now,
		waiting:  &waiting{orders: map[string][]chan struct{}{}},
		watchers: &watchers{watching: map[string]int{}},
	}
}

// time returns the time as databases store it: in UTC, to the microsecond.
func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// waiting wakes those who wait for an order when this process has changed it. A wake-up can be
// spurious, and other processes' changes cause none, so waiters read the order itself.
type waiting struct {
	mutex  sync.Mutex
	orders map[string][]chan struct{}
}

func (w *waiting) join(orderID string) (woken chan struct{}, leave func()) {
	woken = make(chan struct{}, 1)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.orders[orderID] = append(w.orders[orderID], woken)
	return woken, func() { w.leave(orderID, woken) }
}

func (w *waiting) leave(orderID string, woken chan struct{}) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var others []chan struct{}
	for _, c := range w.orders[orderID] {
		if c != woken {
			others = append(others, c)
		}
	}
	if w.orders[orderID] = others; others == nil {
		delete(w.orders, orderID)
	}
}

func (w *waiting) wake(orderID string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, c := range w.orders[orderID] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// MaximumWatched is how many orders a user can watch at the same time.
const MaximumWatched = 10

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

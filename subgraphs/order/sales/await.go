package sales

import (
	"context"
	"sync"
)

// waiting wakes those who wait for an order when this process has changed it. A wake-up can be
// spurious, and other processes' changes cause none, so waiters read the order itself.
type waiting struct {
	mutex  sync.Mutex
	orders map[string][]chan struct{}
}

func (w *waiting) join(orderID string) (told chan struct{}, leave func()) {
	told = make(chan struct{}, 1)
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.orders[orderID] = append(w.orders[orderID], told)
	return told, func() { w.leave(orderID, told) }
}

func (w *waiting) leave(orderID string, told chan struct{}) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	var others []chan struct{}
	for _, c := range w.orders[orderID] {
		if c != told {
			others = append(others, c)
		}
	}
	if w.orders[orderID] = others; others == nil {
		delete(w.orders, orderID)
	}
}

func (w *waiting) tell(orderID string) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	for _, c := range w.orders[orderID] {
		select {
		case c <- struct{}{}:
		default:
		}
	}
}

// Await returns a user's order once it is no longer pending, or the current order when ctx ends.
func (s *Service) Await(ctx context.Context, userID string, order Order) (Order, error) {
	told, leave := s.waiting.join(order.ID)
	defer leave()
	for {
		current, err := s.current(context.WithoutCancel(ctx), userID, order)
		if err != nil || current.Status != Pending {
			return current, err
		}
		select {
		case <-told:
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

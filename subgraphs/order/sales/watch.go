package sales

import (
	"context"
	"time"
)

// glance is how often a watched order is looked at, beside when this process changes it: others may, too.
const glance = 2 * time.Second

// Watch sends a user's order as it is, and each later version, until ctx ends or holds fails, which is asked before
// each look. Of an order that is not the user's, or no longer there, it sends nil, and nothing after that.
func (s *Service) Watch(ctx context.Context, userID, id string, holds func() error) <-chan *Order {
	changes := make(chan *Order)
	told, leave := s.waiting.join(id)
	go func() {
		defer close(changes)
		defer leave()
		s.watch(ctx, userID, id, holds, told, changes)
	}()
	return changes
}

func (s *Service) watch(
	ctx context.Context, userID, id string, holds func() error, told <-chan struct{}, changes chan<- *Order,
) {
	timer := time.NewTicker(glance)
	defer timer.Stop()
	for seen := 0; holds() == nil; {
		order, err := s.Order(ctx, userID, id, Whole())
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

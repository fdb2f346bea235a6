package account

import (
	"context"
	"time"
)

// lookAgain is how long work that another process left, or that failed, waits at most.
const lookAgain = 5 * time.Second

// bell wakes the one who waits for work. Rung twice, it rings once.
type bell chan struct{}

func newBell() bell { return make(bell, 1) }

func (b bell) wake() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// wait returns when the bell rings or after a while; false when ctx has ended.
func (b bell) wait(ctx context.Context) bool {
	timer := time.NewTimer(lookAgain)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-b:
	case <-timer.C:
	}
	return true
}

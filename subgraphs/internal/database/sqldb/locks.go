package sqldb

import (
	"context"
	"sync"
)

// locks are the locks of Alone within this process, by name. A caller that waits for another
// process holds a connection, so only one caller may wait there.
type locks struct {
	mutex sync.Mutex
	taken map[string]chan struct{} // holds a value while a caller holds the lock
}

// lock waits until no other caller holds the lock of this name. The caller calls unlock when it is
// done.
func (l *locks) lock(ctx context.Context, name string) (unlock func(), err error) {
	taken := l.of(name)
	select {
	case taken <- struct{}{}:
		return func() { <-taken }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *locks) of(name string) chan struct{} {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.taken == nil {
		l.taken = map[string]chan struct{}{}
	}
	if l.taken[name] == nil {
		l.taken[name] = make(chan struct{}, 1)
	}
	return l.taken[name]
}

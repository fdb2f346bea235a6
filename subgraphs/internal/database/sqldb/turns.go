package sqldb

import (
	"context"
	"sync"
)

// turns admits one caller at a time for each name within this process. A caller that waits for
// another process holds a connection, so only one caller may wait there.
type turns struct {
	mutex sync.Mutex
	taken map[string]chan struct{} // holds a value while a caller is inside
}

// enter waits until the caller may go in. The caller calls leave when it is done.
func (t *turns) enter(ctx context.Context, name string) (leave func(), err error) {
	turn := t.of(name)
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (t *turns) of(name string) chan struct{} {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if t.taken == nil {
		t.taken = map[string]chan struct{}{}
	}
	if t.taken[name] == nil {
		t.taken[name] = make(chan struct{}, 1)
	}
	return t.taken[name]
}

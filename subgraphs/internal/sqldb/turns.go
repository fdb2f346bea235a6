package sqldb

import (
	"context"
	"sync"
)

// turns lets one at a time of each name in, within a process: who waits for another process holds
// a connection meanwhile, so only one may.
type turns struct {
	mutex sync.Mutex
	taken map[string]chan struct{} // holds a value while somebody is in
}

// enter waits for a turn; leave ends it.
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

package deadletter

import (
	"maps"
	"sync"
	"time"
)

// A failing message is parked after Tries tries, if at least Patience lies between the first and
// the last. With the pauses of the bus, 20 tries take more than six minutes.
const (
	Tries    = 20
	Patience = 5 * time.Minute
)

// remembered is how long a failure counts. It is longer than any pause between two tries.
const remembered = time.Hour

// tries counts failures, in memory. The bus counts deliveries, but includes those that no handler
// got, and counts each copy of a message separately.
type tries struct {
	mutex sync.Mutex
	of    map[string]try
}

// try counts how often a message has failed.
type try struct {
	count     int
	unwritten int // failures that its letter does not count yet
	first     time.Time
	last      time.Time
}

func (t try) enough(now time.Time) bool { return t.count >= Tries && now.Sub(t.first) >= Patience }

// failed counts one more failure. It forgets messages that last failed more than an hour ago.
func (t *tries) failed(id string, now time.Time) try {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	maps.DeleteFunc(t.of, func(_ string, old try) bool { return now.Sub(old.last) > remembered })
	if t.of == nil {
		t.of = map[string]try{}
	}
	next := t.of[id]
	if next.count == 0 {
		next.first = now
	}
	next.count, next.unwritten, next.last = next.count+1, next.unwritten+1, now
	t.of[id] = next
	return next
}

func (t *tries) succeeded(id string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	delete(t.of, id)
}

// parked keeps the count, so a later copy is tried once.
func (t *tries) parked(id string) {
	t.mutex.Lock()
	defer t.mutex.Unlock()
	if known, found := t.of[id]; found {
		known.unwritten = 0
		t.of[id] = known
	}
}

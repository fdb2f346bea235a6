package denylist

import (
	"container/heap"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"sync"
	"time"
)

// Options configure a list.
type Options struct {
	// MaxEntries bounds the list.
	MaxEntries int
	// Leeway is added to the end of each entry: the time for which an expired token is accepted.
	Leeway time.Duration
	// Life is how long an entry without an end stays. It has to be the longest life of a token.
	Life time.Duration
	// ValueField and EndField are the names of an entry's members in JSON. The end is a time as in
	// RFC 3339, or in seconds since 1970.
	ValueField, EndField string
	Log                  *slog.Logger
}

// Key identifies a value: its SHA-256.
type Key [sha256.Size]byte

// KeyOf returns the key of a value.
func KeyOf(value string) Key { return sha256.Sum256([]byte(value)) }

// List holds denied values until their tokens have expired. All its methods are safe to call at
// the same time.
type List struct {
	options Options

	mu      sync.RWMutex
	entries map[Key]*entry
	order   order // the same entries
	isFull  bool  // logged since the list was full for the first time
}

// New returns a list. It begins with the entries of previous, if there is one.
func New(o Options, previous *List) *List {
	l := &List{options: o, entries: map[Key]*entry{}}
	if previous == nil {
		return l
	}
	previous.mu.RLock()
	defer previous.mu.RUnlock()
	for key, e := range previous.entries {
		l.add(key, e.end, time.Now())
	}
	return l
}

// Denies reports whether a value is denied.
func (l *List) Denies(key Key) bool {
	l.mu.RLock()
	defer l.mu.RUnlock()
	e, found := l.entries[key]
	return found && e.end > time.Now().UnixNano()
}

// Len returns the number of entries.
func (l *List) Len() int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	return len(l.entries)
}

// Deny adds a value until a time.
func (l *List) Deny(value string, until time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.add(KeyOf(value), nanoseconds(until.Add(l.options.Leeway)), time.Now())
}

// nanoseconds returns a time since 1970. Times that do not fit, after the year 2262, are the last
// that fits.
func nanoseconds(t time.Time) int64 {
	switch latest := time.Unix(0, math.MaxInt64); {
	case t.After(latest):
		return math.MaxInt64
	case t.Before(time.Unix(0, 0)):
		return 0
	}
	return t.UnixNano()
}

// add removes expired entries, and adds one that has not expired.
func (l *List) add(key Key, end int64, now time.Time) {
	for len(l.order) > 0 && l.order[0].end <= now.UnixNano() {
		l.removeFirst()
	}
	known, found := l.entries[key]
	switch {
	case end <= now.UnixNano():
		return
	case found:
		known.end = max(known.end, end)
		heap.Fix(&l.order, known.index)
		return
	}
	e := &entry{key: key, end: end}
	l.entries[key] = e
	heap.Push(&l.order, e)
	if len(l.entries) <= l.options.MaxEntries {
		return
	}
	l.removeFirst()
	if !l.isFull {
		l.isFull = true
		l.options.Log.Error("the deny list is full: tokens that it forgets are accepted until "+
			"they expire; raise authentication.denyList.maxEntries",
			"maxEntries", l.options.MaxEntries)
	}
}

// removeFirst removes the entry that ends first.
func (l *List) removeFirst() { delete(l.entries, heap.Pop(&l.order).(*entry).key) }

// read adds one entry in JSON.
func (l *List) read(text []byte) error {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return fmt.Errorf("an entry is not a JSON object: %w", err)
	}
	var value string
	if err := json.Unmarshal(members[l.options.ValueField], &value); err != nil || value == "" {
		return fmt.Errorf("an entry has no text in %q", l.options.ValueField)
	}
	until, err := l.endOf(members)
	if err != nil {
		return err
	}
	l.Deny(value, until)
	return nil
}

func (l *List) endOf(members map[string]json.RawMessage) (time.Time, error) {
	text, found := members[l.options.EndField]
	if !found || l.options.EndField == "" {
		return time.Now().Add(l.options.Life), nil
	}
	var until time.Time
	if json.Unmarshal(text, &until) == nil && !until.IsZero() {
		return until, nil
	}
	var seconds float64
	if json.Unmarshal(text, &seconds) == nil && seconds > 0 && seconds < math.MaxInt32*1000.0 {
		return time.Unix(int64(math.Ceil(seconds)), 0), nil
	}
	return until, errors.New("an entry's " + l.options.EndField + " is not a time: write it as " +
		"in RFC 3339, or in seconds since 1970")
}

// entry is one value with its end.
type entry struct {
	key   Key
	end   int64 // in nanoseconds since 1970
	index int   // in the order
}

// order is a heap whose first entry ends first.
type order []*entry

func (o order) Len() int           { return len(o) }
func (o order) Less(i, j int) bool { return o[i].end < o[j].end }

func (o order) Swap(i, j int) {
	o[i], o[j] = o[j], o[i]
	o[i].index, o[j].index = i, j
}

func (o *order) Push(x any) {
	e := x.(*entry)
	e.index = len(*o)
	*o = append(*o, e)
}

func (o *order) Pop() any {
	last := len(*o) - 1
	popped := (*o)[last]
	(*o)[last] = nil
	*o = (*o)[:last]
	return popped
}

// Package batch loads data that belongs to objects in one call for all of them.
//
// A response has one Loader for each kind of data. Whoever returns objects announces their keys;
// the first Get for one of these keys loads the data of all of them. So a list takes the same
// number of statements whatever its length, and data that nobody requests takes none. Unlike a
// loader that collects keys for a while, a Loader never waits, and the number of its calls does
// not depend on chance.
//
//	list of objects ──Expect(keys)──▶ Loader ──Get(key)──load(keys), once──▶ the data of key
package batch

import (
	"context"
	"slices"
	"sync"
)

// Loader loads one kind of data by keys.
type Loader[T any] struct {
	load func(context.Context, []string) (map[string]T, error)

	mu     sync.Mutex
	groups map[string]*group[T] // by key
}

// group is the data of keys that were announced together.
type group[T any] struct {
	keys  []string
	found Once[map[string]T]
}

// New returns a loader. The function load returns the data of keys, by key. Each call gets the
// keys of one Expect, each once and sorted.
func New[T any](load func(context.Context, []string) (map[string]T, error)) *Loader[T] {
	return &Loader[T]{load: load, groups: map[string]*group[T]{}}
}

// Expect announces keys, which may be in any order and repeated. A key that was announced before
// moves to the new group: after a mutation its data is loaded again.
func (l *Loader[T]) Expect(keys []string) {
	announced := &group[T]{keys: slices.Compact(slices.Sorted(slices.Values(keys)))}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, key := range announced.keys {
		l.groups[key] = announced
	}
}

// Get returns the data of a key, or the zero value if there is none. It loads a key that was not
// announced by itself, each time.
func (l *Loader[T]) Get(ctx context.Context, key string) (T, error) {
	l.mu.Lock()
	with := l.groups[key]
	l.mu.Unlock()
	if with == nil {
		with = &group[T]{keys: []string{key}}
	}
	found, err := with.found.Get(func() (map[string]T, error) { return l.load(ctx, with.keys) })
	return found[key], err
}

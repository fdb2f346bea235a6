// Package siblings reads what belongs to things that were found together once for all of them.
//
// A list of things becomes one Of for each kind of what belongs to them. Nothing is read until the
// first thing is asked for it; then it is read for all. So a list costs the same number of calls
// however long it is, and nothing for what nobody asks.
//
//	ids ──Together──▶ Of ──Get(id)──read(ids), once──▶ what belongs to id
package siblings

import (
	"context"
	"slices"
)

// Of is what belongs to things that were found together.
type Of[T any] struct {
	ids  []string
	read func(context.Context, []string) (map[string]T, error)

	found Once[map[string]T]
}

// Together has things of these ids, in any order and repeated or not, read together. Read is given
// each id once, sorted, and returns what belongs to each; it is called at most once.
func Together[T any](ids []string, read func(context.Context, []string) (map[string]T, error)) *Of[T] {
	return &Of[T]{ids: slices.Compact(slices.Sorted(slices.Values(ids))), read: read}
}

// Get returns what belongs to one of the things: the zero value, if nothing does.
func (o *Of[T]) Get(ctx context.Context, id string) (T, error) {
	found, err := o.found.Get(func() (map[string]T, error) { return o.read(ctx, o.ids) })
	return found[id], err
}

// Package siblings batches reads: it reads related data for a list of things in one call.
//
// A list of things has one Of for each kind of related data. The first Get reads the data of the
// whole list, and later calls use it. So a list takes the same number of reads whatever its
// length, and none for data that nobody needs.
//
//	ids ──Together──▶ Of ──Get(id)──read(ids), once──▶ the data of id
package siblings

import (
	"context"
	"slices"
)

// Of is one kind of data related to a list of things.
type Of[T any] struct {
	ids  []string
	read func(context.Context, []string) (map[string]T, error)

	found Once[map[string]T]
}

// Together returns the related data of the things with these ids, which may be in any order and
// repeated. It calls read at most once, with each id once and sorted; read returns the data by
// id.
func Together[T any](
	ids []string, read func(context.Context, []string) (map[string]T, error),
) *Of[T] {
	return &Of[T]{ids: slices.Compact(slices.Sorted(slices.Values(ids))), read: read}
}

// Get returns the data of one thing, or the zero value if it has none.
func (o *Of[T]) Get(ctx context.Context, id string) (T, error) {
	found, err := o.found.Get(func() (map[string]T, error) { return o.read(ctx, o.ids) })
	return found[id], err
}

// Package cached caches counts of the catalogue until the catalogue changes.
//
//	Count, Tally ──Version──▶ key: version and criteria ──found──▶ the cached counts
//	                                     └──not found──▶ store: reads all matching products
//
// Listing a page takes the same time in a catalogue of any size; counting does not. The version
// is read from the database each time, so every process of the service sees every change at once.
// Counts of older versions are never read again, and newer entries replace them.
package cached

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
)

// remembered is the number of cached answers.
const remembered = 1000

// longest bounds a count. It is the server's write timeout: nobody could receive the result of a
// longer count, which would still occupy a connection of the database.
const longest = 30 * time.Second

// Versioned is a store that knows when the catalogue changes.
type Versioned interface {
	catalog.Store
	// Version returns a number that grows with each change that affects counts.
	Version(context.Context) (int64, error)
}

// Store is a catalog.Store that caches counts. Callers share the results and must not modify
// them.
type Store struct {
	Versioned

	answers *lru.Cache[string, any]
	// flights makes callers that ask for the same counts at the same time share one read.
	flights singleflight.Group
}

// New returns a store with an empty cache.
func New(store Versioned) *Store {
	answers, _ := lru.New[string, any](remembered) // fails only for a size below 1
	return &Store{Versioned: store, answers: answers}
}

// CountProducts implements catalog.Store.
func (s *Store) CountProducts(ctx context.Context, c catalog.Criteria) (int, error) {
	if c.AtMost != nil { // the stock changes with every order, and the version does not
		return s.Versioned.CountProducts(ctx, c)
	}
	return remember(ctx, s, "count", c, s.Versioned.CountProducts)
}

// Tally implements catalog.Store.
func (s *Store) Tally(ctx context.Context, c catalog.Criteria) ([]*catalog.Tally, error) {
	if c.AtMost != nil {
		return s.Versioned.Tally(ctx, c)
	}
	return remember(ctx, s, "tally", c, s.Versioned.Tally)
}

// CountByCategory implements catalog.Store.
func (s *Store) CountByCategory(
	ctx context.Context, categoryIDs []string,
) (map[string]int, error) {
	return remember(ctx, s, "shelves", categoryIDs, s.Versioned.CountByCategory)
}

func remember[Q, A any](
	ctx context.Context, s *Store, what string, asked Q, read func(context.Context, Q) (A, error),
) (A, error) {
	var none A
	version, err := s.Version(ctx)
	if err != nil {
		return none, err
	}
	text, err := json.Marshal(asked)
	if err != nil {
		return none, fmt.Errorf("cache of the catalogue: %w", err)
	}
	key := fmt.Sprintf("%d %s %s", version, what, text)
	if answer, found := s.answers.Get(key); found {
		return answer.(A), nil
	}
	answer, err, _ := s.flights.Do(key, func() (any, error) {
		// Others may wait for it too.
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest)
		defer cancel()
		answer, err := read(ctx, asked)
		if err == nil {
			s.answers.Add(key, answer)
		}
		return answer, err
	})
	if err != nil {
		return none, err
	}
	return answer.(A), nil
}

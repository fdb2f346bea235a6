// Package cached remembers what was counted in the catalogue for as long as nothing has changed it.
//
//	Count, Tally ──Version──▶ key: version and criteria ──found──▶ what was counted
//	                                     └──not found──▶ store: a walk through all that matches
//
// To list a page costs the same in a catalogue of any size; to count does not. The version is read
// from the database each time, so that every process of the service sees every change at once; what
// was counted under another version is never asked for again, and makes room by itself.
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

// remembered is how many answers are kept.
const remembered = 1000

// longest is for how long something is counted. It is as long as the server has for an answer: a
// count that takes longer would be made for nobody, and keep a connection of the database.
const longest = 30 * time.Second

// Versioned is a store that knows when the catalogue has changed.
type Versioned interface {
	catalog.Store
	// Version grows with each change that shows in what is counted.
	Version(context.Context) (int64, error)
}

// Store is a catalog.Store that counts nothing twice. What it returns is shared: it is only read.
type Store struct {
	Versioned

	answers *lru.Cache[string, any]
	// flights has many who ask for the same at once wait for one answer.
	flights singleflight.Group
}

// New returns the store with a memory that is empty yet.
func New(store Versioned) *Store {
	answers, _ := lru.New[string, any](remembered) // it fails for a size of nothing alone
	return &Store{Versioned: store, answers: answers}
}

// CountProducts implements catalog.Store.
func (s *Store) CountProducts(ctx context.Context, c catalog.Criteria) (int, error) {
	if c.AtMost != nil { // numbers of stock change with every order, and the version does not
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

// CountShelves implements catalog.Store.
func (s *Store) CountShelves(ctx context.Context, categoryIDs []string) (map[string]int, error) {
	return remember(ctx, s, "shelves", categoryIDs, s.Versioned.CountShelves)
}

func remember[Q, A any](ctx context.Context, s *Store, what string, asked Q, read func(context.Context, Q) (A, error)) (A, error) {
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
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), longest) // others wait for it, too
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

// Package producttest opens a real product database for tests, with the seed or with products of
// the test's own.
package producttest

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/seed"
	"github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// Shop is a catalogue with its own database.
type Shop struct {
	DB      *sqldb.DB
	Outbox  *outbox.Outbox
	Store   *store.Store
	Service *catalog.Service
}

// Open opens a new or existing database until the test ends.
func Open(t testing.TB, database string) *Shop {
	t.Helper()
	db := sqldbtest.Open(t, database)
	out, err := outbox.New(t.Context(), db)
	require.NoError(t, err)
	products, err := store.New(t.Context(), db, out)
	require.NoError(t, err)
	service := catalog.NewService(products, time.Now)
	return &Shop{DB: db, Outbox: out, Store: products, Service: service}
}

// Empty deletes all rows of a shop's database.
func Empty(ctx context.Context, db *sqldb.DB) error {
	return db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		for _, table := range []string{
			"outbox", "stock_inbox", "reservation_item", "reservation", "stock_ledger",
			"image", "product_words", "product_creation", "product", "category",
		} {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	})
}

// Stocked returns a new shop with these shelves.
func Stocked(t testing.TB, shelves ...catalog.Shelf) *Shop {
	t.Helper()
	shop := Open(t, sqldbtest.New(t))
	shop.Stock(t, shelves...)
	return shop
}

// Stock loads shelves into an empty shop.
func (s *Shop) Stock(t testing.TB, shelves ...catalog.Shelf) {
	t.Helper()
	loaded, err := s.Store.LoadEmpty(t.Context(), shelves)
	require.NoError(t, err)
	require.True(t, loaded)
}

// Seeded returns a new shop with the seed.
func Seeded(t testing.TB) *Shop {
	t.Helper()
	written, err := seed.Read()
	require.NoError(t, err)
	shelves, err := written.Shelves()
	require.NoError(t, err)
	return Stocked(t, shelves...)
}

// Shelf returns a category with products. It fills in the fields that a test leaves out.
func Shelf(slug string, products ...catalog.Product) catalog.Shelf {
	category := catalog.Category{ID: ids.New(catalog.CategoryPrefix), Slug: slug, Title: slug}
	shelf := catalog.Shelf{Category: category}
	for i, p := range products {
		p.ID = ids.New(catalog.ProductPrefix)
		p.CategoryID = shelf.Category.ID
		p.Slug = fmt.Sprintf("%s-%d", slug, i)
		if p.SKU == "" {
			p.SKU = fmt.Sprintf("%s/%d", slug, i)
		}
		p.Price.Currency = "EUR"
		p.Active, p.Version = true, 1
		if p.CreatedAt.IsZero() {
			p.CreatedAt = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		p.UpdatedAt = p.CreatedAt
		shelf.Items = append(shelf.Items, catalog.Item{Product: p})
	}
	return shelf
}

// Priced returns a product with a title and a price in cents.
func Priced(title string, cents int64) catalog.Product {
	return catalog.Product{Title: title, Price: money.Money{AmountMinor: cents}, OnHand: 10}
}

// Announced takes all messages out of the shop's outbox and returns them.
func (s *Shop) Announced(t testing.TB) []events.ProductChanged {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	pending, err := s.Outbox.Pending(ctx)
	require.NoError(t, err)
	got := make(collector, pending)
	done := make(chan error, 1)
	go func() { done <- outbox.NewRelay(s.Outbox, got, discard()).Run(ctx) }()
	announced := make([]events.ProductChanged, pending)
	for i := range announced {
		m := <-got
		require.NoError(t, json.Unmarshal(m.Data, &announced[i]))
		require.Equal(t, events.ProductSubject(announced[i].ID), m.Subject)
	}
	require.Eventually(t, func() bool {
		pending, err := s.Outbox.Pending(ctx)
		return err == nil && pending == 0
	}, 10*time.Second, time.Millisecond)
	stop()
	require.NoError(t, <-done)
	return announced
}

type collector chan bus.Message

func (c collector) Publish(_ context.Context, m bus.Message) error {
	c <- m
	return nil
}

func discard() *slog.Logger { return slog.New(slog.DiscardHandler) }

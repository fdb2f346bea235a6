// Package ordertest sets up the order service for tests, on a real database, with a stock that
// has every product.
package ordertest

import (
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

// Shop is a service with its own database.
type Shop struct {
	*sales.Service
	DB       *sqldb.DB
	Database string // for sqldb.Open
	Clock    *Clock
	Store    *store.Store

	plenty *plenty
}

// New returns a new shop.
func New(t testing.TB) *Shop {
	t.Helper()
	database := sqldbtest.New(t)
	db := sqldbtest.Open(t, database)
	clock := NewClock(time.Date(2026, 1, 31, 12, 34, 56, 789_000_000, time.UTC))
	queue, err := command.NewQueue(t.Context(), db, clock.Now)
	require.NoError(t, err)
	plenty := newPlenty(db, queue)
	orders, err := store.New(t.Context(), db, plenty)
	require.NoError(t, err)
	service := sales.NewService(orders, clock.Now)
	plenty.serve(t, service)
	return &Shop{service, db, database, clock, orders, plenty}
}

// Sound fails the test if the database breaks a rule of orders and invoices.
func (s *Shop) Sound(t testing.TB) {
	t.Helper()
	s.Settled(t)
	findings, err := store.Audit(t.Context(), s.DB)
	require.NoError(t, err)
	require.Empty(t, findings)
}

// Stock adds a product to the replica, at a price in euro cents, and returns it.
func (s *Shop) Stock(t testing.TB, price int64) sales.Product {
	t.Helper()
	p := Product(price)
	require.NoError(t, s.Learn(t.Context(), p))
	return p
}

// Product returns a product at a price in euro cents that includes 19 % tax.
func Product(price int64) sales.Product {
	id := ids.New("prd")
	return sales.Product{
		ID: id, SKU: "SKU-" + id[len(id)-6:], Title: fmt.Sprintf("Thing for %d", price),
		Price:          money.Money{AmountMinor: price, Currency: "EUR"},
		TaxBasisPoints: 1900, MaximumQuantity: 999, Active: true, Version: 1,
	}
}

// Clock moves on by a millisecond each time it is read.
type Clock struct{ micros atomic.Int64 }

// NewClock returns a clock that starts at a time.
func NewClock(at time.Time) *Clock {
	c := new(Clock)
	c.Set(at)
	return c
}

// Now returns the time and moves the clock on.
func (c *Clock) Now() time.Time { return time.UnixMicro(c.micros.Add(1000)) }

// Set sets the clock.
func (c *Clock) Set(at time.Time) { c.micros.Store(at.UnixMicro()) }

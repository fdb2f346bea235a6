package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// large returns a shop with count products and an empty outbox.
func large(t *testing.T, count int) *producttest.Shop {
	t.Helper()
	products := make([]catalog.Product, count)
	for i := range products {
		products[i] = producttest.Priced(fmt.Sprintf("Thing %d", i), 100)
	}
	database := sqldbtest.New(t)
	shop := producttest.Open(t, database)
	shop.Stock(t, producttest.Shelf("things", products...))
	sqldbtest.Hurt(t, database, "DELETE FROM outbox")
	return shop
}

// errEnough stops a relay.
var errEnough = errors.New("enough")

// published accepts messages until it has enough.
type published struct {
	most     int
	subjects []string
}

func (p *published) Publish(_ context.Context, m bus.Message) error {
	if len(p.subjects) == p.most {
		return errEnough
	}
	p.subjects = append(p.subjects, m.Subject)
	return nil
}

// TestAReplyOvertakesTheCatalogue checks that a reply to an order does not wait for the whole
// catalogue.
func TestAReplyOvertakesTheCatalogue(t *testing.T) {
	t.Parallel()
	shop := large(t, 1000)
	for range 10 {
		require.NoError(t, shop.Store.PublishAll(t.Context()))
	}
	require.NoError(t, stock.NewService(shop.Store, time.Now).Release(t.Context(), stock.Attempt{OrderID: ids.New("ord"), Number: 1}))
	pending, err := shop.Outbox.Pending(t.Context())
	require.NoError(t, err)
	require.Equal(t, 10_001, pending)

	to := &published{most: 2}
	relay := outbox.NewRelay(shop.Outbox, to, slog.New(slog.DiscardHandler))
	require.ErrorIs(t, relay.Drain(t.Context()), errEnough)
	require.Equal(t, events.StockSubject(events.Released), to.subjects[0])
	require.Contains(t, to.subjects[1], "product.changed.")
}

// TestPublishAllAnnouncesEachProductOnce also runs a transaction twice.
func TestPublishAllAnnouncesEachProductOnce(t *testing.T) {
	t.Parallel()
	const count = 1203
	shop := large(t, count)
	calls := 0
	shop.DB.Interpose(func() error {
		if calls++; calls == 5 { // before the first commit
			return sqlite3.Error{Code: sqlite3.ErrBusy}
		}
		return nil
	})
	before := shop.DB.Statements()
	require.NoError(t, shop.Store.PublishAll(t.Context()))
	require.EqualValues(t, 4*4+1, shop.DB.Statements()-before, "four for each of three transactions, four for the repeated one, and one to find no more")
	shop.DB.Interpose(func() error { return nil })

	var subjects []string
	require.NoError(t, shop.DB.Read().SelectContext(t.Context(), &subjects, "SELECT subject FROM outbox ORDER BY position"))
	require.Len(t, subjects, count)
	var data []byte
	require.NoError(t, shop.DB.Read().GetContext(t.Context(), &data, "SELECT data FROM outbox ORDER BY position DESC LIMIT 1"))
	var last events.ProductChanged
	require.NoError(t, json.Unmarshal(data, &last))
	require.Equal(t, events.ProductSubject(last.ID), subjects[count-1])
	var products []string
	require.NoError(t, shop.DB.Read().SelectContext(t.Context(), &products, "SELECT id FROM product ORDER BY id"))
	for i, id := range products {
		require.Equal(t, events.ProductSubject(id), subjects[i])
	}
}

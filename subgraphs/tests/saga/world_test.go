package saga_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/command"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/outbox"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/money"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/replies"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	orderstore "github.com/trefoil-graph/trefoil/subgraphs/order/store"
	"github.com/trefoil-graph/trefoil/subgraphs/product/catalog"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stockcommands"
	productstore "github.com/trefoil-graph/trefoil/subgraphs/product/store"
)

// world is both services, their databases and the network between them.
type world struct {
	t      testing.TB
	random *rand.Rand
	now    time.Time
	net    *network
	story  strings.Builder

	orderDB, productDB *sqldb.DB
	order              orderService
	product            productService
	asked              *command.Queue
	orders             *orderstore.Store
	outbox             *outbox.Outbox
	products           *productstore.Store
	buyers             []*buyer
	slugs              []string
}

// orderService is the state of an order process in memory, which a crash loses.
type orderService struct {
	sales   *sales.Service
	courier *command.Courier
	replies replies.Replies
}

type productService struct {
	stock    *stock.Service
	catalog  *catalog.Service
	relay    *outbox.Relay
	commands stockcommands.Handler
}

// errCrash ends a process.
var errCrash = errors.New("kill -9")

// database returns a Postgres database, or a SQLite file in a folder in memory, if the machine
// has one: these tests are about the order of statements, which does not depend on fsync.
func database(t testing.TB) string {
	t.Helper()
	if sqldbtest.OnPostgres() {
		return sqldbtest.New(t)
	}
	folder, err := os.MkdirTemp("/dev/shm", "saga") //nolint:usetesting // t.TempDir is on the disk
	if err != nil {
		return sqldbtest.New(t)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return filepath.Join(folder, "saga.db")
}

// newWorld opens both databases. It is used for many seeds; begin empties it.
func newWorld(ctx context.Context, t testing.TB) *world {
	t.Helper()
	w := &world{t: t, net: &network{}, orderDB: sqldbtest.Open(t, database(t)), productDB: sqldbtest.Open(t, database(t))}
	var err error
	w.asked, err = command.NewQueue(ctx, w.orderDB, w.clock)
	require.NoError(t, err)
	w.orders, err = orderstore.New(ctx, w.orderDB, w.asked)
	require.NoError(t, err)
	w.outbox, err = outbox.New(ctx, w.productDB)
	require.NoError(t, err)
	w.products, err = productstore.New(ctx, w.productDB, w.outbox)
	require.NoError(t, err)
	return w
}

// begin resets the world for a seed.
func (w *world) begin(ctx context.Context, t testing.TB, seed uint64) {
	t.Helper()
	w.t, w.random, w.now = t, rand.New(rand.NewPCG(seed, 0)), time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC)
	*w.net = network{random: w.random}
	w.story.Reset()
	w.empty(ctx, w.orderDB, "command", "placements", "item_changes", "invoice_lines", "invoices", "invoice_counters",
		"order_events", "order_items", "order_words", "orders", "products")
	require.NoError(t, producttest.Empty(ctx, w.productDB))
	w.startOrder()
	w.startProduct()
	w.stockShelves(ctx)
	w.buyers = nil
	for range 4 {
		w.buyers = append(w.buyers, &buyer{id: ids.New("usr")})
	}
}

func (w *world) empty(ctx context.Context, db *sqldb.DB, tables ...string) {
	w.t.Helper()
	require.NoError(w.t, db.WithTx(ctx, func(ctx context.Context, tx *sqlx.Tx) error {
		for _, table := range tables {
			if _, err := tx.ExecContext(ctx, "DELETE FROM "+table); err != nil {
				return err
			}
		}
		return nil
	}))
}

func (w *world) clock() time.Time { w.now = w.now.Add(time.Millisecond); return w.now }

func (w *world) startOrder() {
	service := sales.NewService(w.orders, w.clock)
	courier := command.NewCourier(w.asked, w.net.to(&w.net.commands), quiet())
	w.order = orderService{service, courier, replies.New(service, quiet())}
}

func (w *world) startProduct() {
	service := stock.NewService(w.products, w.clock)
	w.product = productService{
		service, catalog.NewService(w.products, w.clock),
		outbox.NewRelay(w.outbox, w.net.to(&w.net.replies), quiet()), stockcommands.New(service, quiet()),
	}
}

// stockShelves adds three products with small stocks, and sends them to order.
func (w *world) stockShelves(ctx context.Context) {
	w.slugs = nil
	shelf := catalog.Shelf{Category: catalog.Category{ID: ids.New(catalog.CategoryPrefix), Slug: "all", Title: "All"}}
	for i := range 3 {
		slug := fmt.Sprintf("thing-%d", i)
		w.slugs = append(w.slugs, slug)
		shelf.Items = append(shelf.Items, catalog.Item{Product: catalog.Product{
			ID: ids.New(catalog.ProductPrefix), Slug: slug, SKU: slug, Title: slug, CategoryID: shelf.Category.ID,
			Price: money.Money{AmountMinor: int64(100 + i), Currency: "EUR"}, TaxBasisPoints: 1900,
			OnHand: 4 + w.random.IntN(8), Active: true, Version: 1, CreatedAt: w.now, UpdatedAt: w.now,
		}})
	}
	_, err := w.products.LoadEmpty(ctx, []catalog.Shelf{shelf})
	require.NoError(w.t, err)
	w.net.calm = true
	require.NoError(w.t, w.product.relay.Drain(ctx))
	w.drain(ctx, &w.net.catalogue, w.learn)
	w.net.calm = false
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func (w *world) log(format string, args ...any) { fmt.Fprintf(&w.story, format+"\n", args...) }

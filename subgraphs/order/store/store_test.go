package store_test

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

func TestMigrations(t *testing.T) {
	t.Parallel()
	sqldbtest.Migrations(t, "schema", "order_search", "order_search_docsize", "order_search_segdir",
		"order_search_segments", "order_search_stat")
}

func TestAnOrderReplacesOnlyItsPreviousVersion(t *testing.T) {
	t.Parallel()
	shop, user := ordertest.New(t), ids.New("usr")
	orders := shop.Store
	draft, err := shop.Create(t.Context(), user, sales.NewOrder{})
	require.NoError(t, err)
	save := func(version int) error {
		draft.Version = version
		return orders.Write(t.Context(), func(ctx context.Context, tx sales.Tx) error { return tx.Save(ctx, draft) })
	}
	require.ErrorIs(t, save(1), store.ErrVersion)
	require.ErrorIs(t, save(3), store.ErrVersion)
	require.NoError(t, save(2))
}

func TestAFailedWriteChangesNothing(t *testing.T) {
	t.Parallel()
	shop := shopWithOrders(t)
	orders := shop.Store
	failure := errors.New("the power failed")
	err := orders.Write(t.Context(), func(ctx context.Context, tx sales.Tx) error {
		sequence, err := tx.NextInvoice(ctx, 2026)
		require.NoError(t, err)
		require.Equal(t, 3, sequence)
		return failure
	})
	require.ErrorIs(t, err, failure)
	shop.Sound(t) // the invoice counter has not changed
}

func TestAFilterWithoutIDsFindsNothing(t *testing.T) {
	t.Parallel()
	shop := ordertest.New(t)
	orders := shop.Store
	before := shop.DB.Statements()
	found, err := orders.Orders(t.Context(), sales.Filter{UserID: ids.New("usr"), IDs: []string{}, With: sales.Whole()})
	require.NoError(t, err)
	require.Empty(t, found)
	require.Equal(t, before, shop.DB.Statements())
}

// TestItemsOfEarlierVersionsHaveTheRateOfTheirInvoice migrates a database in which items have no
// tax rate.
func TestItemsOfEarlierVersionsHaveTheRateOfTheirInvoice(t *testing.T) {
	t.Parallel()
	shop := shopWithOrders(t)
	const rates = `SELECT tax_basis_points FROM order_items JOIN orders ON orders.id = order_id ORDER BY placed_at IS NULL, order_id, position`
	cheaper := ordertest.Product(500)
	require.NoError(t, shop.DB.Read().GetContext(t.Context(), &cheaper.ID, "SELECT DISTINCT product_id FROM order_items WHERE position = 2"))
	cheaper.TaxBasisPoints, cheaper.Version = 700, 2
	require.NoError(t, shop.Learn(t.Context(), cheaper)) // only the draft follows it
	var before, after []int
	require.NoError(t, shop.DB.Read().SelectContext(t.Context(), &before, rates))
	require.Equal(t, []int{1900, 1900, 1900, 1900, 1900, 700}, before)

	history, err := sqldb.Migrations(shop.DB, "schema", os.DirFS("."))
	require.NoError(t, err)
	_, err = history.DownTo(t.Context(), 3)
	require.NoError(t, err)
	_, err = store.New(t.Context(), shop.DB, nil)
	require.NoError(t, err)
	require.NoError(t, shop.DB.Read().SelectContext(t.Context(), &after, rates))
	require.Equal(t, before, after)
	shop.Sound(t)
}

// TestADatabaseWithoutWordsGetsThem opens a database from before the full text index.
func TestADatabaseWithoutWordsGetsThem(t *testing.T) {
	t.Parallel()
	shop, text := shopWithOrders(t), "thing 500"
	count := func() int {
		t.Helper()
		n, err := shop.Store.CountPlaced(t.Context(), sales.Anybody, sales.Conditions{Search: &text})
		require.NoError(t, err)
		return n
	}
	require.Equal(t, 2, count())
	require.NoError(t, shop.DB.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM order_words")
		return err
	}))
	require.Zero(t, count())
	_, err := store.New(t.Context(), shop.DB, nil)
	require.NoError(t, err)
	require.Equal(t, 2, count())
	shop.Sound(t)
}

package store_test

import (
	"context"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

// plan returns the database's plan for a filter's statement.
func plan(t testing.TB, shop *ordertest.Shop, f sales.Filter) string {
	t.Helper()
	statement, args := store.SelectOrders(shop.DB.Dialect(), f)
	return sqldbtest.Plan(t, shop.DB, statement, args...)
}

// TestListsAreReadByAnIndex checks that no list reads all orders, or sorts orders that it does
// not return.
func TestListsAreReadByAnIndex(t *testing.T) {
	t.Parallel()
	shop, text := ordertest.New(t), "thing 12"
	one, two := []sales.Status{sales.Confirmed}, []sales.Status{sales.Cancelled, sales.Confirmed}
	const mine, all, status = "SEARCH orders USING INDEX orders_placed (user_id=? AND placed_at>? AND (placed_at,id)<(?,?))",
		"SEARCH orders USING INDEX orders_all_placed (placed_at>? AND (placed_at,id)<(?,?))",
		"SEARCH orders USING INDEX orders_status_placed (status=? AND placed_at>? AND (placed_at,id)<(?,?))"
	const words = "SEARCH orders USING INDEX sqlite_autoindex_orders_1 (id=?)\nLIST SUBQUERY 1\nSCAN s VIRTUAL TABLE"
	for name, c := range map[string]struct {
		of    string
		where sales.Conditions
		by    string
	}{
		"mine":                           {"usr_x", sales.Conditions{}, mine},
		"mine of a status":               {"usr_x", sales.Conditions{Statuses: one}, mine},
		"mine of statuses":               {"usr_x", sales.Conditions{Statuses: two}, mine},
		"mine with words":                {"usr_x", sales.Conditions{Search: &text}, mine},
		"mine of statuses with words":    {"usr_x", sales.Conditions{Statuses: two, Search: &text}, mine},
		"all":                            {sales.Anybody, sales.Conditions{}, all},
		"all of a status":                {sales.Anybody, sales.Conditions{Statuses: one}, status},
		"all of statuses":                {sales.Anybody, sales.Conditions{Statuses: two}, status},
		"all with words":                 {sales.Anybody, sales.Conditions{Search: &text}, words},
		"all of a status with words":     {sales.Anybody, sales.Conditions{Statuses: one, Search: &text}, words},
		"all of several, and with words": {sales.Anybody, sales.Conditions{Statuses: two, Search: &text}, words},
	} {
		after := &keyset.Position{Number: 1, ID: ids.New("ord")}
		how := plan(t, shop, sales.Filter{UserID: c.of, Placed: &sales.Window{Limit: 21, After: after, Where: c.where}})
		if sqldbtest.OnPostgres() {
			require.NotContains(t, how, "Seq Scan", name)
			continue
		}
		require.Contains(t, how, c.by, name)
		require.NotContains(t, how, "SCAN orders", name)
	}
}

// The server has no statistics for a word, and assumes that one row in fifty contains it. It must
// not scan all orders, newest first, until it has found enough.
func TestARareWordIsSearchedFirst(t *testing.T) {
	t.Parallel()
	if !sqldbtest.OnPostgres() {
		t.Skip("SQLite does not estimate words")
	}
	shop := ordertest.New(t)
	_, err := shop.Create(t.Context(), ids.New("usr"), sales.NewOrder{})
	require.NoError(t, err)
	require.NoError(t, shop.DB.WithTx(t.Context(), func(ctx context.Context, tx *sqlx.Tx) error {
		for _, statement := range []string{
			`INSERT INTO orders SELECT (jsonb_populate_record(o, jsonb_build_object(
				'id', o.id || n, 'number', o.number || n, 'status', 'CONFIRMED', 'placed_at', n))).*
				FROM orders o, generate_series(1, 10000) n`,
			`INSERT INTO order_words (order_id, words) SELECT id, 'tea ' || number FROM orders WHERE placed_at IS NOT NULL`,
			`ANALYZE orders, order_words`,
		} {
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}))
	word := "zebra"
	how := plan(t, shop, sales.Filter{UserID: sales.Anybody, Placed: &sales.Window{Limit: 21, Where: sales.Conditions{Search: &word}}})
	require.Contains(t, how, "order_words_search")
}

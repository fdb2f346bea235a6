package store_test

import (
	"strings"
	"testing"

	"github.com/jmoiron/sqlx"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

// plan is how the database would run the statement of a filter. A server is asked as if it had many orders.
func plan(t testing.TB, shop *ordertest.Shop, f sales.Filter) string {
	t.Helper()
	statement, args := store.SelectOrders(shop.DB.Dialect(), f)
	statement, args, err := sqlx.In(statement, args...)
	require.NoError(t, err)
	tx, err := shop.DB.Read().BeginTxx(t.Context(), nil)
	require.NoError(t, err)
	defer func() { _ = tx.Rollback() }()
	var lines []string
	if sqldbtest.OnPostgres() {
		_, err = tx.ExecContext(t.Context(), "SET LOCAL enable_seqscan = off")
		require.NoError(t, err)
		require.NoError(t, tx.SelectContext(t.Context(), &lines, "EXPLAIN "+statement, args...))
		return strings.Join(lines, "\n")
	}
	var steps []struct {
		ID, Parent, NotUsed int
		Detail              string
	}
	require.NoError(t, tx.SelectContext(t.Context(), &steps, "EXPLAIN QUERY PLAN "+statement, args...))
	for _, step := range steps {
		lines = append(lines, step.Detail)
	}
	return strings.Join(lines, "\n")
}

// TestListsAreReadByAnIndex looks at how each list is found: never by reading all orders, and without sorting what is
// not shown.
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

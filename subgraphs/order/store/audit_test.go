package store_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/sales"
	"github.com/trefoil-graph/trefoil/subgraphs/order/store"
)

// shopWithOrders returns a shop with two placed orders and a draft, each with two items.
func shopWithOrders(t testing.TB) *ordertest.Shop {
	t.Helper()
	shop, user := ordertest.New(t), ids.New("usr")
	tea, cup := shop.Stock(t, 1290), shop.Stock(t, 500)
	two, one := 2, 1
	items := sales.Changes{Changes: []sales.Change{
		{Action: sales.Add, ProductID: tea.ID, Quantity: &two}, {Action: sales.Add, ProductID: cup.ID, Quantity: &one},
	}}
	for range 2 {
		draft, err := shop.Change(t.Context(), user, items)
		require.NoError(t, err)
		_, err = shop.Buy(t.Context(), user, sales.Placing{
			ExpectedVersion: draft.Version, IdempotencyKey: ids.New("key"),
		})
		require.NoError(t, err)
	}
	_, err := shop.Change(t.Context(), user, items)
	require.NoError(t, err)
	shop.Settled(t)
	return shop
}

func TestAuditFindsItemsOfNoOrder(t *testing.T) {
	t.Parallel()
	if sqldbtest.OnPostgres() {
		t.Skip("on Postgres only the server's owner can disable foreign keys")
	}
	shop := shopWithOrders(t)
	sqldbtest.Hurt(t, shop.Database, "DELETE FROM orders WHERE status = 'DRAFT'")
	findings, err := store.Audit(t.Context(), shop.DB)
	require.NoError(t, err)
	require.Contains(t, strings.Join(findings, "\n"), "is intact")
}

func TestAuditFindsBrokenRules(t *testing.T) {
	t.Parallel()
	sound := shopWithOrders(t)
	sound.Sound(t)

	const draft = "(SELECT id FROM orders WHERE status = 'DRAFT')"
	for damage, rules := range map[string][]string{
		"UPDATE orders SET total_minor = total_minor + 1 WHERE status = 'DRAFT'":                                 {"total = sum of items"},
		"UPDATE orders SET total_minor = total_minor + 1 WHERE status <> 'DRAFT'":                                {"total = sum of items", "total = gross of the invoice"},
		"UPDATE orders SET total_quantity = 0":                                                                   {"total quantity = sum of items"},
		"UPDATE orders SET currency = 'USD' WHERE placed_at IS NOT NULL":                                         {"total = gross of the invoice"},
		"UPDATE orders SET status = 'CONFIRMED' WHERE status = 'DRAFT'":                                          {"the time of its placing", "has an invoice", "placed by one key"},
		"UPDATE orders SET status = 'DRAFT', placed_at = NULL":                                                   {"has an invoice"},
		"DELETE FROM order_items WHERE order_id = " + draft:                                                      {"total = sum of items", "total quantity"},
		"DELETE FROM order_items WHERE order_id <> " + draft:                                                     {"total = sum of items", "has items"},
		"UPDATE order_items SET title = 'x' WHERE position = 1":                                                  {"invoice lines = items"},
		"UPDATE order_items SET tax_basis_points = 700 WHERE position = 1":                                       {"invoice lines = items"},
		"DELETE FROM invoice_lines":                                                                              {"sum of its lines", "invoice lines = items"},
		"DELETE FROM invoice_lines WHERE position = 2":                                                           {"sum of its lines", "invoice lines = items"},
		"UPDATE invoice_lines SET tax_minor = tax_minor + 1, net_minor = net_minor - 1":                          {"sum of its lines", "rounded half up"},
		"DELETE FROM invoice_lines; DELETE FROM invoices":                                                        {"has an invoice", "counter 2 without invoices"},
		"DELETE FROM invoice_lines; DELETE FROM invoices WHERE sequence = 1":                                     {"has an invoice", "without gaps"},
		"UPDATE invoices SET sequence = 3 WHERE sequence = 2":                                                    {"without gaps"},
		"UPDATE invoice_counters SET last = 3":                                                                   {"without gaps"},
		"UPDATE invoices SET year = 2027; UPDATE invoice_counters SET year = 2027":                               {"of the year of issue"},
		"DELETE FROM order_words":                                                                                {"found by its words"},
		"DELETE FROM placements":                                                                                 {"placed by one key"},
		"UPDATE placements SET user_id = 'usr_x'":                                                                {"of its own user"},
		"UPDATE placements SET attempt = 2":                                                                      {"placed by one key", "of its own user"},
		"UPDATE orders SET status = 'PENDING' WHERE placed_at IS NOT NULL":                                       {"asks for its items", "has an invoice"},
		"INSERT INTO command SELECT id || '/1/commit', 's', x'00', 0, 0, 0 FROM orders WHERE status = 'DRAFT'":   {"only a confirmed order commits"},
		"INSERT INTO command SELECT id || '/1/release', 's', x'00', 0, 0, 0 FROM orders WHERE status <> 'DRAFT'": {"release their items"},
		"INSERT INTO command SELECT id || '/1/reserve', 's', x'00', 0, 0, 0 FROM orders WHERE status <> 'DRAFT'": {"asks for its items"},
	} {
		t.Run(damage, func(t *testing.T) {
			t.Parallel()
			shop := shopWithOrders(t)
			sqldbtest.Hurt(t, shop.Database, damage)
			findings, err := store.Audit(t.Context(), shop.DB)
			require.NoError(t, err)
			for _, rule := range rules {
				require.Contains(t, strings.Join(findings, "\n"), rule)
			}
		})
	}
}

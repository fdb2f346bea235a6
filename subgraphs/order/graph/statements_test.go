package graph_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/statementtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph/generated"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
)

// TestStatementsDoNotGrowWithRows reads everything in the schema, with many rows and with few.
func TestStatementsDoNotGrowWithRows(t *testing.T) {
	t.Parallel()
	schema := generated.NewExecutableSchema(generated.Config{}).Schema()
	statementtest.Constant(t, schema, measured(t, schema, 1), measured(t, schema, statementtest.Many), nil)
}

const (
	createWith = `mutation ($items: [ItemQuantityInput!]) { createOrder(input: {items: $items}) { order { id version } } }`
	placeThis  = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) { order { status version invoice { id } } } }`
)

// measured sets up a shop where one user has rows orders with rows items each, taxed at rows
// rates, and rows baskets. One basket was refused for each of its items, many times.
func measured(t *testing.T, schema *ast.Schema, rows int) statementtest.Tally {
	t.Helper()
	s := newServer(t)
	c := s.client(t)
	var items []map[string]any
	users := []map[string]any{rep("User", c.userID)}
	var products, orders, invoices []map[string]any
	for i := range rows {
		p := ordertest.Product(100)
		p.TaxBasisPoints = 100 * i
		require.NoError(t, s.Learn(t.Context(), p))
		items = append(items, map[string]any{"productId": p.ID, "quantity": 1})
		products = append(products, rep("Product", p.ID))
		if len(users) < rows {
			users = append(users, rep("User", ids.New("usr")))
		}
	}
	draft := func() map[string]any {
		return at(t, c.good(t, createWith, map[string]any{"items": items}), "createOrder", "order").(map[string]any)
	}
	place := func(order map[string]any) map[string]any {
		placed := at(t, c.good(t, placeThis, map[string]any{"input": map[string]any{
			"orderId": order["id"], "expectedVersion": order["version"], "idempotencyKey": ids.New("key"),
		}}), "placeOrder", "order").(map[string]any)
		order["version"] = placed["version"]
		return placed
	}
	for range rows {
		order := draft()
		placed := place(order)
		require.Equal(t, "CONFIRMED", placed["status"])
		orders = append(orders, rep("Order", order["id"].(string)))
		invoices = append(invoices, rep("Invoice", at(t, placed, "invoice", "id").(string)))
		if len(orders) < rows {
			draft()
		}
	}
	basket := draft()
	s.Refuse(t, true)
	for range (rows + 1) / 2 { // each time it becomes PENDING, then DRAFT again
		require.Equal(t, "DRAFT", place(basket)["status"])
	}
	s.Rest(t)
	as := func(asker client) statementtest.Ask {
		return func(query string, variables map[string]any) json.RawMessage {
			data, err := json.Marshal(asker.good(t, query, variables))
			require.NoError(t, err)
			return data
		}
	}
	return statementtest.Measure(t, schema, s.DB, []statementtest.Case{
		{Name: "basket", Field: "basket", Ask: as(c)},
		{Name: "order", Field: fmt.Sprintf("order(id: %q)", orders[0]["id"]), Ask: as(c)},
		{Name: "orders", Field: "orders(first: 10)", Ask: as(c)},
		{Name: "orders filtered", Field: `orders(first: 10, filter: {search: "thing", statuses: [CONFIRMED]})`, Ask: as(c)},
		{Name: "drafts", Field: "drafts", Ask: as(c)},
		{Name: "allOrders", Field: "allOrders(first: 10)", Ask: as(s.staff(t))},
		{Name: "users", Entities: users, Ask: as(c)},
		{Name: "products", Entities: products, Ask: as(c)},
		{Name: "order entities", Entities: orders, Ask: as(c)},
		{Name: "invoices", Entities: invoices, Ask: as(c)},
	})
}

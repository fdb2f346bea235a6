package graph_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// collapsed is the query that the router sends to this subgraph for a whole account.
const collapsed = `query ($reps: [_Any!]!, $first: Int!) { _entities(representations: $reps) { ... on User {
	basket { id totalQuantity total { amountMinor currency } }
	orders(first: $first) { totalCount pageInfo { hasNextPage endCursor } edges { cursor node { ...whole } } } } } }
	fragment whole on Order { id number status placedAt totalQuantity total { amountMinor currency }
		items { id title quantity unitPrice { amountMinor } lineTotal { amountMinor } product { id } }
		invoice { number status issuedAt lines { position gross { decimal } } net { amountMinor } tax { amountMinor } gross { amountMinor } } }`

// statements returns how many statements an operation costs.
func (c client) statements(t testing.TB, document string, variables map[string]any) int {
	t.Helper()
	c.Settled(t)
	before := c.DB.Statements()
	c.good(t, document, variables)
	return int(c.DB.Statements() - before)
}

func TestStatementsDoNotGrowWithTheOrders(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea, cup := s.client(t), s.Stock(t, 1290), s.Stock(t, 500)
	var orders, invoices []map[string]any
	staff := s.staff(t)
	buy := func() {
		c.good(t, `mutation ($id: ID!) { createOrder(input: {items: [{productId: $id, quantity: 1}]}) { order { id } } }`, map[string]any{"id": tea.ID})
		c.good(t, `mutation { createOrder { order { id } } }`, nil) // and a draft to place
		order, invoice := c.buy(t, tea.ID, cup.ID)
		orders, invoices = append(orders, rep("Order", order)), append(invoices, rep("Invoice", invoice))
	}
	count := func() map[string]int {
		account := reps(rep("User", c.userID))
		account["first"] = len(orders)
		users := reps(rep("User", c.userID), rep("User", c.userID), rep("User", "usr_x"))
		users["first"] = len(orders)
		return map[string]int{
			"account":          c.statements(t, collapsed, account),
			"users":            c.statements(t, collapsed, users),
			"_entities orders": c.statements(t, entities, reps(orders...)),
			"_entities bills":  c.statements(t, entities, reps(invoices...)),
			"numbers only":     c.statements(t, `{ orders { nodes { number } } }`, nil),
			"Query.drafts":     c.statements(t, `{ drafts { items { id } problems { __typename } history { at } } }`, nil),
			"Query.allOrders":  staff.statements(t, `{ allOrders(first: 100) { totalCount nodes { items { id } history { at } invoice { lines { position } } } } }`, nil),
			"filtered":         c.statements(t, `{ orders(first: 100, filter: {search: "thing", statuses: [CONFIRMED]}) { totalCount nodes { items { id } } } }`, nil),
			"Query.orders":     c.statements(t, `{ orders(first: 100) { nodes { items { id } a: invoice { lines { position } } b: invoice { id } } } }`, nil),
		}
	}
	buy()
	one := count()
	for range 9 {
		buy()
	}
	ten := count()
	require.Equal(t, one, ten)
	require.Equal(t, map[string]int{
		"account":          6, // basket; orders, items, invoices, lines; count
		"users":            6,
		"_entities orders": 4, // orders, items, invoices, lines
		"_entities bills":  3, // orders, invoices, lines
		"numbers only":     1,
		"Query.drafts":     3, // orders, items, history
		"Query.allOrders":  6, // orders, items, history, invoices, lines; count
		"filtered":         3, // orders, items; count
		"Query.orders":     4,
	}, ten)

	data := c.good(t, collapsed, map[string]any{"reps": []any{rep("User", c.userID)}, "first": 10})
	require.Len(t, at(t, data, "_entities", 0, "orders", "edges"), 10)
	require.Equal(t, tea.Title, at(t, data, "_entities", 0, "orders", "edges", 9, "node", "items", 0, "title"))
	require.Equal(t, 10.0, at(t, data, "_entities", 0, "orders", "totalCount"))
}

func TestStatementsDoNotGrowWithTheProducts(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t)
	var products []map[string]any
	for n := range 20 {
		p := s.Stock(t, 100)
		c.good(t, changeItems, add(p.ID, n+1))
		products = append(products, rep("Product", p.ID))
	}
	require.Equal(t, 2, c.statements(t, entities, reps(products...)), "basket, items")
	seen := at(t, c.good(t, entities, reps(products...)), "_entities")
	require.Equal(t, 20.0, at(t, seen, 19, "quantityInBasket"))
	require.Zero(t, s.stranger().statements(t, entities, reps(products...)))
}

// TestFragmentsSpreadManyTimesAreCheap sends a document whose fragments are spread 2^40 times.
func TestFragmentsSpreadManyTimesAreCheap(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	c.buy(t, tea.ID)
	document := `{ orders { ...f0 } } fragment f40 on OrderConnection { nodes { items { title } } }`
	for n := range 40 {
		document += fragment(n)
	}
	require.Equal(t, 2, c.statements(t, document, nil))
}

func fragment(n int) string {
	return fmt.Sprintf(" fragment f%d on OrderConnection { ...f%d ...f%d }", n, n+1, n+1)
}

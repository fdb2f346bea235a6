//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStaffSendsAnOrder takes an order to its end as an admin does, and looks at what is left in the warehouse.
func TestStaffSendsAnOrder(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	_, email := s.signUp(t)
	s.promote(username(email), "ADMIN")
	staff := s.as(s.logIn(t, username(email)))
	order := s.right(t, `{ orders { nodes { id version items { productId quantity } } } }`, nil)
	id, product := order.text("orders.nodes.0.id"), order.text("orders.nodes.0.items.0.productId")
	before := staff.right(t, onHand, map[string]any{"id": product})

	version := order.at("orders.nodes.0.version")
	for _, status := range []string{"PROCESSING", "SHIPPED", "DELIVERED"} {
		eventually(t, "the order is "+status, func() error {
			a, err := staff.ask(t.Context(), advance, map[string]any{"id": id, "version": version, "status": status})
			if err == nil && a.text("advanceOrder.order.status") != status {
				err = fmt.Errorf("%s", a.Body)
			}
			if err == nil {
				version = a.at("advanceOrder.order.version")
			}
			return err
		})
	}
	seen := s.right(t, `query($id: ID!) { order(id: $id) { status history { status } invoice { status } } }`, map[string]any{"id": id})
	require.Equal(t, "DELIVERED", seen.text("order.status"))
	require.Len(t, seen.list("order.history"), 5, "pending, confirmed, processing, shipped, delivered")
	eventually(t, "the piece has left the warehouse", func() error {
		a, err := staff.ask(t.Context(), onHand, map[string]any{"id": product})
		if err == nil && a.at("product.stock.onHand") != before.at("product.stock.onHand").(float64)-1 {
			err = fmt.Errorf("%s", a.Body)
		}
		return err
	})
	ledger := staff.right(t, `query($id: ID!) { stockLedger(productId: $id, first: 1) { nodes { delta reason actor } } }`, map[string]any{"id": product})
	require.Equal(t, -1.0, ledger.at("stockLedger.nodes.0.delta"))
	require.Equal(t, "shipped with "+id, ledger.text("stockLedger.nodes.0.reason"))
	s.reconcile()
}

const (
	onHand  = `query($id: ID!) { product(id: $id) { stock { onHand reserved } } }`
	advance = `mutation($id: ID!, $version: Int!, $status: OrderStatus!) {
		advanceOrder(input: {orderId: $id, expectedVersion: $version, status: $status}) {
			order { status version } errors { ... on UserError { code message } } } }`
)

//go:build e2e

package e2e

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

const (
	onHand  = `query($id: ID!) { product(id: $id) { stock { onHand reserved } } }`
	advance = `mutation($input: AdvanceOrderInput!) { advanceOrder(input: $input) { order { status version }
		errors { ... on UserError { code path } ... on VersionConflict { order { version } } ... on StatusNotAllowed { status allowed } } } }`
	newest = `{ orders(first: 1) { nodes { id number status version placedAt items { productId quantity } } } }`
)

// advanceTo moves an order to its next status as soon as that is allowed, and returns the new
// version.
func (c client) advanceTo(t *testing.T, status, id string, version any) (next any) {
	t.Helper()
	eventually(t, "the order is "+status, func() error {
		a, err := c.ask(t.Context(), advance, input(map[string]any{"orderId": id, "expectedVersion": version, "status": status}))
		if err == nil && a.text("advanceOrder.order.status") != status {
			err = fmt.Errorf("%s", a.Body)
		}
		next = a.at("advanceOrder.order.version")
		return err
	})
	return next
}

// TestStaffSendsAnOrder moves an order to its last status, and checks the stock that is left.
func TestStaffSendsAnOrder(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	order := s.right(t, newest, nil)
	id, product := order.text("orders.nodes.0.id"), order.text("orders.nodes.0.items.0.productId")
	before := s.support.right(t, onHand, map[string]any{"id": product})
	version := order.at("orders.nodes.0.version")

	to := func(status string, version any) map[string]any {
		return map[string]any{"orderId": id, "expectedVersion": version, "status": status}
	}
	s.support.forbidden(t, advance, input(to("PROCESSING", version)))
	s.forbidden(t, advance, input(to("PROCESSING", version)))
	s.admin.refused(t, "ORDER_NOT_FOUND", advance, map[string]any{"orderId": "ord_nonsense", "expectedVersion": 1, "status": "SHIPPED"})
	stale := s.admin.refused(t, "VERSION_CONFLICT", advance, to("PROCESSING", version.(float64)-1))
	require.Equal(t, version, stale.at("advanceOrder.errors.0.order.version"), "the current version")
	skipped := s.admin.refused(t, "STATUS_NOT_ALLOWED", advance, to("DELIVERED", version))
	require.Equal(t, "CONFIRMED", skipped.text("advanceOrder.errors.0.status"))
	require.Equal(t, []any{"PROCESSING", "CANCELLED"}, skipped.list("advanceOrder.errors.0.allowed"))

	for _, status := range []string{"PROCESSING", "SHIPPED", "DELIVERED"} {
		version = s.admin.advanceTo(t, status, id, version)
	}
	s.admin.refused(t, "STATUS_NOT_ALLOWED", advance, to("CANCELLED", version))
	seen := s.right(t, `query($id: ID!) { order(id: $id) { status history { status } invoice { status } } }`, map[string]any{"id": id})
	require.Equal(t, "DELIVERED", seen.text("order.status"))
	require.Equal(t, "ISSUED", seen.text("order.invoice.status"))
	require.Len(t, seen.list("order.history"), 5, "pending, confirmed, processing, shipped, delivered")
	s.admin.becomes(t, before.at("product.stock.onHand").(float64)-1, "product.stock.onHand", onHand, map[string]any{"id": product})
	ledger := s.support.right(t, `query($id: ID!) { stockLedger(productId: $id, first: 1) { nodes { delta reason actor } } }`, map[string]any{"id": product})
	require.Equal(t, -1.0, ledger.at("stockLedger.nodes.0.delta"))
	require.Equal(t, "shipped with "+id, ledger.text("stockLedger.nodes.0.reason"))
	s.reconcile()
}

// TestStaffCancelsAnOrder cancels an order that is being packed, which its buyer can no longer
// do.
func TestStaffCancelsAnOrder(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	order := s.right(t, newest, nil)
	id, product := order.text("orders.nodes.0.id"), map[string]any{"id": order.text("orders.nodes.0.items.0.productId")}
	require.Equal(t, 1.0, s.admin.right(t, onHand, product).at("product.stock.reserved"))

	version := s.admin.advanceTo(t, "PROCESSING", id, order.at("orders.nodes.0.version"))
	const cancel = `mutation($input: CancelOrderInput!) { cancelOrder(input: $input) { order { id } errors { ... on UserError { code } } } }`
	s.refused(t, "ORDER_NOT_CANCELLABLE", cancel, map[string]any{"orderId": id})
	s.admin.refused(t, "ORDER_NOT_FOUND", cancel, map[string]any{"orderId": id}) // it is not the admin's own order
	version = s.admin.advanceTo(t, "CANCELLED", id, version)
	again := s.admin.refused(t, "STATUS_NOT_ALLOWED", advance, map[string]any{"orderId": id, "expectedVersion": version, "status": "PROCESSING"})
	require.Empty(t, again.list("advanceOrder.errors.0.allowed"), "no status follows")

	seen := s.right(t, `query($id: ID!) { order(id: $id) { status invoice { status } } }`, map[string]any{"id": id})
	require.Equal(t, "CANCELLED", seen.text("order.status"))
	require.Equal(t, "CANCELLED", seen.text("order.invoice.status"))
	s.admin.becomes(t, 0.0, "product.stock.reserved", onHand, product)
	s.reconcile()
}

// TestStaffFindsOrders uses all filters of the list of everybody's orders, alone and together.
func TestStaffFindsOrders(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	first := s.right(t, newest, nil)
	accessToken, _ := s.signUp(t)
	other := s.as(accessToken)
	other.furnish(t, s.products)
	mine, theirs := s.right(t, `{ me { id } }`, nil).text("me.id"), other.right(t, `{ me { id } }`, nil).text("me.id")
	second := other.right(t, newest, nil)
	a, b := first.text("orders.nodes.0.id"), second.text("orders.nodes.0.id")
	s.admin.advanceTo(t, "PROCESSING", a, first.at("orders.nodes.0.version"))
	between := second.text("orders.nodes.0.placedAt")

	const all = `query($user: ID, $filter: OrderFilter, $first: Int! = 20, $after: String) {
		allOrders(userId: $user, filter: $filter, first: $first, after: $after) { totalCount nodes { id } pageInfo { hasNextPage endCursor } } }`
	find := func(variables map[string]any) (ids []string) {
		found := s.support.right(t, all, variables)
		for i := range found.list("allOrders.nodes") {
			ids = append(ids, found.text(fmt.Sprintf("allOrders.nodes.%d.id", i)))
		}
		require.EqualValues(t, len(ids), found.at("allOrders.totalCount"))
		return ids
	}
	filter := func(fields map[string]any) []string { return find(map[string]any{"filter": fields}) }
	require.Equal(t, []string{b, a}, find(nil), "newest first, without baskets")
	require.Equal(t, []string{a}, find(map[string]any{"user": mine}))
	require.Equal(t, []string{b}, find(map[string]any{"user": theirs}))
	require.Empty(t, find(map[string]any{"user": "usr_nonsense"}))
	require.Equal(t, []string{a}, filter(map[string]any{"statuses": []string{"PROCESSING", "SHIPPED"}}))
	require.Empty(t, filter(map[string]any{"statuses": []string{"DRAFT"}}), "baskets are not listed")
	require.Equal(t, []string{a}, filter(map[string]any{"search": first.text("orders.nodes.0.number")}))
	require.Equal(t, []string{b}, filter(map[string]any{"search": "garden"}), "by name")
	require.Equal(t, []string{a}, filter(map[string]any{"placedBefore": between}))
	require.Equal(t, []string{b}, filter(map[string]any{"placedFrom": between}))
	require.Empty(t, find(map[string]any{"user": mine, "filter": map[string]any{"search": "garden"}}))

	page := s.support.right(t, all, map[string]any{"first": 1})
	require.Equal(t, true, page.at("allOrders.pageInfo.hasNextPage"))
	rest := s.support.right(t, all, map[string]any{"first": 1, "after": page.at("allOrders.pageInfo.endCursor")})
	require.Equal(t, a, rest.text("allOrders.nodes.0.id"))
	require.Equal(t, false, rest.at("allOrders.pageInfo.hasNextPage"))
	s.forbidden(t, all, nil)
	bad := s.support.must(t, all, map[string]any{"first": 101})
	require.Equal(t, []string{"allOrders BAD_USER_INPUT order"}, bad.codes())
}

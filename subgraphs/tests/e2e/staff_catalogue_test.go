//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const (
	createProduct = `mutation($input: CreateProductInput!) { createProduct(input: $input) {
		product { id version stock { onHand } } errors { ... on UserError { code path } } } }`
	updateProduct = `mutation($input: UpdateProductInput!) { updateProduct(input: $input) {
		product { version } errors { ... on UserError { code path } ... on ProductChanged { product { version } } } } }`
	adjustStock = `mutation($input: AdjustStockInput!) { adjustStock(input: $input) {
		product { stock { onHand reserved } } errors { ... on UserError { code path } } } }`
	basket = `{ basket { version total { amountMinor } items { title } } }`
)

// with returns a copy with some fields changed.
func with(fields, changes map[string]any) map[string]any {
	fields = maps.Clone(fields)
	maps.Copy(fields, changes)
	return fields
}

func teapot() map[string]any {
	return map[string]any{
		"idempotencyKey": "the iron teapot", "slug": "iron-teapot", "sku": "KT-9000", "title": "Iron Teapot", "category": "kitchen",
		"priceMinor": 4900, "taxBasisPoints": 1900, "onHand": 3,
		"images": []any{map[string]any{"url": "/images/enamel-teapot-1.svg", "alt": "A teapot", "width": 800, "height": 800}},
	}
}

// putOnTheShelves creates the teapot as an admin, and returns its id.
func (s company) putOnTheShelves(t *testing.T) string {
	t.Helper()
	made := s.admin.right(t, createProduct, input(teapot()))
	require.Empty(t, made.list("createProduct.errors"), made.Body)
	require.Equal(t, 3.0, made.at("createProduct.product.stock.onHand"))
	return made.text("createProduct.product.id")
}

// TestStaffCreatesAProduct that people find, put into their baskets, and buy.
func TestStaffCreatesAProduct(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	anyone := s.system.client("router")
	const kitchen = `{ products(first: 1, filter: {category: "kitchen", search: "iron teapot"}) {
		totalCount nodes { title category { productCount } images { alt } } } }`
	require.Equal(t, 0.0, anyone.right(t, kitchen, nil).at("products.totalCount"))
	id := s.putOnTheShelves(t)
	require.Equal(t, id, s.putOnTheShelves(t), "the same key creates one product")
	found := anyone.right(t, kitchen, nil)
	require.Equal(t, 1.0, found.at("products.totalCount"))
	require.Equal(t, "A teapot", found.text("products.nodes.0.images.0.alt"))
	require.Equal(t, 9.0, found.at("products.nodes.0.category.productCount"), found.Body)

	another := with(teapot(), map[string]any{"idempotencyKey": "another teapot"})
	for code, fields := range map[string]map[string]any{
		"CREATION_KEY_REUSED": with(teapot(), map[string]any{"title": "Another Teapot"}),
		"SLUG_TAKEN":          with(another, map[string]any{"sku": "KT-9001"}),
		"SKU_TAKEN":           with(another, map[string]any{"slug": "another-teapot"}),
		"UNKNOWN_CATEGORY":    with(another, map[string]any{"category": "rum"}),
		"INVALID_INPUT":       with(another, map[string]any{"priceMinor": -1}),
	} {
		s.admin.refused(t, code, createProduct, fields)
	}
	for _, c := range []client{s.support, s.client} {
		c.forbidden(t, createProduct, input(another))
	}

	s.putInBasket(t, id, 2)
	placed := s.right(t, place, map[string]any{"version": s.right(t, basket, nil).at("basket.version"), "key": uuid.NewString()})
	require.Equal(t, "CONFIRMED", placed.text("placeOrder.order.status"), placed.Body)
	stock := s.support.right(t, onHand, map[string]any{"id": id})
	require.Equal(t, map[string]any{"onHand": 3.0, "reserved": 2.0}, stock.at("product.stock"))
	s.reconcile()
}

// putInBasket sets the quantity of a product in the basket, once the order service knows the
// product.
func (s company) putInBasket(t *testing.T, product string, quantity int) {
	t.Helper()
	only := set(0, s.products[2])
	only["changes"] = append(only["changes"].([]any), add(product, quantity))
	eventually(t, "the product can be ordered", func() error {
		a, err := s.ask(t.Context(), change, only)
		if err == nil && len(a.list("changeOrderItems.errors"))+len(a.Errors) > 0 {
			err = fmt.Errorf("%s", a.Body)
		}
		return err
	})
}

// TestStaffChangesAProduct changes the price of a product in a basket, and takes it off sale.
func TestStaffChangesAProduct(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	id := s.putOnTheShelves(t)
	s.putInBasket(t, id, 2)
	require.Equal(t, 9800.0, s.right(t, basket, nil).at("basket.total.amountMinor"))

	dearer := map[string]any{"id": id, "expectedVersion": 1, "title": "Cast-Iron Teapot", "priceMinor": 5900}
	for _, c := range []client{s.support, s.client} {
		c.forbidden(t, updateProduct, input(dearer))
	}
	require.Equal(t, 2.0, s.admin.right(t, updateProduct, input(dearer)).at("updateProduct.product.version"))
	stale := s.admin.refused(t, "PRODUCT_CHANGED", updateProduct, dearer)
	require.Equal(t, 2.0, stale.at("updateProduct.errors.0.product.version"), "the current version")
	for code, changes := range map[string]map[string]any{
		"UNKNOWN_PRODUCT":  {"id": "prd_nonsense"},
		"UNKNOWN_CATEGORY": {"category": "rum"},
		"INVALID_INPUT":    {"title": " "},
	} {
		s.admin.refused(t, code, updateProduct, with(map[string]any{"id": id, "expectedVersion": 2}, changes))
	}
	s.becomes(t, 11800.0, "basket.total.amountMinor", basket, nil)
	require.Equal(t, "Cast-Iron Teapot", s.right(t, basket, nil).text("basket.items.0.title"))

	const shown = `query($id: ID!) { product(id: $id) { id title } }`
	s.admin.right(t, updateProduct, input(map[string]any{"id": id, "expectedVersion": 2, "active": false}))
	require.Nil(t, s.right(t, shown, map[string]any{"id": id}).at("product"))
	s.becomes(t, "PRODUCT_NOT_FOUND", "changeOrderItems.errors.0.code", change, set(2, id))
	kept := s.must(t, `{ basket { items { title product { slug } } } }`, nil)
	require.Equal(t, []any{map[string]any{"title": "Cast-Iron Teapot", "product": nil}}, kept.list("basket.items"))
	refused := s.right(t, place, map[string]any{"version": s.right(t, basket, nil).at("basket.version"), "key": uuid.NewString()})
	require.Equal(t, "PRODUCT_UNAVAILABLE", refused.text("placeOrder.errors.0.code"), refused.Body)
	back := s.admin.right(t, updateProduct, input(map[string]any{"id": id, "expectedVersion": 3, "active": true}))
	require.Equal(t, 4.0, back.at("updateProduct.product.version"))
	require.Equal(t, "Cast-Iron Teapot", s.right(t, shown, map[string]any{"id": id}).text("product.title"))
}

// TestStaffBooksStock books stock, lists what is short, and reads who booked what.
func TestStaffBooksStock(t *testing.T) {
	t.Parallel()
	s := startCompany(t)
	id := s.putOnTheShelves(t)
	s.putInBasket(t, id, 2)
	s.right(t, place, map[string]any{"version": s.right(t, basket, nil).at("basket.version"), "key": uuid.NewString()})

	const short = `{ lowStock(atMost: 1, first: 100) { nodes { id stock { status onHand reserved } } } }`
	require.Contains(t, s.support.right(t, short, nil).list("lowStock.nodes"),
		any(map[string]any{"id": id, "stock": map[string]any{"status": "LOW_STOCK", "onHand": 3.0, "reserved": 2.0}}))
	delivery := map[string]any{"productId": id, "delta": 5, "reason": "a delivery", "idempotencyKey": "delivery 4711"}
	for _, c := range []client{s.support, s.client} {
		c.forbidden(t, adjustStock, input(delivery))
	}
	for range 2 { // the same key books only once
		booked := s.admin.right(t, adjustStock, input(delivery))
		require.Equal(t, map[string]any{"onHand": 8.0, "reserved": 2.0}, booked.at("adjustStock.product.stock"), booked.Body)
	}
	another := with(delivery, map[string]any{"idempotencyKey": "another key"})
	for code, fields := range map[string]map[string]any{
		"ADJUSTMENT_KEY_REUSED": with(delivery, map[string]any{"delta": 6}),
		"INSUFFICIENT_STOCK":    with(another, map[string]any{"delta": -7}), // 8 on hand, of which 2 are held
		"INVALID_INPUT":         with(another, map[string]any{"delta": 0}),
		"UNKNOWN_PRODUCT":       with(another, map[string]any{"productId": "prd_nonsense"}),
	} {
		s.admin.refused(t, code, adjustStock, fields)
	}
	s.admin.right(t, adjustStock, input(with(another, map[string]any{"delta": -1, "reason": "broken"})))
	require.NotContains(t, s.support.right(t, short, nil).Body, id)

	const ledger = `query($id: ID!, $first: Int!, $after: String) { stockLedger(productId: $id, first: $first, after: $after) {
		nodes { delta reason actor } pageInfo { hasNextPage endCursor } } }`
	newest := s.support.right(t, ledger, map[string]any{"id": id, "first": 2})
	require.Equal(t, []any{
		map[string]any{"delta": -1.0, "reason": "broken", "actor": s.adminID},
		map[string]any{"delta": 5.0, "reason": "a delivery", "actor": s.adminID},
	}, newest.list("stockLedger.nodes"))
	first := s.support.right(t, ledger, map[string]any{"id": id, "first": 2, "after": newest.at("stockLedger.pageInfo.endCursor")})
	require.Len(t, first.list("stockLedger.nodes"), 1, first.Body)
	require.Equal(t, 3.0, first.at("stockLedger.nodes.0.delta"), "the initial stock")
	require.Empty(t, s.support.right(t, ledger, map[string]any{"id": "prd_nonsense", "first": 1}).list("stockLedger.nodes"))
	for _, list := range []string{short, fmt.Sprintf(`{ stockLedger(productId: %q) { nodes { delta } } }`, id)} {
		s.forbidden(t, list, nil)
	}
	s.reconcile()
}

package graph_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
)

func TestShoppingFromBasketToInvoice(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)

	require.Nil(t, at(t, c.good(t, `{ basket { id } }`, nil), "basket"))
	created := at(t, c.good(t, `mutation { createOrder { order { id status version total { decimal currency } } errors { __typename } } }`, nil), "createOrder")
	require.Equal(t, map[string]any{
		"order": map[string]any{
			"id": at(t, created, "order", "id"), "status": "DRAFT", "version": 1.0,
			"total": map[string]any{"decimal": "0.00", "currency": "EUR"},
		},
		"errors": []any{},
	}, created)

	order := at(t, c.good(t, changeItems, add(tea.ID, 3)), "changeOrderItems", "order")
	require.Equal(t, map[string]any{
		"id": at(t, created, "order", "id"), "version": 2.0, "totalQuantity": 3.0,
		"total": map[string]any{"amountMinor": 3870.0, "currency": "EUR", "decimal": "38.70"},
		"items": []any{map[string]any{"productId": tea.ID, "quantity": 3.0, "product": map[string]any{"id": tea.ID}}},
	}, order)

	wish := map[string]any{"input": map[string]any{
		"orderId": at(t, order, "id"), "expectedVersion": 2, "idempotencyKey": "12345678",
	}}
	placed := c.good(t, placeOrder, wish)
	require.Equal(t, placed, c.good(t, placeOrder, wish), "the same key returns the same order")
	require.Empty(t, at(t, placed, "placeOrder", "errors"))
	require.Equal(t, "CONFIRMED", at(t, placed, "placeOrder", "order", "status"))
	require.Regexp(t, `^2026-01-31T12:34:56\.\d{3}Z$`, at(t, placed, "placeOrder", "order", "placedAt"))

	wish["input"].(map[string]any)["idempotencyKey"] = "another key"
	refused := at(t, c.good(t, placeOrder, wish), "placeOrder")
	require.Nil(t, at(t, refused, "order"))
	require.Equal(t, []any{map[string]any{
		"__typename": "OrderNotEditable", "code": "ORDER_NOT_EDITABLE",
		"path": []any{"input", "orderId"}, "status": "CONFIRMED",
	}}, at(t, refused, "errors"))

	seen := c.good(t, `query ($id: ID!) { order(id: $id) { invoice { number status net { decimal } tax { decimal } gross { decimal }
		lines { position quantity taxBasisPoints unitPrice { decimal } gross { decimal } }
		taxes { basisPoints net { decimal } tax { decimal } } } } }`, map[string]any{"id": at(t, order, "id")})
	require.Equal(t, map[string]any{
		"number": "2026-000001", "status": "ISSUED",
		"net": map[string]any{"decimal": "32.52"}, "tax": map[string]any{"decimal": "6.18"}, "gross": map[string]any{"decimal": "38.70"},
		"lines": []any{map[string]any{
			"position": 1.0, "quantity": 3.0, "taxBasisPoints": 1900.0,
			"unitPrice": map[string]any{"decimal": "12.90"}, "gross": map[string]any{"decimal": "38.70"},
		}},
		"taxes": []any{map[string]any{
			"basisPoints": 1900.0, "net": map[string]any{"decimal": "32.52"}, "tax": map[string]any{"decimal": "6.18"},
		}},
	}, at(t, seen, "order", "invoice"))
	s.Sound(t)
}

func TestRefusalsAreData(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	for _, quantity := range []any{-1, 0, 1000, math.MaxInt32, math.MinInt32} {
		payload := at(t, c.good(t, changeItems, add(tea.ID, quantity)), "changeOrderItems")
		require.Nil(t, at(t, payload, "order"))
		require.Equal(t, []any{map[string]any{
			"__typename": "QuantityOutOfRange", "code": "QUANTITY_OUT_OF_RANGE",
			"message": "The quantity must be between 1 and 999.", "path": []any{"input", "changes", "0", "quantity"},
			"productId": tea.ID, "maximumQuantity": 999.0,
		}}, at(t, payload, "errors"))
	}
	unknown := at(t, c.good(t, changeItems, add("prd_none", 1)), "changeOrderItems", "errors", 0)
	require.Equal(t, "PRODUCT_NOT_FOUND", at(t, unknown, "code"))

	first := c.good(t, changeItems, add(tea.ID, 1))
	late := add(tea.ID, 1)
	late["input"].(map[string]any)["expectedVersion"] = 7
	conflict := at(t, c.good(t, changeItems, late), "changeOrderItems", "errors", 0)
	require.Equal(t, "VersionConflict", at(t, conflict, "__typename"))
	require.Equal(t, at(t, first, "changeOrderItems", "order", "id"), at(t, conflict, "order", "id"))
}

// TestBadRequestsAreRefusedWithACode sends invalid requests, each of which is the client's fault.
func TestBadRequestsAreRefusedWithACode(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t)
	request := func(query string) string { return fmt.Sprintf(`{"query": %q}`, query) }
	const change = `mutation { changeOrderItems(input: {changes: [{action: %s, productId: "prd_x", quantity: %s}]}) { order { id } } }`
	for body, want := range map[string]string{
		`{`:                                      "BAD_USER_INPUT",
		`[]`:                                     "BAD_USER_INPUT",
		`{}`:                                     "BAD_USER_INPUT",
		request(`{`):                             "GRAPHQL_PARSE_FAILED",
		request(`{ nothing }`):                   "GRAPHQL_VALIDATION_FAILED",
		request(`{ order { id } }`):              "GRAPHQL_VALIDATION_FAILED",
		request(`{ order(id: true) { id } }`):    "GRAPHQL_VALIDATION_FAILED",
		request(fmt.Sprintf(change, "BUY", "1")): "GRAPHQL_VALIDATION_FAILED",
		request(fmt.Sprintf(change, "ADD", `"1"`)):                                                                                               "GRAPHQL_VALIDATION_FAILED",
		request(fmt.Sprintf(change, "ADD", "1.5")):                                                                                               "GRAPHQL_VALIDATION_FAILED",
		request(fmt.Sprintf(change, "ADD", "99999999999999999999")):                                                                              "GRAPHQL_VALIDATION_FAILED",
		request(`{ orders(first: -1) { nodes { id } } }`):                                                                                        "BAD_USER_INPUT",
		request(`{ orders(first: 101) { nodes { id } } }`):                                                                                       "BAD_USER_INPUT",
		request(`{ orders(after: "x") { nodes { id } } }`):                                                                                       "BAD_USER_INPUT",
		`{"query": "query ($n: Int!) { orders(first: $n) { nodes { id } } }", "variables": {"n": "1"}}`:                                          "BAD_USER_INPUT",
		`{"query": "query ($n: Int!) { orders(first: $n) { nodes { id } } }", "variables": {"n": 2147483648}}`:                                   "OPERATION_TOO_LARGE",
		`{"query": "query ($n: Int!) { orders(first: $n) { nodes { id } } }", "variables": {"n": 99999999999999999999}}`:                         "BAD_USER_INPUT",
		`{"query": "mutation ($i: CreateOrderInput) { createOrder(input: $i) { order { id } } }", "variables": {"i": {"name": 5}}}`:              "BAD_USER_INPUT",
		`{"query": "query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }", "variables": {"r": [{"__typename": "User"}]}}`:      "BAD_USER_INPUT",
		`{"query": "mutation ($i: PlaceOrderInput!) { placeOrder(input: $i) { order { id } } }", "variables": {"i": {"expectedVersion": null}}}`: "BAD_USER_INPUT",
	} {
		status, reply := c.post(t, []byte(body))
		require.Less(t, status, 500, "%s: %s", body, reply)
		require.Contains(t, string(reply), fmt.Sprintf(`"code":%q`, want), body)
	}
	status, reply := c.post(t, make([]byte, 2<<20))
	require.Less(t, status, 500, "%s", reply)
	require.Contains(t, string(reply), "BAD_USER_INPUT")
}

// TestStaffAdvanceAnOrderToDelivery has staff pack and send an order while its buyer reads it.
func TestStaffAdvanceAnOrderToDelivery(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, staff, tea := s.client(t), s.staff(t), s.Stock(t, 1290)
	order, _ := c.buy(t, tea.ID)
	s.Settled(t)
	const advance = `mutation ($input: AdvanceOrderInput!) { advanceOrder(input: $input) { order { status } errors {
		__typename ... on UserError { code } ... on StatusNotAllowed { allowed } } } }`
	found := at(t, staff.good(t, `{ allOrders(filter: {statuses: [CONFIRMED]}) { nodes { id version } } }`, nil), "allOrders", "nodes", 0)
	require.Equal(t, order, at(t, found, "id"))
	wish := map[string]any{"orderId": order, "expectedVersion": at(t, found, "version"), "status": "SHIPPED"}
	require.Equal(t, []any{"PROCESSING", "CANCELLED"},
		at(t, staff.good(t, advance, map[string]any{"input": wish}), "advanceOrder", "errors", 0, "allowed"))
	wish["status"] = "PROCESSING"
	require.Equal(t, "PROCESSING", at(t, staff.good(t, advance, map[string]any{"input": wish}), "advanceOrder", "order", "status"))
	require.Equal(t, []string{"FORBIDDEN"}, c.ask(t, advance, map[string]any{"input": wish}).codes())
	seen := at(t, c.good(t, `{ orders { nodes { status history { status } } } }`, nil), "orders", "nodes", 0)
	require.Equal(t, "PROCESSING", at(t, seen, "status"))
	require.Equal(t, "PROCESSING", at(t, seen, "history", 2, "status"))
}

// TestAChangedOrderIsAnsweredWithItsHistory checks the answers of mutations, because clients
// cache them.
func TestAChangedOrderIsAnsweredWithItsHistory(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, staff, tea := s.client(t), s.staff(t), s.Stock(t, 1290)
	const payload = ` { order { id version history { status at } } errors { __typename } } }`
	const placeWhole = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input)` + payload
	const cancel = `mutation ($input: CancelOrderInput!) { cancelOrder(input: $input)` + payload
	const advance = `mutation ($input: AdvanceOrderInput!) { advanceOrder(input: $input)` + payload
	streams := func(answered any, statuses ...string) {
		t.Helper()
		var streamed []string
		for _, event := range at(t, answered, "history").([]any) {
			streamed = append(streamed, at(t, event, "status").(string))
		}
		require.Equal(t, statuses, streamed)
		stored := at(t, c.good(t, `query ($id: ID!) { order(id: $id) { history { status at } } }`, map[string]any{"id": at(t, answered, "id")}), "order")
		require.Equal(t, at(t, stored, "history"), at(t, answered, "history"), "the answer equals the stored order")
	}
	buy := func() any {
		t.Helper()
		draft := at(t, c.good(t, changeItems, add(tea.ID, 1)), "changeOrderItems", "order")
		placed := at(t, c.good(t, placeWhole, map[string]any{"input": map[string]any{
			"expectedVersion": at(t, draft, "version"), "idempotencyKey": "key of " + at(t, draft, "id").(string),
		}}), "placeOrder", "order")
		streams(placed, "PENDING", "CONFIRMED")
		s.Settled(t)
		return placed
	}

	cancelled := c.good(t, cancel, map[string]any{"input": map[string]any{"orderId": at(t, buy(), "id")}})
	streams(at(t, cancelled, "cancelOrder", "order"), "PENDING", "CONFIRMED", "CANCELLED")

	order, history := buy(), []string{"PENDING", "CONFIRMED"}
	for _, status := range []string{"PROCESSING", "CANCELLED"} {
		order = at(t, staff.good(t, advance, map[string]any{"input": map[string]any{
			"orderId": at(t, order, "id"), "expectedVersion": at(t, order, "version"), "status": status,
		}}), "advanceOrder", "order")
		history = append(history, status)
		streams(order, history...)
	}
}

// TestCappedQuantitiesAndNewPricesAreWarnings orders more of a product than one order can hold,
// and changes an order after a price has changed.
func TestCappedQuantitiesAndNewPricesAreWarnings(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea, cup := s.client(t), ordertest.Product(1290), s.Stock(t, 500)
	tea.MaximumQuantity = 7
	require.NoError(t, s.Learn(t.Context(), tea))
	const change = `mutation ($input: ChangeOrderItemsInput!) { changeOrderItems(input: $input) { order { totalQuantity } errors { __typename }
		warnings { __typename ... on UserError { code message path } ... on QuantityCapped { productId requestedQuantity maximumQuantity }
			... on PriceChanged { productId previousPrice { decimal } currentPrice { decimal } } } } }`

	payload := at(t, c.good(t, change, add(tea.ID, 9)), "changeOrderItems")
	require.Equal(t, map[string]any{
		"order": map[string]any{"totalQuantity": 7.0}, "errors": []any{},
		"warnings": []any{map[string]any{
			"__typename": "QuantityCapped", "code": "QUANTITY_CAPPED", "path": []any{"input", "changes", "0", "quantity"},
			"message":   `One order can hold at most 7 of "Thing for 1290".`,
			"productId": tea.ID, "requestedQuantity": 9.0, "maximumQuantity": 7.0,
		}},
	}, payload)

	tea.Price.AmountMinor, tea.Version = 990, 2
	require.NoError(t, s.Learn(t.Context(), tea))
	require.Equal(t, []any{map[string]any{
		"__typename": "PriceChanged", "code": "PRICE_CHANGED", "path": nil, "message": `"Thing for 1290" now costs 9.90 EUR.`,
		"productId": tea.ID, "previousPrice": map[string]any{"decimal": "12.90"}, "currentPrice": map[string]any{"decimal": "9.90"},
	}}, at(t, c.good(t, change, add(cup.ID, 1)), "changeOrderItems", "warnings"))
	refused := at(t, c.good(t, change, add(cup.ID, -1)), "changeOrderItems")
	require.Equal(t, []any{}, at(t, refused, "warnings"))
	created := c.good(t, `mutation ($id: ID!) { createOrder(input: {items: [{productId: $id, quantity: 8}]}) { warnings { ... on QuantityCapped { maximumQuantity } } } }`,
		map[string]any{"id": tea.ID})
	require.Equal(t, 7.0, at(t, created, "createOrder", "warnings", 0, "maximumQuantity"))
}

// TestAPlacingIsAnsweredWhileTheStockIsSilent uses a server that does not wait. The order is
// pending at first; its later status is returned for the same key and for the order.
func TestAPlacingIsAnsweredWhileTheStockIsSilent(t *testing.T) {
	t.Parallel()
	s := newServerOf(t, 0)
	c, tea := s.client(t), s.Stock(t, 1290)
	version := at(t, c.good(t, changeItems, add(tea.ID, 2)), "changeOrderItems", "order", "version")
	wish := map[string]any{"input": map[string]any{"expectedVersion": version, "idempotencyKey": "12345678"}}

	answer := s.Silence(t)
	placed := at(t, c.good(t, placeOrder, wish), "placeOrder")
	require.Equal(t, "PENDING", at(t, placed, "order", "status"))
	require.NotNil(t, at(t, placed, "order", "placedAt"))
	require.Nil(t, at(t, placed, "order", "invoice"))
	require.Empty(t, at(t, placed, "errors"))
	require.Equal(t, placed, at(t, c.good(t, placeOrder, wish), "placeOrder"), "the same key returns the same order")
	require.Nil(t, at(t, c.good(t, `{ basket { id } }`, nil), "basket"))

	answer()
	s.Settled(t)
	settled := at(t, c.good(t, placeOrder, wish), "placeOrder", "order")
	require.Equal(t, at(t, placed, "order", "id"), at(t, settled, "id"))
	require.Equal(t, "CONFIRMED", at(t, settled, "status"))
	require.Equal(t, "2026-000001", at(t, settled, "invoice", "number"))
	s.Sound(t)
}

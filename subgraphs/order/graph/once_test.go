package graph_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTheBasketIsReadOnce for all products below a root field, and again after each mutation.
func TestTheBasketIsReadOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t)
	for range 9 {
		c.good(t, changeItems, add(s.Stock(t, 100).ID, 1))
	}
	tea := s.Stock(t, 1290)
	const document = `mutation ($input: ChangeOrderItemsInput!) { first: changeOrderItems(input: $input) { ...changed } second: changeOrderItems(input: $input) { ...changed } }
		fragment changed on ChangeOrderItemsPayload { order { items { product { id quantityInBasket } } } }`
	data := c.good(t, document, add(tea.ID, 2))
	for field, quantity := range map[string]float64{"first": 2, "second": 4} {
		require.Equal(t, map[string]any{"id": tea.ID, "quantityInBasket": quantity}, at(t, data, field, "order", "items", 9, "product"), field)
	}
	require.Equal(t, 4, c.statements(t, `{ basket { items { product { quantityInBasket } } } }`, nil), "two for the field, two for its products")
	require.Equal(t, 8, c.statements(t, `{ a: basket { items { product { quantityInBasket } } } b: basket { items { product { quantityInBasket } } } }`, nil))
}

// TestABuyerIsReadOnce for all orders of a list, but again for other arguments or elsewhere.
func TestABuyerIsReadOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	for range 3 {
		c.buy(t, tea.ID)
	}
	const document = `{ drafts { user { basket { id } one: orders(first: 1) { nodes { id } } two: orders(first: 2) { nodes { id items { id } } } } } }`
	create := func() { c.good(t, `mutation { createOrder { order { id } } }`, nil) }
	create()
	few := c.statements(t, document, nil)
	for range 9 {
		create()
	}
	require.Equal(t, few, c.statements(t, document, nil))
	user := at(t, c.good(t, document, nil), "drafts", 9, "user")
	require.Len(t, at(t, user, "one", "nodes"), 1)
	require.Len(t, at(t, user, "two", "nodes"), 2)
	require.Len(t, at(t, user, "two", "nodes", 1, "items"), 1)
}

// TestAChangeSentTwiceIsMadeOnce repeats a change, as a client does that got no answer.
func TestAChangeSentTwiceIsMadeOnce(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c, tea := s.client(t), s.Stock(t, 1290)
	const document = `mutation ($input: ChangeOrderItemsInput!) { changeOrderItems(input: $input) { order { totalQuantity } errors { __typename ... on UserError { code path } } } }`
	keyed := func(quantity int) map[string]any {
		variables := add(tea.ID, quantity)
		variables["input"].(map[string]any)["idempotencyKey"] = "merge of a guest's basket"
		return variables
	}
	for range 2 {
		require.Equal(t, map[string]any{"order": map[string]any{"totalQuantity": 2.0}, "errors": []any{}},
			at(t, c.good(t, document, keyed(2)), "changeOrderItems"))
	}
	require.Equal(t, map[string]any{"order": nil, "errors": []any{map[string]any{
		"__typename": "IdempotencyKeyReused", "code": "IDEMPOTENCY_KEY_REUSED", "path": []any{"input", "idempotencyKey"},
	}}}, at(t, c.good(t, document, keyed(3)), "changeOrderItems"))
}

// TestADraftCreatedTwiceIsOne repeats a request to create a draft, as a client does that got no
// answer.
func TestADraftCreatedTwiceIsOne(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	c := s.client(t)
	const document = `mutation ($input: CreateOrderInput) { createOrder(input: $input) {
		order { id } errors { __typename ... on UserError { code path } }
	} }`
	keyed := func(name string) map[string]any {
		return map[string]any{"input": map[string]any{"name": name, "idempotencyKey": "a new basket"}}
	}
	first := c.good(t, document, keyed("garden"))
	require.NotNil(t, at(t, first, "createOrder", "order", "id"))
	require.Equal(t, first, c.good(t, document, keyed("garden")))
	require.Equal(t, map[string]any{"order": nil, "errors": []any{map[string]any{
		"__typename": "IdempotencyKeyReused", "code": "IDEMPOTENCY_KEY_REUSED", "path": []any{"input", "idempotencyKey"},
	}}}, at(t, c.good(t, document, keyed("party")), "createOrder"))
}

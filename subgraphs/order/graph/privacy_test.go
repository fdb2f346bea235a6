package graph_test

import (
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
)

const entities = `query ($reps: [_Any!]!) { _entities(representations: $reps) { __typename
	... on User { id basket { id } orders { totalCount nodes { id } } }
	... on Order { id total { amountMinor } items { title } invoice { number } }
	... on Invoice { id number gross { amountMinor } }
	... on Product { id quantityInBasket } } }`

func reps(list ...map[string]any) map[string]any { return map[string]any{"reps": list} }

func rep(typename, id string) map[string]any { return map[string]any{"__typename": typename, "id": id} }

func TestOtherUsersDataIsNullByEveryRoute(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	mine, theirs, tea := s.client(t), s.client(t), s.Stock(t, 1290)
	order, invoice := mine.buy(t, tea.ID)
	basket := at(t, mine.good(t, changeItems, add(tea.ID, 4)), "changeOrderItems", "order", "id").(string)
	everything := reps(rep("User", mine.userID), rep("Order", order), rep("Order", basket), rep("Invoice", invoice), rep("Product", tea.ID))

	seen := at(t, mine.good(t, entities, everything), "_entities")
	require.Equal(t, basket, at(t, seen, 0, "basket", "id"))
	require.Equal(t, []any{map[string]any{"id": order}}, at(t, seen, 0, "orders", "nodes"))
	require.Equal(t, 1.0, at(t, seen, 0, "orders", "totalCount"))
	require.Equal(t, "2026-000001", at(t, seen, 1, "invoice", "number"))
	require.Equal(t, basket, at(t, seen, 2, "id"))
	require.Equal(t, 2580.0, at(t, seen, 3, "gross", "amountMinor"))
	require.Equal(t, 4.0, at(t, seen, 4, "quantityInBasket"))

	require.Equal(t, []any{
		map[string]any{"__typename": "User", "id": mine.userID, "basket": nil, "orders": nil},
		nil, nil, nil,
		map[string]any{"__typename": "Product", "id": tea.ID, "quantityInBasket": 0.0},
	}, at(t, theirs.good(t, entities, everything), "_entities"))

	for _, id := range []string{order, basket, invoice, mine.userID, ids.New("ord"), "", "ord_"} {
		require.Nil(t, at(t, theirs.good(t, `query ($id: ID!) { order(id: $id) { id } }`, map[string]any{"id": id}), "order"))
	}
	require.Nil(t, at(t, theirs.good(t, `{ basket { id } }`, nil), "basket"))
	require.Empty(t, at(t, theirs.good(t, `{ orders { nodes { id } } }`, nil), "orders", "nodes"))

	change := add(tea.ID, 1)
	change["input"].(map[string]any)["orderId"] = basket
	require.Equal(t, "OrderNotFound", at(t, theirs.good(t, changeItems, change), "changeOrderItems", "errors", 0, "__typename"))
	place := map[string]any{"input": map[string]any{"orderId": basket, "expectedVersion": 1, "idempotencyKey": "12345678"}}
	require.Equal(t, "OrderNotFound", at(t, theirs.good(t, placeOrder, place), "placeOrder", "errors", 0, "__typename"))
}

// TestNothingIsReturnedWithoutAValidToken sends requests without a token and with invalid ones.
func TestNothingIsReturnedWithoutAValidToken(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	mine, tea := s.client(t), s.Stock(t, 1290)
	order, invoice := mine.buy(t, tea.ID)
	mine.good(t, changeItems, add(tea.ID, 4))

	expired := s.issuer.Claims(mine.userID)
	expired.ExpiresAt = jwt.NewNumericDate(time.Now().Add(-time.Minute))
	ended := s.issuer.Claims(mine.userID)
	s.revoked.Revoke(ended.SessionID, ended.ExpiresAt.Time)
	forger := authtest.New(t)
	forger.KeyID = s.issuer.KeyID
	for name, token := range map[string]string{
		"none": "", "garbage": "x.y.z", "expired": s.issuer.Sign(t, expired), "forged": forger.Token(t, mine.userID),
		"logged out": s.issuer.Sign(t, ended),
	} {
		c := client{s, mine.userID, token}
		for field, document := range map[string]string{
			"order":            `query ($id: ID!) { order(id: $id) { id } }`,
			"orders":           `{ orders { nodes { id } } }`,
			"basket":           `{ basket { id } }`,
			"createOrder":      `mutation { createOrder { order { id } } }`,
			"changeOrderItems": `mutation { changeOrderItems(input: {changes: []}) { order { id } } }`,
			"placeOrder":       `mutation { placeOrder(input: {expectedVersion: 1, idempotencyKey: "12345678"}) { order { id } } }`,
		} {
			a := c.ask(t, document, map[string]any{"id": order})
			require.Equal(t, []string{"UNAUTHENTICATED"}, a.codes(), "%s %s", name, field)
			require.Equal(t, []any{field}, a.Errors[0].Path)
			require.Nil(t, at(t, a.Data, field))
		}
		a := c.ask(t, entities, reps(rep("User", mine.userID), rep("Order", order), rep("Invoice", invoice), rep("Product", tea.ID)))
		require.Equal(t, []any{
			map[string]any{"__typename": "User", "id": mine.userID, "basket": nil, "orders": nil},
			nil, nil,
			map[string]any{"__typename": "Product", "id": tea.ID, "quantityInBasket": nil},
		}, at(t, a.Data, "_entities"), name)
		for _, code := range a.codes() {
			require.Equal(t, "UNAUTHENTICATED", code)
		}
	}
}

// TestAnOrderNamesItsBuyer has staff read a customer's order: it names the customer as its
// buyer, and shows nothing else of that user.
func TestAnOrderNamesItsBuyer(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	mine, staff, tea := s.client(t), s.staff(t), s.Stock(t, 1290)
	order, _ := mine.buy(t, tea.ID)
	const document = `query ($id: ID!) { order(id: $id) { invoice { number } user { id basket { id } orders { nodes { id } } } } }`
	asked := map[string]any{"id": order}

	seen := at(t, mine.good(t, document, asked), "order", "user")
	require.Equal(t, mine.userID, at(t, seen, "id"))
	require.Equal(t, []any{map[string]any{"id": order}}, at(t, seen, "orders", "nodes"))
	require.Equal(t, map[string]any{"id": mine.userID, "basket": nil, "orders": nil}, at(t, staff.good(t, document, asked), "order", "user"))
	listed := staff.good(t, `{ allOrders { nodes { user { id } } } }`, nil)
	require.Equal(t, mine.userID, at(t, listed, "allOrders", "nodes", 0, "user", "id"))
	looked := staff.good(t, `query ($reps: [_Any!]!) { _entities(representations: $reps) { ... on Order { user { id } } } }`, reps(rep("Order", order)))
	require.Equal(t, mine.userID, at(t, looked, "_entities", 0, "user", "id"))
	require.Nil(t, at(t, s.client(t).good(t, document, asked), "order"))
}

//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// shopper is a system with a user who has a basket and one order of two products.
type shopper struct {
	*system
	client

	email    string
	products []string
}

func startWithShopper(t *testing.T) shopper {
	t.Helper()
	s := start(t)
	anyone := s.client("router")
	products := anyone.products(t)
	accessToken, email := anyone.signUp(t)
	me := anyone.as(accessToken)
	me.order(t, products[0], products[1])
	me.right(t, change, set(2, products[2]))
	return shopper{system: s, client: me, email: email, products: products}
}

// degraded sends a query, logs how long the answer took, and checks that it is partial: status
// 200, and the request's id and retryable on each error.
func (s shopper) degraded(t *testing.T, what, query string) answer {
	t.Helper()
	a := s.must(t, query, nil)
	t.Logf("%s: %.1f ms", what, float64(a.Took.Microseconds())/1000)
	require.Equal(t, http.StatusOK, a.Status, a.Body)
	for _, e := range a.Errors {
		require.NotEmpty(t, e.Message, a.Body)
		require.NotEmpty(t, e.Extensions.RequestID, a.Body)
		require.True(t, e.Extensions.Retryable, a.Body)
		require.NotContains(t, a.Body, "127.0.0.1", "addresses stay internal")
	}
	return a
}

func TestAllServicesUp(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	a := s.right(t, collapsed, nil)
	require.Equal(t, s.email, a.text("me.email"))
	require.EqualValues(t, 2, a.at("me.basket.totalQuantity"), a.Body)
	require.Len(t, a.list("me.orders.edges"), 1)
	for i, id := range s.products[:2] {
		require.Equal(t, id, a.text(fmt.Sprintf("me.orders.edges.0.node.items.%d.product.id", i)), a.Body)
	}
	require.Equal(t, a.at("me.orders.edges.0.node.total.amountMinor"), a.at("me.orders.edges.0.node.invoice.gross.amountMinor"))
	require.Equal(t, "ISSUED", a.text("me.orders.edges.0.node.invoice.status"), a.Body)

	var asked []string
	for _, fetch := range a.Extensions.Trace {
		require.True(t, fetch.Sent)
		asked = append(asked, fetch.Subgraph)
	}
	require.Equal(t, []string{"user", "order", "product"}, asked, "three fetches")
	require.Equal(t, 2, a.Extensions.Trace[2].Representations, "each product once")
}

func TestProductDown(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	whole, expected := s.right(t, collapsed, nil), s.right(t, collapsed, nil)
	s.kill("product")

	a := s.degraded(t, "product is down, the collapsed query", collapsed)
	const items = "me.orders.edges.0.node.items"
	require.Equal(t, []string{
		items + ".0.product SUBGRAPH_UNAVAILABLE product",
		items + ".1.product SUBGRAPH_UNAVAILABLE product",
	}, a.codes())
	for _, item := range expected.list(items) {
		item.(map[string]any)["product"] = nil
	}
	require.Equal(t, expected.Data, a.Data, "everything but the products is there")

	accessToken, _ := s.signUp(t)
	basket := s.as(accessToken).right(t, change, set(2, s.products[0]))
	require.EqualValues(t, 2, basket.at("changeOrderItems.order.totalQuantity"), basket.Body)
	require.Equal(t, []string{"products SUBGRAPH_UNAVAILABLE product"}, s.degraded(t, "product is down, the catalogue", catalogue).codes())
	s.comesBack(t, "product", whole)
}

func TestOrderDown(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	whole := s.right(t, collapsed, nil)
	s.kill("order")

	a := s.degraded(t, "order is down, the collapsed query", collapsed)
	require.ElementsMatch(t, []string{"me.basket SUBGRAPH_UNAVAILABLE order", "me.orders SUBGRAPH_UNAVAILABLE order"}, a.codes())
	require.Equal(t, s.email, a.text("me.email"))
	require.Equal(t, map[string]any{
		"id": whole.at("me.id"), "displayName": "Ada Lovelace", "email": s.email, "basket": nil, "orders": nil,
	}, a.at("me"))

	require.NotEmpty(t, s.right(t, catalogue, nil).list("products.nodes"))
	s.signUp(t)
	a = s.degraded(t, "order is down, the catalogue with quantities", `{ products(first: 2) { nodes { id title quantityInBasket } } }`)
	require.Equal(t, []string{
		"products.nodes.0.quantityInBasket SUBGRAPH_UNAVAILABLE order",
		"products.nodes.1.quantityInBasket SUBGRAPH_UNAVAILABLE order",
	}, a.codes())
	require.NotEmpty(t, a.text("products.nodes.1.title"))
	s.comesBack(t, "order", whole)
}

func TestUserDown(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	whole := s.right(t, collapsed, nil)
	s.kill("user")

	a := s.degraded(t, "user is down, the collapsed query", collapsed)
	require.Equal(t, []string{"me SUBGRAPH_UNAVAILABLE user"}, a.codes())
	require.Equal(t, map[string]any{"me": nil}, a.Data)

	require.NotEmpty(t, s.right(t, catalogue, nil).list("products.nodes"))
	a = s.right(t, `{ orders { nodes { number items { product { id } } invoice { number } } } basket { totalQuantity } }`, nil)
	require.Equal(t, whole.at("me.orders.edges.0.node.number"), a.at("orders.nodes.0.number"), a.Body)
	require.NotEmpty(t, a.text("orders.nodes.0.invoice.number"))
	require.Equal(t, s.products[0], a.text("orders.nodes.0.items.0.product.id"))
	require.EqualValues(t, 2, a.at("basket.totalQuantity"))
	s.comesBack(t, "user", whole)
}

func TestTwoAndThreeDown(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	whole := s.right(t, collapsed, nil)

	s.kill("product", "order")
	s.signUp(t)
	require.Equal(t, s.email, s.right(t, `{ me { email } }`, nil).text("me.email"))

	s.kill("user")
	a := s.degraded(t, "all are down", `{ me { id } basket { id } products(first: 1) { nodes { id } } }`)
	require.ElementsMatch(t, []string{
		"me SUBGRAPH_UNAVAILABLE user", "basket SUBGRAPH_UNAVAILABLE order", "products SUBGRAPH_UNAVAILABLE product",
	}, a.codes())
	require.Equal(t, map[string]any{"me": nil, "basket": nil, "products": nil}, a.Data)
	require.Equal(t, "Query", s.right(t, `{ __typename }`, nil).text("__typename"))

	s.run("product")
	require.NotEmpty(t, s.right(t, catalogue, nil).list("products.nodes"), "products are shown with user and order down")
	s.run("order")
	require.Len(t, s.right(t, `{ orders { nodes { id } } }`, nil).list("orders.nodes"), 1, "a service starts with user down")
	s.kill("product")
	require.Len(t, s.right(t, `{ orders { nodes { id } } }`, nil).list("orders.nodes"), 1)
	s.run("product")
	s.comesBack(t, "user", whole)
}

// A subgraph that hangs causes TIMEOUT within its time limit.
func TestProductHangs(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	whole := s.right(t, collapsed, nil)
	s.signal("product", syscall.SIGSTOP)
	a := s.degraded(t, "product hangs, the collapsed query", collapsed)
	require.Len(t, a.Errors, 2)
	require.Equal(t, "me.orders.edges.0.node.items.0.product TIMEOUT product", a.codes()[0])
	s.signal("product", syscall.SIGCONT)
	s.answersAs(t, whole)
}

// comesBack starts the service again, without restarting the router.
func (s shopper) comesBack(t *testing.T, service string, whole answer) {
	t.Helper()
	s.run(service)
	s.answersAs(t, whole)
}

func (s shopper) answersAs(t *testing.T, whole answer) {
	t.Helper()
	eventually(t, "the collapsed query is whole again", func() error {
		a, err := s.ask(t.Context(), collapsed, nil)
		if err == nil && len(a.Errors) > 0 {
			err = fmt.Errorf("%s", a.Body)
		}
		if err == nil {
			require.Equal(t, whole.Data, a.Data)
		}
		return err
	})
}

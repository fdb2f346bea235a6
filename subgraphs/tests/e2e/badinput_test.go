//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// For any input, the router and each subgraph answer with a code and not with status 500.
func TestBadRequestsHaveACode(t *testing.T) {
	t.Parallel()
	s := start(t)
	bodies := map[string]string{
		"empty":                ``,
		"malformed JSON":       `{"query": "{ __typename }"`,
		"JSON of another kind": `"query"`,
		"a number for a query": `{"query": 1}`,
		"no query":             `{}`,
		"variables of a list":  `{"query": "{ __typename }", "variables": []}`,
		"malformed document":   `{"query": "{"}`,
		"unknown field":        `{"query": "{ nonsense }"}`,
		"unknown argument":     `{"query": "{ __type(nonsense: 1) { name } }"}`,
		"unknown operation":    `{"query": "query A { __typename }", "operationName": "B"}`,
		"several operations":   `{"query": "query A { __typename } query B { __typename }"}`,
		"wrong variable type":  `{"query": "query($n: String!) { __type(name: $n) { name } }", "variables": {"n": {}}}`,
		"missing variable":     `{"query": "query($n: String!) { __type(name: $n) { name } }"}`,
		"oversized body":       `{"query": "{ __typename }` + strings.Repeat(" ", 2<<20) + `"}`,
		"deeply nested value":  `{"query": "{ __type(name: ` + strings.Repeat("[", 5000) + strings.Repeat("]", 5000) + `) { name } }"}`,
		"very many aliases":    `{"query": "{ ` + aliases(60000) + ` }"}`,
		"fragments in a cycle": `{"query": "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }"}`,
	}
	for _, service := range []string{"router", "user", "product", "order"} {
		for name, body := range bodies {
			t.Run(service+"/"+name, func(t *testing.T) {
				t.Parallel()
				requireCoded(t, s.client(service), []byte(body))
			})
		}
	}
}

func aliases(n int) string {
	var out strings.Builder
	for i := range n {
		fmt.Fprintf(&out, "a%d:__typename ", i)
	}
	return out.String()
}

// requireCoded checks that a request is refused: a status below 500, and a code other than
// INTERNAL on each error.
func requireCoded(t *testing.T, c client, body []byte) answer {
	t.Helper()
	a, err := c.post(t.Context(), body)
	require.NoError(t, err, a.Body)
	require.Less(t, a.Status, 500, a.Body)
	require.NotEmpty(t, a.Errors, a.Body)
	for _, e := range a.Errors {
		require.NotEmpty(t, e.Message, a.Body)
		require.NotEmpty(t, e.Extensions.Code, a.Body)
		require.NotEqual(t, "INTERNAL", e.Extensions.Code, a.Body)
	}
	return a
}

// A shopper's mistakes are answered by data with a code, or by an error with one.
func TestBadInputHasACode(t *testing.T) {
	t.Parallel()
	s := startWithShopper(t)
	orderID := s.right(t, `{ orders { nodes { id } } }`, nil).text("orders.nodes.0.id")
	otherToken, _ := s.signUp(t)
	other := s.as(otherToken)

	changes := map[string]struct {
		change map[string]any
		codes  []string
	}{
		"unknown product":   {add("prd_nonsense", 1), []string{"PRODUCT_NOT_FOUND"}},
		"negative quantity": {add(s.products[0], -1), []string{"QUANTITY_OUT_OF_RANGE", "INVALID_INPUT"}},
		"huge quantity":     {add(s.products[0], 2_000_000_000), []string{"QUANTITY_OUT_OF_RANGE", "INVALID_INPUT"}},
		"none":              {add(s.products[0], 0), []string{"QUANTITY_OUT_OF_RANGE", "INVALID_INPUT"}},
	}
	for name, test := range changes {
		for _, service := range []string{"router", "order"} {
			a := s.system.client(service).as(s.token).right(t, change, map[string]any{"changes": []any{test.change}})
			require.Contains(t, test.codes, a.text("changeOrderItems.errors.0.code"), "%s, %s: %s", service, name, a.Body)
		}
	}

	wrong := map[string]any{"changes": []any{map[string]any{"action": "ADD", "productId": s.products[0], "quantity": "many"}}}
	tooGreat := map[string]any{"changes": []any{add(s.products[0], 1<<40)}}
	for _, service := range []string{"router", "order"} {
		for _, variables := range []map[string]any{wrong, tooGreat} {
			body, err := json.Marshal(map[string]any{"query": change, "variables": variables})
			require.NoError(t, err)
			a := requireCoded(t, s.system.client(service).as(s.token), body)
			require.Equal(t, "BAD_USER_INPUT", a.Errors[0].Extensions.Code, "%s: %s", service, a.Body)
		}
		theirs := s.system.client(service).as(otherToken).right(t, fmt.Sprintf(`{ order(id: %q) { id } }`, orderID), nil)
		require.Nil(t, theirs.at("order"), "another user's order is null without an error")
	}

	placing := fmt.Sprintf(`mutation { placeOrder(input: {orderId: %q, expectedVersion: 1, idempotencyKey: "somebody-else"}) {
		order { id } errors { ... on UserError { code } } } }`, orderID)
	require.Equal(t, "ORDER_NOT_FOUND", other.right(t, placing, nil).text("placeOrder.errors.0.code"))
	require.Nil(t, s.right(t, `{ product(id: "prd_nonsense") { id } }`, nil).at("product"))
	nobody := s.system.client("router").must(t, change, set(1, s.products[0]))
	require.Equal(t, []string{"changeOrderItems UNAUTHORIZED_FIELD_OR_TYPE"}, nobody.codes(), nobody.Body)
}

func add(product string, quantity int) map[string]any {
	return map[string]any{"action": "ADD", "productId": product, "quantity": quantity}
}

package graph_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/order/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/order/ordertest"
)

// server is the service with its real handler on a port.
type server struct {
	*ordertest.Shop
	issuer  *authtest.Issuer
	revoked *auth.DenyList
	url     string
}

func newServer(t testing.TB) *server {
	t.Helper()
	return newServerOf(t, 30*time.Second)
}

// newServerOf returns a server that waits up to patience before it answers placeOrder.
func newServerOf(t testing.TB, patience time.Duration) *server {
	t.Helper()
	shop, issuer, revoked := ordertest.New(t), authtest.New(t), auth.NewDenyList()
	log := slog.New(slog.DiscardHandler)
	handler := serve.Handler(serve.Config{
		Log: log, Ready: shop.DB.Ping,
		GraphQL: issuer.Verifier(t, revoked).Middleware(serve.GraphQL(graph.New(shop.Service, patience), log, serve.Options{})),
	})
	listening := httptest.NewServer(handler)
	t.Cleanup(listening.Close)
	return &server{shop, issuer, revoked, listening.URL + "/graphql"}
}

// client sends requests with a token, or without one if it is empty.
type client struct {
	*server
	userID, token string
}

func (s *server) client(t testing.TB) client {
	t.Helper()
	user := ids.New("usr")
	return client{s, user, s.issuer.Token(t, user)}
}

// staff returns a client that may see everybody's orders and advance them.
func (s *server) staff(t testing.TB) client {
	t.Helper()
	claims := s.issuer.Claims(ids.New("usr"))
	claims.Roles = []auth.Role{auth.Admin}
	return client{s, claims.Subject, s.issuer.Sign(t, claims)}
}

func (s *server) stranger() client { return client{server: s} }

// answer is a GraphQL response.
type answer struct {
	Data   map[string]any `json:"data"`
	Errors []struct {
		Message    string         `json:"message"`
		Path       []any          `json:"path"`
		Extensions map[string]any `json:"extensions"`
	} `json:"errors"`
}

// ask sends a document with variables, which may be nil.
func (c client) ask(t testing.TB, document string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": document, "variables": variables})
	require.NoError(t, err)
	status, reply := c.post(t, body)
	require.Equal(t, http.StatusOK, status, "%s", reply)
	var a answer
	require.NoError(t, json.Unmarshal(reply, &a))
	return a
}

func (c client) post(t testing.TB, body []byte) (status int, reply []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, c.url, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	reply, err = io.ReadAll(response.Body)
	require.NoError(t, err)
	return response.StatusCode, reply
}

// good sends a document that must succeed, and returns its data.
func (c client) good(t testing.TB, document string, variables map[string]any) map[string]any {
	t.Helper()
	a := c.ask(t, document, variables)
	require.Empty(t, a.Errors)
	return a.Data
}

// codes returns the codes of an answer's errors.
func (a answer) codes() []string {
	codes := make([]string, len(a.Errors))
	for i, e := range a.Errors {
		codes[i], _ = e.Extensions["code"].(string)
	}
	return codes
}

// at returns the value at a path of names and indices in an answer.
func at(t testing.TB, value any, path ...any) any {
	t.Helper()
	for _, step := range path {
		switch step := step.(type) {
		case string:
			require.IsType(t, map[string]any{}, value, "%v", path)
			value = value.(map[string]any)[step]
		case int:
			require.IsType(t, []any{}, value, "%v", path)
			require.Greater(t, len(value.([]any)), step, "%v", path)
			value = value.([]any)[step]
		}
	}
	return value
}

const changeItems = `mutation ($input: ChangeOrderItemsInput!) { changeOrderItems(input: $input) {
	order { id version totalQuantity total { amountMinor currency decimal } items { productId quantity product { id } } }
	errors { __typename ... on UserError { code message path }
		... on QuantityOutOfRange { productId maximumQuantity } ... on VersionConflict { order { id version } } } } }`

const placeOrder = `mutation ($input: PlaceOrderInput!) { placeOrder(input: $input) {
	order { id number status version placedAt total { amountMinor } invoice { id number gross { amountMinor } } }
	errors { __typename ... on UserError { code path } ... on OrderNotEditable { status } } } }`

func add(product string, quantity any) map[string]any {
	return map[string]any{"input": map[string]any{"changes": []any{
		map[string]any{"action": "ADD", "productId": product, "quantity": quantity},
	}}}
}

// buy puts the products into a basket and places it.
func (c client) buy(t testing.TB, products ...string) (orderID, invoiceID string) {
	t.Helper()
	var version any
	for _, product := range products {
		version = at(t, c.good(t, changeItems, add(product, 2)), "changeOrderItems", "order", "version")
	}
	placed := at(t, c.good(t, placeOrder, map[string]any{"input": map[string]any{
		"expectedVersion": version, "idempotencyKey": ids.New("key"),
	}}), "placeOrder", "order")
	return at(t, placed, "id").(string), at(t, placed, "invoice", "id").(string)
}

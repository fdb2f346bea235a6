//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
)

const password = "correct horse battery"

// client sends requests to one GraphQL endpoint, with or without a token.
type client struct {
	url    string
	token  string
	cookie string // in addition to those of http
	http   *http.Client
}

func (s *system) client(name string) client {
	return client{url: s.url(name) + "/graphql", http: http.DefaultClient}
}

func (c client) as(token string) client {
	c.token = token
	return c
}

type answer struct {
	Status     int
	Took       time.Duration
	Cookies    []*http.Cookie
	Body       string
	Data       any
	Errors     []failure
	Extensions struct {
		Trace []struct {
			Subgraph        string
			Sent            bool
			Representations int
		}
	}
}

type failure struct {
	Message    string
	Path       []any
	Extensions struct {
		Code      string
		Reason    string
		Subgraph  string
		Retryable bool
		RequestID string
	}
}

// at returns the value at a dotted path of the data, such as "me.orders.edges.0.node", or nil.
func (a answer) at(path string) any {
	value := a.Data
	for _, step := range strings.Split(path, ".") {
		switch container := value.(type) {
		case map[string]any:
			value = container[step]
		case []any:
			index, err := strconv.Atoi(step)
			if err != nil || index >= len(container) {
				return nil
			}
			value = container[index]
		default:
			return nil
		}
	}
	return value
}

func (a answer) text(path string) string { text, _ := a.at(path).(string); return text }

func (a answer) list(path string) []any { list, _ := a.at(path).([]any); return list }

// codes returns the path, code and subgraph of each error: "me.orders SUBGRAPH_UNAVAILABLE
// order".
func (a answer) codes() []string {
	var out []string
	for _, e := range a.Errors {
		steps := make([]string, len(e.Path))
		for i, step := range e.Path {
			steps[i] = fmt.Sprint(step)
		}
		out = append(out, strings.TrimSpace(strings.Join(steps, ".")+" "+e.Extensions.Code+" "+e.Extensions.Subgraph))
	}
	return out
}

// ask sends an operation. It returns an error only if the connection fails.
func (c client) ask(ctx context.Context, query string, variables map[string]any) (answer, error) {
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	if err != nil {
		return answer{}, err
	}
	return c.post(ctx, body)
}

func (c client) post(ctx context.Context, body []byte) (answer, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return answer{}, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Query-Plan", "1")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	if c.cookie != "" {
		request.Header.Set("Cookie", c.cookie)
	}
	began := time.Now()
	response, err := c.http.Do(request)
	if err != nil {
		return answer{}, err
	}
	defer response.Body.Close()
	var text bytes.Buffer
	if _, err := text.ReadFrom(response.Body); err != nil {
		return answer{}, err
	}
	a := answer{Status: response.StatusCode, Took: time.Since(began), Cookies: response.Cookies(), Body: text.String()}
	if err := json.Unmarshal(text.Bytes(), &a); err != nil {
		return a, fmt.Errorf("%s: %w", text.String(), err)
	}
	return a, nil
}

// firstEvent returns the first response to a subscription.
func (c client) firstEvent(t *testing.T, query string) (a answer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	body, err := json.Marshal(map[string]any{"query": query})
	require.NoError(t, err)
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	if c.token != "" {
		request.Header.Set("Authorization", "Bearer "+c.token)
	}
	response, err := c.http.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if data, isData := strings.CutPrefix(lines.Text(), "data: "); isData {
			a.Status, a.Body = response.StatusCode, data
			require.NoError(t, json.Unmarshal([]byte(data), &a), data)
			return a
		}
	}
	require.Fail(t, "no event arrived")
	return a
}

// must sends an operation, and fails the test if there is no answer.
func (c client) must(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	a, err := c.ask(t.Context(), query, variables)
	require.NoError(t, err)
	return a
}

// right sends an operation, and fails the test if the answer has errors.
func (c client) right(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	a := c.must(t, query, variables)
	require.Empty(t, a.Errors, a.Body)
	require.Equal(t, http.StatusOK, a.Status, a.Body)
	return a
}

const (
	register = `mutation($input: RegisterInput!) { register(input: $input) { user { id } errors { ... on UserError { code message } } } }`
	token    = `mutation($input: CredentialsInput!) { createToken(input: $input) { token { accessToken } errors { ... on UserError { code message } } } }`
	change   = `mutation($changes: [ItemChangeInput!]!) { changeOrderItems(input: {changes: $changes}) {
		order { id version totalQuantity total { amountMinor } } errors { ... on UserError { code message } } } }`
	place = `mutation($version: Int!, $key: String!) { placeOrder(input: {expectedVersion: $version, idempotencyKey: $key}) {
		order { id status } errors { ... on UserError { code message } } } }`
	catalogue = `{ products(first: 5) { nodes { id slug title } } }`
	collapsed = `query Account($first: Int = 10, $after: String) {
  me {
    id displayName email
    basket { id totalQuantity total { amountMinor currency } }
    orders(first: $first, after: $after) {
      pageInfo { hasNextPage endCursor }
      edges { node {
        id number status placedAt totalQuantity total { amountMinor currency }
        items { id title quantity unitPrice { amountMinor currency } lineTotal { amountMinor currency }
                product { id slug images { url alt } } }
        invoice { number status issuedAt net { amountMinor } tax { amountMinor } gross { amountMinor currency } }
      } }
    }
  }
}`
)

// signUp registers a new user and returns the token of a new session, and the user's e-mail
// address. It sends no token, which could be one that the router refuses.
func (c client) signUp(t *testing.T) (accessToken, email string) {
	t.Helper()
	email = c.register(t)
	return c.logIn(t, username(email)), email
}

// register registers a new user and returns the user's e-mail address.
func (c client) register(t *testing.T) (email string) {
	t.Helper()
	name := "u" + strings.ReplaceAll(uuid.NewString(), "-", "")[:20]
	email = name + "@example.com"
	a := c.as("").right(t, register, map[string]any{"input": map[string]any{
		"username": name, "email": email, "firstName": "Ada", "lastName": "Lovelace", "password": password,
	}})
	require.NotEmpty(t, a.text("register.user.id"), a.Body)
	return email
}

func (c client) logIn(t *testing.T, login string) string {
	t.Helper()
	a := c.as("").right(t, token, map[string]any{"input": map[string]any{"login": login, "password": password}})
	require.NotEmpty(t, a.text("createToken.token.accessToken"), a.Body)
	return a.text("createToken.token.accessToken")
}

// products returns the ids of some products, once the order service has them too.
func (c client) products(t *testing.T) []string {
	t.Helper()
	var ids []string
	for i := range c.right(t, catalogue, nil).list("products.nodes") {
		ids = append(ids, c.right(t, catalogue, nil).text(fmt.Sprintf("products.nodes.%d.id", i)))
	}
	require.NotEmpty(t, ids)
	accessToken, _ := c.signUp(t)
	eventually(t, "the order service has the catalogue", func() error {
		a, err := c.as(accessToken).ask(t.Context(), change, set(1, ids...))
		if err == nil && len(a.list("changeOrderItems.errors"))+len(a.Errors) > 0 {
			err = fmt.Errorf("%s", a.Body)
		}
		return err
	})
	return ids
}

// slugs returns the slugs of the same products.
func (c client) slugs(t *testing.T) []string {
	t.Helper()
	a := c.right(t, catalogue, nil)
	var slugs []string
	for i := range a.list("products.nodes") {
		slugs = append(slugs, a.text(fmt.Sprintf("products.nodes.%d.slug", i)))
	}
	return slugs
}

func set(quantity int, products ...string) map[string]any {
	var changes []any
	for _, id := range products {
		changes = append(changes, map[string]any{"action": "SET", "productId": id, "quantity": quantity})
	}
	return map[string]any{"changes": changes}
}

// order fills the basket with one piece of each product and places it.
func (c client) order(t *testing.T, products ...string) string {
	t.Helper()
	basket := c.right(t, change, set(1, products...))
	version := basket.at("changeOrderItems.order.version")
	require.NotNil(t, version, basket.Body)
	placed := c.right(t, place, map[string]any{"version": version, "key": uuid.NewString()})
	require.Equal(t, "CONFIRMED", placed.text("placeOrder.order.status"), placed.Body)
	return placed.text("placeOrder.order.id")
}

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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/authtest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/graph"
	"github.com/trefoil-graph/trefoil/subgraphs/product/producttest"
	"github.com/trefoil-graph/trefoil/subgraphs/product/stock"
)

// api is a product service with the seed, behind its real handler.
type api struct {
	shop *producttest.Shop
	url  string
	// token, if set, is sent with each request.
	token  string
	issuer *authtest.Issuer
}

func newAPI(t *testing.T) *api {
	t.Helper()
	return apiOf(t, producttest.Seeded(t))
}

func apiOf(t *testing.T, shop *producttest.Shop) *api {
	t.Helper()
	log, issuer := slog.New(slog.DiscardHandler), authtest.New(t)
	server := httptest.NewServer(serve.Handler(serve.Config{
		Log: log, Ready: shop.DB.Ping, GraphQL: issuer.Verifier(t, nil).Middleware(serve.GraphQL(graph.NewSchema(shop.Service, stock.NewService(shop.Store, time.Now)), log, serve.Options{})),
	}))
	t.Cleanup(server.Close)
	return &api{shop: shop, url: server.URL + "/graphql", issuer: issuer}
}

type answer struct {
	Status int
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Path       []any
		Extensions struct{ Code string }
	}
}

func (a *api) post(t *testing.T, body string) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.url, bytes.NewBufferString(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	if a.token != "" {
		request.Header.Set("Authorization", "Bearer "+a.token)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	raw, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	got := answer{Status: response.StatusCode}
	require.NoError(t, json.Unmarshal(raw, &got), "%s", raw)
	return got
}

func (a *api) ask(t *testing.T, query string, variables map[string]any) answer {
	t.Helper()
	body, err := json.Marshal(map[string]any{"query": query, "variables": variables})
	require.NoError(t, err)
	return a.post(t, string(body))
}

// get sends a query that must succeed.
func (a *api) get(t *testing.T, query string, variables map[string]any, into any) {
	t.Helper()
	got := a.ask(t, query, variables)
	require.Equal(t, http.StatusOK, got.Status)
	require.Empty(t, got.Errors)
	require.NoError(t, json.Unmarshal(got.Data, into))
}

// statements counts the statements of a query that must succeed.
func (a *api) statements(t *testing.T, query string, variables map[string]any) int64 {
	t.Helper()
	before := a.shop.DB.Statements()
	a.get(t, query, variables, new(any))
	return a.shop.DB.Statements() - before
}

func TestAProductByIDAndBySlug(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	const fields = `{ id slug sku title category { slug } price { amountMinor currency decimal }
		images { url alt width height } stock { status maximumQuantity } createdAt updatedAt }`
	var bySlug, byID struct{ Product map[string]any }
	a.get(t, `{ product(slug: "espresso-beans") `+fields+` }`, nil, &bySlug)
	a.get(t, `query ($id: ID!) { product(id: $id) `+fields+` }`, map[string]any{"id": bySlug.Product["id"]}, &byID)
	require.Equal(t, bySlug, byID)
	require.Equal(t, map[string]any{
		"id": byID.Product["id"], "slug": "espresso-beans", "sku": "PN-1003", "title": "Espresso Beans",
		"category": map[string]any{"slug": "pantry"},
		"price":    map[string]any{"amountMinor": 2690.0, "currency": "EUR", "decimal": "26.90"},
		"images": []any{
			map[string]any{"url": "/images/espresso-beans-1.svg", "width": 800.0, "height": 800.0,
				"alt": "A bag of espresso beans with a bean on the label"},
			map[string]any{"url": "/images/espresso-beans-2.svg", "width": 800.0, "height": 800.0,
				"alt": "The bag of espresso beans on a kitchen counter by the window"},
		},
		"stock":     map[string]any{"status": "IN_STOCK", "maximumQuantity": 58.0},
		"createdAt": "2025-10-21T00:00:00.000Z", "updatedAt": "2025-10-21T00:00:00.000Z",
	}, byID.Product)
}

func TestUnknownProductsAreNullWithoutAnError(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	for _, arguments := range []string{`slug: "nope"`, `id: "prd_nope"`, `id: "usr_06h0anxw41y5b0nphhw7q16bpm"`, `id: ""`, `slug: "' OR 1=1 --"`, `id: 7`} {
		var got struct{ Product any }
		a.get(t, `{ product(`+arguments+`) { id } }`, nil, &got)
		require.Nil(t, got.Product, arguments)
	}
}

func TestCategoriesComeInTheShopsOrder(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	var got struct {
		Categories []struct {
			Slug         string
			ProductCount int
		}
	}
	a.get(t, `{ categories { slug productCount } }`, nil, &got)
	var slugs []string
	for _, category := range got.Categories {
		slugs = append(slugs, category.Slug)
		require.Equal(t, 8, category.ProductCount, category.Slug)
	}
	require.Equal(t, []string{"kitchen", "home", "books", "pantry", "outdoors", "desk"}, slugs)
	require.EqualValues(t, 1, a.statements(t, `{ categories { id slug title description } }`, nil))
	require.EqualValues(t, 2, a.statements(t, `{ categories { id slug productCount } }`, nil))
}

func TestBadInputIsTheClientsFault(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	long := string(bytes.Repeat([]byte("x"), 201))
	for name, c := range map[string]struct{ query, code string }{
		"neither id nor slug": {`{ product { id } }`, "BAD_USER_INPUT"},
		"both id and slug":    {`{ product(id: "prd_1", slug: "x") { id } }`, "BAD_USER_INPUT"},
		"nulls":               {`{ product(id: null, slug: null) { id } }`, "BAD_USER_INPUT"},
		"negative first":      {`{ products(first: -1) { totalCount } }`, "BAD_USER_INPUT"},
		"first too large":     {`{ products(first: 101) { totalCount } }`, "BAD_USER_INPUT"},
		"first beyond Int":    {`{ products(first: 99999999999) { totalCount } }`, "GRAPHQL_VALIDATION_FAILED"},
		"first no number":     {`{ products(first: "1") { totalCount } }`, "GRAPHQL_VALIDATION_FAILED"},
		"cursor no cursor":    {`{ products(after: "x") { totalCount } }`, "BAD_USER_INPUT"},
		"page zero":           {`{ products(page: 0) { totalCount } }`, "BAD_USER_INPUT"},
		"page too deep":       {`{ products(page: 101, first: 100) { totalCount } }`, "BAD_USER_INPUT"},
		"page beyond numbers": {`{ products(page: 2147483647, first: 100) { totalCount } }`, "BAD_USER_INPUT"},
		"page and cursor":     {`{ products(page: 1, after: "x") { totalCount } }`, "BAD_USER_INPUT"},
		"cursor empty":        {`{ products(after: "") { totalCount } }`, "BAD_USER_INPUT"},
		"search too long":     {`{ products(filter: {search: "` + long + `"}) { totalCount } }`, "BAD_USER_INPUT"},
		"unknown sort":        {`{ products(sort: BEST) { totalCount } }`, "GRAPHQL_VALIDATION_FAILED"},
		"unknown filter":      {`{ products(filter: {colour: "red"}) { totalCount } }`, "GRAPHQL_VALIDATION_FAILED"},
		"unknown field":       {`{ product(id: "prd_1") { weight } }`, "GRAPHQL_VALIDATION_FAILED"},
		"no document":         {`{ product(id: `, "GRAPHQL_PARSE_FAILED"},
	} {
		got := a.ask(t, c.query, nil)
		require.Less(t, got.Status, 500, name)
		require.NotEmpty(t, got.Errors, name)
		require.Equal(t, c.code, got.Errors[0].Extensions.Code, "%s: %s", name, got.Errors[0].Message)
	}
	for name, body := range map[string]string{
		"malformed": `{"query": `, "a list": `[]`, "no query": `{}`, "query no text": `{"query": 5}`,
		"wrong variable":   `{"query": "query ($n: Int!) { products(first: $n) { totalCount } }", "variables": {"n": "many"}}`,
		"missing variable": `{"query": "query ($n: Int!) { products(first: $n) { totalCount } }"}`,
		"unknown sort":     `{"query": "query ($s: ProductSort!) { products(sort: $s) { totalCount } }", "variables": {"s": "BEST"}}`,
	} {
		got := a.post(t, body)
		require.Less(t, got.Status, 500, name)
		require.NotEmpty(t, got.Errors, name)
		require.Equal(t, "BAD_USER_INPUT", got.Errors[0].Extensions.Code, "%s: %s", name, got.Errors[0].Message)
	}
}

func TestABrokenDatabaseIsOurFaultAndRevealsNothing(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	require.NoError(t, a.shop.DB.Close())
	got := a.ask(t, `{ products { totalCount } categories { id } }`, nil)
	require.Len(t, got.Errors, 2)
	for _, err := range got.Errors {
		require.Equal(t, "INTERNAL", err.Extensions.Code)
		require.NotContains(t, err.Message, "sql")
	}
}

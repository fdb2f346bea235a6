package gateway_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

const pages = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
	type Query { me: User products(first: Int! = 20): Products product(slug: String!): Product find(in: Filter, colours: [Colour!]): Product }
	type Mutation { add(n: Int): Product }
	input Filter { and: Filter or: [Filter!] n: Int name: String! }
	enum Colour { RED GREEN }
	type Products { nodes: [Product!]! }
	type Product { id: ID description: String }
	type User @key(fields: "id") { id: ID! orders(first: Int! = 20): Orders }
	type Orders { nodes: [Order!]! }
	type Order { id: ID user: User }`

// limited is a router over one subgraph that counts its requests.
type limited struct {
	router
	fetches atomic.Int64
	hold    chan struct{} // the subgraph answers when it is closed, or at once if it is nil
}

func newLimited(t testing.TB, options gateway.EngineOptions) *limited {
	t.Helper()
	return newLimitedOver(t, pages, options)
}

func newLimitedOver(t testing.TB, sdl string, options gateway.EngineOptions) *limited {
	t.Helper()
	l := &limited{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		l.fetches.Add(1)
		_, _ = io.Copy(io.Discard, r.Body)
		if l.hold != nil {
			select {
			case <-l.hold:
			case <-r.Context().Done():
			}
		}
		_, _ = io.WriteString(w, `{"data":{}}`)
	}))
	t.Cleanup(server.Close)
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: server.URL, SDL: sdl}})
	require.NoError(t, err)
	client := fetch.NewClient([]fetch.Subgraph{{Name: "a", URL: server.URL, Timeout: time.Minute}}, fetch.Limits{ResponseBytes: 1 << 20, Connections: 4})
	t.Cleanup(client.Close)
	options.CachedOperations = 100
	if options.Log == nil {
		options.Log = slog.New(slog.DiscardHandler)
	}
	options.Limits.Rules.Document = wide()
	engine, err := gateway.NewEngine(schema, client, options)
	require.NoError(t, err)
	l.gateway = gateway.New(gateway.Options{BodyBytes: 1 << 20, Log: slog.New(slog.DiscardHandler)})
	l.gateway.Use(engine)
	return l
}

func times(n int, format string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)))
	}
	return out.String()
}

// TestExpensiveOperationsAreRefused checks that an operation that is too expensive is refused
// before a subgraph is called, by POST and by GET, whether its sizes are literals, variables or
// defaults.
func TestExpensiveOperationsAreRefused(t *testing.T) {
	t.Parallel()
	l := newLimited(t, gateway.EngineOptions{})
	nested := `me {orders(first: FIRST) {nodes {user {orders(first: FIRST) {nodes {user {orders(first: FIRST) {nodes {id}}}}}}}}}`
	for name, c := range map[string]struct {
		text      string
		variables map[string]any
		limit     string
	}{
		"literals":             {"{" + strings.ReplaceAll(nested, "FIRST", "100") + "}", nil, "objects"},
		"a variable":           {"query($n: Int!) {" + strings.ReplaceAll(nested, "FIRST", "$n") + "}", map[string]any{"n": 100}, "objects"},
		"a default":            {"query($n: Int! = 100) {" + strings.ReplaceAll(nested, "FIRST", "$n") + "}", nil, "objects"},
		"variable and literal": {"query($n: Int!) {products(first: $n) {nodes {id}} " + strings.ReplaceAll(nested, "FIRST", "100") + "}", map[string]any{"n": 1}, "objects"},
		"aliased fields":       {"{products(first: 100) {nodes {" + times(1_000, "a#:description ") + "}}}", nil, "values"},
		"aliased lists":        {"{" + times(100, "a#:products(first: 100) {nodes {id}} ") + "}", nil, "objects"},
		"introspection":        {"{" + times(500, "a#:__schema {types {fields {name args {name type {name}} type {name ofType {name}}}}} ") + "}", nil, "objects"},
		"mutations":            {"mutation {" + times(11, "a#:add(n: #) {id} ") + "}", nil, "rootMutations"},
	} {
		requests := map[string]*http.Request{"POST": queryWith(c.text, c.variables)}
		if c.variables == nil && c.limit != "rootMutations" {
			requests["GET"] = httptest.NewRequest(http.MethodGet, "/graphql?query="+url.QueryEscape(c.text), nil)
		}
		for method, request := range requests {
			got := l.do(t, request)
			require.Len(t, got.Errors, 1, "%s, %s: %.300s", name, method, got.body)
			require.Equal(t, "OPERATION_TOO_LARGE", got.Errors[0].Extensions["code"], name)
			require.Equal(t, c.limit, got.Errors[0].Extensions["limit"], name)
			require.Greater(t, got.Errors[0].Extensions["value"], got.Errors[0].Extensions["max"], name)
		}
	}
	require.Zero(t, l.fetches.Load())
}

// TestLiteralsCostWhatTheySay checks that the cost of a document uses its own literals, even if it
// shares a plan with documents with other literals.
func TestLiteralsCostWhatTheySay(t *testing.T) {
	t.Parallel()
	l := newLimited(t, gateway.EngineOptions{})
	text := func(n, m int) string {
		return fmt.Sprintf(`{me {orders(first: %d) {nodes {user {orders(first: %d) {nodes {id}}}}}}}`, n, m)
	}
	for _, c := range []struct {
		n, m    int
		refused bool
	}{{10, 20, false}, {100, 200, true}, {11, 21, false}, {100, 200, true}, {101, 1, false}, {300, 301, true}} {
		got := l.do(t, query(text(c.n, c.m)))
		require.Equal(t, c.refused, strings.Contains(got.body, "OPERATION_TOO_LARGE"), "%v: %s", c, got.body)
	}
	require.Equal(t, int64(3), l.fetches.Load())
}

// TestRefusedAnswersAreShort checks that the response to a refused request is at most 64 KB, or
// ten times as long as the request.
func TestRefusedAnswersAreShort(t *testing.T) {
	t.Parallel()
	l := newLimited(t, gateway.EngineOptions{})
	long := strings.Repeat("x", 900_000)
	for name, request := range map[string]*http.Request{
		"directives":          query("{me{id" + strings.Repeat("@a", 7_000) + "}}"),
		"unknown fields":      query("{" + times(10_000, "u# ") + "}"),
		"a long name":         query("{" + long + "}"),
		"a long string":       query(`{product(slug: 1, x: "` + long + `") {id}}`),
		"unparsable":          query("{" + strings.Repeat("!", 100_000)),
		"introspection":       query("{" + times(300, "a#:__schema {types {fields {name args {name type {name}} type {name ofType {name}}}}} ") + "}"),
		"a variable's items":  queryWith(`query($c: [Colour!]) {find(colours: $c) {id}}`, map[string]any{"c": strings.Split(strings.Repeat("x,", 200_000), ",")}),
		"a variable's fields": queryWith(`query($f: Filter) {find(in: $f) {id}}`, map[string]any{"f": map[string]any{long: 1}}),
		"an operation's name": httptest.NewRequest(http.MethodGet, "/graphql?query={me{id}}&operationName="+strings.Repeat("x", 60_000), nil),
	} {
		size := request.ContentLength
		got := l.do(t, request)
		require.NotEmpty(t, got.Errors, name)
		require.LessOrEqual(t, len(got.Errors), limits.MaxErrors, name)
		require.LessOrEqual(t, len(got.body), max(64<<10, 10*int(size)), name)
		require.Less(t, len(got.body), 16<<10, name)
	}
}

// TestIntrospectionCanBeOff checks that with introspection disabled, neither it nor an error names
// anything that the client does not know.
func TestIntrospectionCanBeOff(t *testing.T) {
	t.Parallel()
	l := newLimited(t, gateway.EngineOptions{Limits: operation.Limits{Rules: limits.Options{NoIntrospection: true, NoSuggestions: true}}})
	for _, text := range []string{`{__schema {types {name}}}`, `{...F} fragment F on Query {__type(name: "User") {name}}`} {
		got := l.do(t, query(text))
		require.Equal(t, "INTROSPECTION_DISABLED", got.Errors[0].Extensions["code"])
	}
	for name, request := range map[string]*http.Request{
		"field":    query(`{mi {id}}`),
		"leaf":     query(`{me}`),
		"argument": query(`{product(slag: "x") {id}}`),
		"type":     query(`{...F} fragment F on Qery {me {id}}`),
		"enum":     query(`{find(colours: [RAD]) {id}}`),
		"member":   query(`{find(in: {nam: "x"}) {id}}`),
		"value":    queryWith(`query($f: Filter) {find(in: $f) {id}}`, map[string]any{"f": map[string]any{"nam": 1}}),
		"colour":   queryWith(`query($c: [Colour!]) {find(colours: $c) {id}}`, map[string]any{"c": "RAD"}),
	} {
		got := l.do(t, request)
		require.NotEmpty(t, got.Errors, name)
		require.NotContains(t, got.body, "Did you mean", name)
	}
	require.Empty(t, l.do(t, query(`{__typename}`)).Errors)
}

// TestRequestsEndAtTheirDeadline checks that a request with a slow subgraph ends at its deadline,
// with the data that has arrived.
func TestRequestsEndAtTheirDeadline(t *testing.T) {
	t.Parallel()
	l := newLimited(t, gateway.EngineOptions{Timeout: 50 * time.Millisecond})
	l.hold = make(chan struct{})
	defer close(l.hold)
	got := l.do(t, query(`{me {id}}`))
	require.Len(t, got.Errors, 1)
	require.Equal(t, "TIMEOUT", got.Errors[0].Extensions["code"])
}

// TestTheSchemasWeightsCount checks that @cost and @listSize of a subgraph count under any
// imported name, and that clients do not see them.
func TestTheSchemasWeightsCount(t *testing.T) {
	t.Parallel()
	l := newLimitedOver(t, `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
			import: [{name: "@cost", as: "@weight"}, {name: "@listSize", as: "@size"}])
		type Query {
			report(days: Int, size: Int @weight(weight: 11)): [Day] @size(slicingArguments: ["days"]) @weight(weight: 100)
			cheap: [Day] @size(assumedSize: 3)
		}
		type Day { n: Int }`, gateway.EngineOptions{})
	for text, weight := range map[string]float64{
		`{report(days: 200){n}}`:                            0,
		`{report(days: 201){n}}`:                            20_100,
		`query($d: Int = 300){report(days: $d){n}}`:         30_000,
		`{report(days: 200, size: 1){n}}`:                   20_011,
		`{cheap{n}}`:                                        0,
		`{a: report(days: 150){n} b: report(days: 150){n}}`: 30_000,
	} {
		got := l.do(t, query(text))
		if weight == 0 {
			require.Empty(t, got.Errors, text)
			continue
		}
		require.Len(t, got.Errors, 1, text)
		require.Equal(t, "weight", got.Errors[0].Extensions["limit"], text)
		require.Equal(t, weight, got.Errors[0].Extensions["value"], text)
	}
	got := l.do(t, query(`{report{n}}`))
	require.Contains(t, got.body, "requires exactly one of the arguments days")
	require.NotContains(t, l.do(t, query(`{__schema{directives{name}}}`)).body, "weight")
}

// TestCostIsMeasuredAndShown checks that the mode measure executes and logs operations that cost
// too much, and that the cost in the extensions uses the values of variables.
func TestCostIsMeasuredAndShown(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	bounds := operation.Limits{MeasureCost: true, Cost: limits.Limits{
		Objects: 10, Values: 10, Weight: 10, AssumedListSize: 5, RootMutations: 1, RootFields: 100,
	}}
	l := newLimited(t, gateway.EngineOptions{
		Limits: bounds, ShowCost: true, Log: slog.New(slog.NewTextHandler(&log, nil)),
	})
	cost := func(r *http.Request) string {
		got := l.do(t, r)
		require.Empty(t, got.Errors)
		_, extensions, _ := strings.Cut(got.body, `"extensions":`)
		return strings.TrimSuffix(strings.TrimSpace(extensions), "}")
	}
	require.JSONEq(t, `{"cost":{"estimated":{"objects":1,"values":1,"weight":1}}}`, cost(query("{me{id}}")))
	require.Empty(t, log.String())
	require.JSONEq(t, `{"cost":{"estimated":{"objects":41,"values":40,"weight":41}}}`,
		cost(queryWith("query A($n: Int!){products(first: $n){nodes{id}}}", map[string]any{"n": 40})))
	require.Contains(t, log.String(), "limit=objects max=10 value=41")
	require.Contains(t, log.String(), "operation=A")
	require.JSONEq(t, `{"cost":{"estimated":{"objects":2,"values":2,"weight":22}}}`,
		cost(query("mutation{a:add(n:1){id} b:add(n:2){id}}")))
	require.Equal(t, int64(3), l.fetches.Load())
}

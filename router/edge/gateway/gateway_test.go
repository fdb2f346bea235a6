package gateway_test

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

const (
	media    = "application/graphql-response+json"
	greeting = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key"])
		type Query { hello(name: String!, times: Int): String }
		type Mutation { log(text: String!): String }`
)

// router is a gateway over one subgraph with a fixed answer.
type router struct {
	gateway *gateway.Gateway
	log     *bytes.Buffer
	mu      sync.Mutex
	asked   []string // bodies of the requests to the subgraph
	headers http.Header
	answer  string
	// during is called during a request to the subgraph.
	during func(*http.Request)
}

func newRouter(t testing.TB, options gateway.Options) *router {
	t.Helper()
	r := &router{log: &bytes.Buffer{}, answer: `{"data":{"hello":"hi"}}`}
	options.Log, options.AccessLog = slog.New(slog.NewJSONHandler(r.log, nil)), true
	options.BodyBytes = 1000
	r.gateway = gateway.New(options)
	r.gateway.Use(r.engine(t, greeting))
	return r
}

func (r *router) engine(t testing.TB, sdl string) *gateway.Engine {
	t.Helper()
	return r.engineAs(t, sdl, "")
}

// engineAs is engine with a user in the subgraph's URL, "user@", which makes the router use
// net/http instead of its own HTTP/1 client.
func (r *router) engineAs(t testing.TB, sdl, user string) *gateway.Engine {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(r.serveSubgraph))
	t.Cleanup(server.Close)
	url := strings.Replace(server.URL, "://", "://"+user, 1)
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: url, SDL: sdl}})
	require.NoError(t, err)
	client := fetch.NewClient([]fetch.Subgraph{{
		Name: "a", URL: url, Timeout: time.Minute,
		ForwardCookies: []string{"access"}, ReturnHeaders: []string{"set-cookie"}, ClientAddress: true,
	}}, fetch.Limits{ResponseBytes: 1000, Connections: 4, ConnectTimeout: time.Minute})
	t.Cleanup(client.Close)
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 10, MaxBytes: 900, ShareOperations: true, ShareSubgraphRequests: true, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return engine
}

func (r *router) serveSubgraph(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.during != nil {
		r.during(request)
	}
	r.asked, r.headers = append(r.asked, string(body)), request.Header
	w.Header().Set("Set-Cookie", "access=new")
	_, _ = io.WriteString(w, r.answer)
}

type result struct {
	status int
	header http.Header
	body   string
	Data   map[string]any
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
	Extensions map[string]any
}

func (r *router) do(t testing.TB, request *http.Request) result {
	t.Helper()
	recorder := httptest.NewRecorder()
	r.gateway.ServeHTTP(recorder, request)
	got := result{status: recorder.Code, header: recorder.Header(), body: recorder.Body.String()}
	if strings.Contains(got.header.Get("Content-Type"), "json") {
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), got.body)
	}
	require.NotEmpty(t, got.header.Get("X-Request-Id"))
	for _, e := range got.Errors {
		require.Equal(t, got.header.Get("X-Request-Id"), e.Extensions["requestId"], got.body)
	}
	return got
}

func query(text string) *http.Request { return queryWith(text, nil) }

func queryWith(text string, variables map[string]any) *http.Request {
	body, err := json.Marshal(map[string]any{"query": text, "variables": variables})
	if err != nil {
		panic(err)
	}
	request := httptest.NewRequest(http.MethodPost, "/graphql", bytes.NewReader(body))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", media)
	return request
}

func TestMutationsTellWhoseTheyAre(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	for range 2 { // the second time the operation is cached
		request := query(`mutation { log(text: "a") }`)
		request.Header.Set("X-Forwarded-For", "203.0.113.7")
		r.do(t, request)
		require.Equal(t, []string{"203.0.113.7, 192.0.2.1"}, r.headers["X-Forwarded-For"])
		r.do(t, query(`{ hello(name: "a") }`))
		require.Empty(t, r.headers["X-Forwarded-For"])
	}
}

func TestAnswersAndPassesByRule(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	request := queryWith(`query($n: String!) { hello(name: $n) }`, map[string]any{"n": "ü"})
	request.Header.Set("Cookie", "access=1; other=2")
	request.Header.Set("X-Request-Id", "of-the-client")
	got := r.do(t, request)
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, `{"data":{"hello":"hi"}}`, got.body)
	require.Equal(t, media+"; charset=utf-8", got.header.Get("Content-Type"))
	require.Equal(t, "no-store", got.header.Get("Cache-Control"))
	require.Equal(t, []string{"access=new"}, got.header["Set-Cookie"])
	require.Equal(t, "of-the-client", got.header.Get("X-Request-Id"))
	require.Equal(t, "of-the-client", r.headers.Get("X-Request-Id"))
	require.Equal(t, "access=1", r.headers.Get("Cookie"))
	require.Len(t, r.asked, 1)
	require.Contains(t, r.asked[0], `"variables":{"n":"ü"}`)
	require.Contains(t, r.log.String(), `"requestId":"of-the-client"`)
}

func TestPartialAnswerIs200(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	r.answer = "nonsense"
	got := r.do(t, query(`{ __typename hello(name: "a") }`))
	require.Equal(t, http.StatusOK, got.status)
	require.Equal(t, map[string]any{"__typename": "Query", "hello": nil}, got.Data)
	require.Len(t, got.Errors, 1)
	require.Equal(t, []any{"hello"}, got.Errors[0].Path)
	require.Equal(t, "SUBGRAPH_BAD_RESPONSE", got.Errors[0].Extensions["code"])
	require.Equal(t, "a", got.Errors[0].Extensions["subgraph"])
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	get := func(text string) *http.Request {
		request := httptest.NewRequest(http.MethodGet, "/graphql", nil)
		request.URL.RawQuery = "query=" + strings.ReplaceAll(text, " ", "+")
		return request
	}
	html := query(`{ __typename }`)
	html.Header.Set("Accept", "text/html")
	named := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"query A { __typename }","operationName":"B"}`))
	named.Header = query("").Header
	long := query(strings.Repeat(" ", 2000))
	cases := map[string]struct {
		request *http.Request
		status  int
		code    string
		message string
	}{
		"not acceptable":     {html, 406, "NOT_ACCEPTABLE", media},
		"syntax error":       {query(`{`), 400, "GRAPHQL_PARSE_FAILED", ""},
		"unknown field":      {query(`{ hallo }`), 400, "GRAPHQL_VALIDATION_FAILED", "hallo"},
		"unknown operation":  {named, 400, "OPERATION_RESOLUTION_FAILURE", `"B"`},
		"wrong variable":     {queryWith(`query($n: Int) { hello(name: "a", times: $n) }`, map[string]any{"n": "many"}), 400, "BAD_USER_INPUT", "$n"},
		"variable too great": {queryWith(`query($n: Int) { hello(name: "a", times: $n) }`, map[string]any{"n": 1 << 40}), 400, "BAD_USER_INPUT", "$n"},
		"too large":          {long, 413, "REQUEST_TOO_LARGE", "1000 bytes"},
		"mutation by GET":    {get(`mutation { log(text: "a") }`), 405, "METHOD_NOT_ALLOWED", "POST"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := newRouter(t, gateway.Options{})
			got := r.do(t, test.request)
			require.Equal(t, test.status, got.status, got.body)
			require.Len(t, got.Errors, 1, got.body)
			require.Equal(t, test.code, got.Errors[0].Extensions["code"], got.body)
			require.Contains(t, got.Errors[0].Message, test.message)
			require.NotContains(t, got.body, `"data"`)
			require.Empty(t, r.asked, "no request to a subgraph")
			require.Equal(t, test.status == http.StatusMethodNotAllowed, got.header.Get("Allow") != "")
		})
	}
}

func TestSubscriptionIsRefused(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	r.gateway.Use(r.engine(t, `type Query { a: Int } type Subscription { a: Int }`))
	got := r.do(t, query(`subscription { a }`))
	require.Equal(t, http.StatusBadRequest, got.status)
	require.Equal(t, "OPERATION_NOT_SUPPORTED", got.Errors[0].Extensions["code"])
}

func TestQueryPlanIsForThoseWhoMay(t *testing.T) {
	t.Parallel()
	for _, allowed := range []bool{true, false} {
		r := newRouter(t, gateway.Options{QueryPlan: allowed})
		require.Nil(t, r.do(t, query(`{ hello(name: "a") }`)).Extensions)
		request := query(`{ hello(name: "a") }`)
		request.Header.Set("X-Query-Plan", "1")
		got := r.do(t, request)
		require.Equal(t, "hi", got.Data["hello"])
		if !allowed {
			require.Nil(t, got.Extensions)
			continue
		}
		shown := got.Extensions["queryPlan"].(map[string]any)
		require.Contains(t, shown["text"], "hello")
		require.NotEmpty(t, shown["json"].(map[string]any)["fetches"])
		require.Len(t, got.Extensions["trace"], 1)
	}
}

func TestPanicIsAnErrorWithTheRequestsID(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{Web: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("of the web") })})
	got := r.do(t, httptest.NewRequest(http.MethodGet, "/", nil))
	require.Equal(t, http.StatusInternalServerError, got.status)
	require.Equal(t, "INTERNAL", got.Errors[0].Extensions["code"])
	require.NotContains(t, got.body, "of the web")
	require.Contains(t, r.log.String(), "of the web")
	require.Contains(t, r.log.String(), got.header.Get("X-Request-Id"))
}

func TestReadyOnceThereIsASchema(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	g := gateway.New(gateway.Options{BodyBytes: 1000, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	r := &router{gateway: g, log: &log, answer: `{"data":{"hello":"hi"}}`}
	status := func(path string) int { return r.do(t, httptest.NewRequest(http.MethodGet, path, nil)).status }

	require.Equal(t, http.StatusOK, status("/healthz"))
	require.Equal(t, http.StatusServiceUnavailable, status("/readyz"))
	got := r.do(t, query(`{ hello(name: "a") }`))
	require.Equal(t, http.StatusServiceUnavailable, got.status)
	require.Equal(t, "SCHEMA_NOT_READY", got.Errors[0].Extensions["code"])

	g.Use(r.engine(t, greeting))
	require.Equal(t, http.StatusOK, status("/readyz"))
	require.Equal(t, "hi", r.do(t, query(`{ hello(name: "a") }`)).Data["hello"])
}

// TestSwapUnderLoad checks that a single engine answers each request while schemas are replaced.
func TestSwapUnderLoad(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	other := strings.ReplaceAll(greeting, "log", "write")
	done := make(chan struct{})
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				recorder := httptest.NewRecorder()
				r.gateway.ServeHTTP(recorder, query(`{ hello(name: "a") }`))
				if recorder.Body.String() != `{"data":{"hello":"hi"}}` {
					t.Errorf("%s", recorder.Body)
					return
				}
			}
		})
	}
	for i := range 10 {
		r.gateway.Use(r.engine(t, []string{greeting, other}[i%2]))
	}
	close(done)
	clients.Wait()
}

// TestResponsesAreBounded checks that a response above the limit becomes a single error, however
// short each answer is.
func TestResponsesAreBounded(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	r.answer = `{"data":{"hello":"` + strings.Repeat("x", 860) + `"}}`
	require.Len(t, r.do(t, query(`{ hello(name: "a") }`)).body, len(r.answer))
	r.answer = `{"data":{"hello":"` + strings.Repeat("x", 890) + `"}}`
	got := r.do(t, query(`{ hello(name: "a") }`))
	require.Equal(t, "RESPONSE_TOO_LARGE", got.Errors[0].Extensions["code"])
	require.Contains(t, got.body, `"data":null`)
}

// TestLiteralsReachTheSubgraph checks that documents that share a plan send their literals to the
// subgraph as variables.
func TestLiteralsReachTheSubgraph(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{})
	for _, c := range []struct{ text, variables string }{
		{`{ hello(name: "a", times: 3) }`, `{"name":"a","times":3}`},
		{`{ hello(name: "b\n\u00e9", times: 4) }`, `{"name":"b\né","times":4}`},
		{`query($times: Int) { hello(name: "c", times: $times) }`, `{"name":"c","times":7}`},
	} {
		require.Equal(t, `{"data":{"hello":"hi"}}`, r.do(t, queryWith(c.text, map[string]any{"times": 7})).body)
		require.Contains(t, r.asked[len(r.asked)-1], `"variables":`+c.variables)
	}
	require.Equal(t, strings.SplitAfter(r.asked[0], `"variables"`)[0], strings.SplitAfter(r.asked[1], `"variables"`)[0])
}

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// edge is a router with the test's own configuration, over a subgraph a with a fixed answer.
type edge struct {
	server *server
	mu     sync.Mutex
	asked  int // how many requests the subgraph got
}

// newEdge composes `type Query { s: String } type Mutation { change: String }`. The text more is
// added to the configuration.
func newEdge(t testing.TB, more string, answer http.HandlerFunc, log io.Writer) *edge {
	t.Helper()
	return newEdgeOver(t, "type Query { s: String t: String } type Mutation { change: String }", more, answer, log)
}

// newEdgeOver is newEdge with the SDL of the subgraph.
func newEdgeOver(t testing.TB, sdl, more string, answer http.HandlerFunc, log io.Writer) *edge {
	t.Helper()
	e := &edge{}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "_service") {
			_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"_service": map[string]any{"sdl": sdl}}})
			return
		}
		e.mu.Lock()
		e.asked++
		e.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(backend.Close)
	patient := "limits: {connectTimeout: 1m}\n" // a loaded machine may take longer than the default
	if strings.HasPrefix(more, "limits:") {
		patient = ""
	}
	c, err := config.Parse([]byte(patient+"subgraphs: [{name: a, url: '"+backend.URL+"'}]\n"+more), func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	e.server, err = newServer("", c, slog.New(slog.NewJSONHandler(log, nil)))
	require.NoError(t, err)
	require.NoError(t, e.server.firstSchema(t.Context()))
	return e
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// edgeAnswer is an answer of the router.
type edgeAnswer struct {
	status int
	header http.Header
	body   string
	Errors []struct {
		Message    string
		Path       []any
		Extensions map[string]any
	}
}

func (e *edge) do(t testing.TB, r *http.Request) edgeAnswer {
	t.Helper()
	w := httptest.NewRecorder()
	e.server.ServeHTTP(w, r)
	got := edgeAnswer{status: w.Code, header: w.Header(), body: w.Body.String()}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got), w.Body.String())
	return got
}

// edgePost and edgeGet make requests with headers, given in pairs of name and value.
func edgePost(query string, headers ...string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, "http://shop.example/graphql", strings.NewReader(`{"query":"`+query+`"}`))
	r.Header.Set("Content-Type", "application/json")
	return edgeHeaders(r, headers)
}

func edgeGet(query string, headers ...string) *http.Request {
	target := "http://shop.example/graphql?" + url.Values{"query": {query}}.Encode()
	return edgeHeaders(httptest.NewRequest(http.MethodGet, target, nil), headers)
}

func edgeHeaders(r *http.Request, headers []string) *http.Request {
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

// TestTheShopsCookiesPassByBothNames checks both names of each cookie: the services choose one by
// the shop's public address, which the router does not know.
func TestTheShopsCookiesPassByBothNames(t *testing.T) {
	t.Parallel()
	c, err := config.Load("router.yaml", func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	forwarded := c.Cookies.Forward
	for _, s := range c.Subgraphs {
		forwarded = append(forwarded, s.Cookies.Forward...)
	}
	require.NotEmpty(t, forwarded)
	for _, name := range forwarded {
		name = strings.TrimPrefix(name, "__Host-")
		require.Contains(t, forwarded, name)
		require.Contains(t, forwarded, "__Host-"+name)
	}
}

func TestPagesOfOtherOriginsAreRefused(t *testing.T) {
	t.Parallel()
	const off, partner = "csrf: {enabled: false}\n", "csrf: {trustedOrigins: ['https://partner.example']}\n"
	foreign := []string{"Origin", "https://partner.example", "Sec-Fetch-Site", "cross-site", "Cookie", "a=b"}
	for name, c := range map[string]struct {
		config  string
		request *http.Request
		status  int
	}{
		"POST of another origin":        {"", edgePost("{s}", foreign...), 403},
		"mutation of another origin":    {"", edgePost("mutation{change}", foreign...), 403},
		"old browser":                   {"", edgePost("{s}", "Origin", "https://partner.example", "Cookie", "a=b"), 403},
		"GET of another origin":         {"", edgeGet("{s}", foreign...), 403},
		"GET of an old browser":         {"", edgeGet("{s}", "Cookie", "a=b"), 403},
		"GET of text":                   {"", edgeGet("{s}", "Cookie", "a=b", "Content-Type", "text/plain"), 403},
		"GET with a preflight":          {"", edgeGet("{s}", "Cookie", "a=b", "Apollo-Require-Preflight", "true"), 200},
		"GET of JSON":                   {"", edgeGet("{s}", "Cookie", "a=b", "Content-Type", "application/json"), 200},
		"GET of the same origin":        {"", edgeGet("{s}", "Cookie", "a=b", "Sec-Fetch-Site", "same-origin"), 200},
		"POST of the same origin":       {"", edgePost("{s}", "Origin", "http://shop.example", "Cookie", "a=b"), 200},
		"GET of a program":              {"", edgeGet("{s}"), 200},
		"POST of a program":             {"", edgePost("{s}"), 200},
		"POST of a trusted origin":      {partner, edgePost("{s}", foreign...), 200},
		"GET of a trusted origin":       {partner, edgeGet("{s}", foreign...), 200},
		"POST of another, switched off": {off, edgePost("{s}", foreign...), 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, c.config, says(http.StatusOK, `{"data":{"s":"x","change":"x"}}`), io.Discard)
			got := e.do(t, c.request)
			require.Equal(t, c.status, got.status)
			require.Equal(t, "same-origin", got.header.Get("Cross-Origin-Opener-Policy"))
			require.Contains(t, got.header.Get("Permissions-Policy"), "camera=()")
			if c.status != http.StatusOK {
				require.Equal(t, "CSRF_REFUSED", got.Errors[0].Extensions["code"])
				require.Zero(t, e.asked, "no request to a subgraph")
			}
		})
	}
}

// TestCORS checks that pages of allowed origins can use the router as a browser lets them, and that
// without a configuration there is no CORS header.
func TestCORS(t *testing.T) {
	t.Parallel()
	const on = "cors: {origins: ['https://partner.example'], suffixes: ['https://.friends.example'], credentials: true}\n"
	preflight := func(origin string) *http.Request {
		r := httptest.NewRequest(http.MethodOptions, "http://shop.example/graphql", nil)
		return edgeHeaders(r, []string{"Origin", origin, "Sec-Fetch-Site", "cross-site",
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "content-type"})
	}
	post := func(query, origin string) *http.Request {
		return edgePost(query, "Origin", origin, "Sec-Fetch-Site", "cross-site", "Cookie", "a=b")
	}
	get := func(origin string) *http.Request {
		return edgeGet("{s}", "Origin", origin, "Sec-Fetch-Site", "cross-site", "Cookie", "a=b")
	}
	const partner, friend, evil = "https://partner.example", "https://a.friends.example", "https://evil.example"
	for name, c := range map[string]struct {
		config  string
		request *http.Request
		status  int
		allowed string
	}{
		"preflight":                   {on, preflight(partner), 204, partner},
		"preflight of a subdomain":    {on, preflight(friend), 204, friend},
		"preflight of another":        {on, preflight(evil), 204, ""},
		"preflight, switched off":     {"", preflight(partner), 405, ""},
		"POST":                        {on, post("{s}", partner), 200, partner},
		"mutation":                    {on, post("mutation{change}", friend), 200, friend},
		"GET":                         {on, get(partner), 200, partner},
		"refused, but it may be read": {on, post("{unknown}", partner), 200, partner},
		"POST of another":             {on, post("{s}", evil), 403, ""},
		"GET of another":              {on, get(evil), 403, ""},
		"GET without an origin":       {on, edgeGet("{s}", "Sec-Fetch-Site", "cross-site", "Cookie", "a=b"), 403, ""},
		"POST, switched off":          {"", post("{s}", partner), 403, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, c.config, says(http.StatusOK, `{"data":{"s":"x","change":"x"}}`), io.Discard)
			w := httptest.NewRecorder()
			e.server.ServeHTTP(w, c.request)
			require.Equal(t, c.status, w.Code)
			require.Equal(t, c.allowed, w.Header().Get("Access-Control-Allow-Origin"))
			require.Equal(t, c.allowed != "", w.Header().Get("Access-Control-Allow-Credentials") == "true")
			require.Equal(t, c.config != "", strings.Contains(w.Header().Get("Vary"), "Origin"))
		})
	}
}

// TestBodiesAreCompressed checks that the configured codings are those in use, in both directions.
func TestBodiesAreCompressed(t *testing.T) {
	t.Parallel()
	for config, want := range map[string]string{
		"": "", "compression: {responses: [gzip], requests: [gzip], minBytes: 10}\n": "gzip",
		"compression: {responses: [br, gzip]}\n": "", // the response is smaller than the default
	} {
		e := newEdge(t, config, says(http.StatusOK, `{"data":{"s":"`+strings.Repeat("x", 500)+`"}}`), io.Discard)
		w := httptest.NewRecorder()
		e.server.ServeHTTP(w, edgePost("{s}", "Accept-Encoding", "gzip, br"))
		require.Equal(t, want, w.Header().Get("Content-Encoding"), config)
		var body bytes.Buffer
		writer := gzip.NewWriter(&body)
		_, err := writer.Write([]byte(`{"query":"{s}"}`))
		require.NoError(t, err)
		require.NoError(t, writer.Close())
		r := httptest.NewRequest(http.MethodPost, "/graphql", &body)
		w = httptest.NewRecorder()
		e.server.ServeHTTP(w, edgeHeaders(r, []string{"Content-Type", "application/json", "Content-Encoding", "gzip"}))
		require.Equal(t, want != "", w.Code == http.StatusOK, config)
	}
}

// TestBatchingIsConfigured checks that batches are refused unless they are enabled, and how large
// they may be.
func TestBatchingIsConfigured(t *testing.T) {
	t.Parallel()
	for config, want := range map[string]string{
		"":                               "Send one operation per request.",
		"batching: {maxOperations: 2}\n": "Send one operation per request.",
		"batching: {enabled: true, maxOperations: 2}\n": "The batch has more than 2 operations.",
		"batching: {enabled: true}\n":                   `[{"data":{"s":"x"}},{"data":{"s":"x"}},{"data":{"s":"x"}}]`,
	} {
		e := newEdge(t, config, says(http.StatusOK, `{"data":{"s":"x"}}`), io.Discard)
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`[{"query":"{s}"},{"query":"{s}"},{"query":"{s}"}]`))
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		e.server.ServeHTTP(w, r)
		require.Contains(t, w.Body.String(), want, config)
	}
}

// TestETagIsConfigured checks that a response to GET has an ETag if so configured, and that the
// router's no-store holds unless a subgraph's Cache-Control is returned.
func TestETagIsConfigured(t *testing.T) {
	t.Parallel()
	answer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "private, no-cache")
		_, _ = io.WriteString(w, `{"data":{"s":"x"}}`)
	}
	for config, want := range map[string]string{
		"":             "no-store",
		"etag: true\n": "no-store",
		"etag: true\nheaders: {return: [cache-control]}\n": "private, no-cache",
	} {
		e := newEdge(t, config, answer, io.Discard)
		got := e.do(t, edgeGet("{s}"))
		require.Equal(t, []string{want}, got.header["Cache-Control"], config)
		require.Equal(t, config != "", got.header.Get("ETag") != "", config)
		w := httptest.NewRecorder()
		e.server.ServeHTTP(w, edgeGet("{s}", "If-None-Match", got.header.Get("ETag")))
		require.Equal(t, config != "", w.Code == http.StatusNotModified, config)
	}
}

func TestErrorsOfSubgraphsAreMasked(t *testing.T) {
	t.Parallel()
	const reported = `{"message":"db password is hunter2 at 10.0.0.7","path":["s"],` +
		`"extensions":{"code":"BAD_USER_INPUT","field":"email","reasons":["a",{"b":12345678901234567890}],"stack":"at 10.0.0.7","requestId":"theirs"}}`
	const masked = "A subgraph reported an error. The router's log has the details under the requestId."
	for name, c := range map[string]struct {
		config, error string
		message, code string
		extensions    string // the other extensions
		logged        bool
	}{
		"by default":         {"", reported, masked, "BAD_USER_INPUT", "", true},
		"with extensions":    {"errors: {extensions: [field, reasons]}", reported, masked, "BAD_USER_INPUT", `,"field":"email","reasons":["a",{"b":12345678901234567890}]`, true},
		"with another code":  {"errors: {codes: [NOT_FOUND]}", reported, masked, "BAD_USER_INPUT", "", true},
		"with the code":      {"errors: {codes: [BAD_USER_INPUT]}", reported, "db password is hunter2 at 10.0.0.7", "BAD_USER_INPUT", "", true},
		"for development":    {"errors: {mask: false}", reported, "db password is hunter2 at 10.0.0.7", "BAD_USER_INPUT", `,"field":"email","reasons":["a",{"b":12345678901234567890}],"stack":"at 10.0.0.7"`, false},
		"without extensions": {"errors: {codes: [DOWNSTREAM_SERVICE_ERROR]}", `{"message":"plain"}`, "plain", "DOWNSTREAM_SERVICE_ERROR", "", false},
		"a sentence as code": {"errors: {codes: [DOWNSTREAM_SERVICE_ERROR]}", `{"message":"x","extensions":{"code":"hunter2 at 10.0.0.7"}}`, masked, "DOWNSTREAM_SERVICE_ERROR", "", true},
		"no object":          {"", `"db password is hunter2"`, masked, "DOWNSTREAM_SERVICE_ERROR", "", true},
		"a name twice":       {"errors: {mask: false}", `{"message":"x","extensions":{"code":"A","f":1,"f":2,"code":"B"}}`, "x", "A", `,"f":1`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			e := newEdge(t, c.config, says(http.StatusOK, `{"data":{"s":null},"errors":[`+c.error+`]}`), &log)
			got := e.do(t, edgePost("{s}", "X-Request-Id", "r1"))
			require.Len(t, got.Errors, 1, got.body)
			require.Equal(t, c.message, got.Errors[0].Message)
			require.Equal(t, []any{"s"}, got.Errors[0].Path)
			require.Contains(t, got.body, `"extensions":{"code":"`+c.code+`","subgraph":"a","requestId":"r1"`+c.extensions+"}")
			require.Equal(t, c.logged, strings.Contains(log.String(), "does not see in full"), log.String())
			if c.logged && strings.Contains(c.error, "hunter2") {
				require.Contains(t, log.String(), "hunter2")
				require.Contains(t, log.String(), `"requestId":"r1"`)
			}
		})
	}
}

// TestFailuresOfSubgraphsTellNothing checks that whatever a subgraph returns instead of a GraphQL
// response, the client sees nothing of it, and no address.
func TestFailuresOfSubgraphsTellNothing(t *testing.T) {
	t.Parallel()
	const secret = `db password is hunter2 at 10.0.0.7`
	hangUp := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	for name, answer := range map[string]http.HandlerFunc{
		"a page":                   says(200, "<html>"+secret),
		"another JSON":             says(200, `{"message":"`+secret+`"}`),
		"broken JSON":              says(200, `{"data":{"s":"`+secret),
		"no data but an error":     says(200, `{"errors":[{"message":"`+secret+`"}]}`),
		"a redirect":               says(302, secret),
		"401":                      says(401, secret),
		"401 with GraphQL's error": says(401, `{"errors":[{"message":"`+secret+`","extensions":{"http":"`+secret+`"}}]}`),
		"403 with JSON":            says(403, `{"error":"`+secret+`"}`),
		"429":                      says(429, secret),
		"500":                      says(500, secret),
		"503 with GraphQL's error": says(503, `{"errors":[{"message":"`+secret+`"}],"data":null}`),
		"an error of no place":     says(200, `{"errors":[{"message":"`+secret+`"}],"data":{"s":"x"}}`),
		"an error elsewhere":       says(200, `{"errors":[{"message":"`+secret+`","path":["`+secret+`"]}],"data":{"s":"x"}}`),
		"a value of another kind":  says(200, `{"data":{"s":{"`+secret+`":1}}}`),
		"a closed connection":      hangUp,
	} {
		got := newEdge(t, "", answer, io.Discard).do(t, edgePost("{s}"))
		require.NotEmpty(t, got.Errors, name)
		require.NotEmpty(t, got.Errors[0].Extensions["code"], name)
		require.NotContains(t, got.body, "hunter2", name)
		require.NotContains(t, got.body, "10.0.0.7", name)
		require.NotContains(t, got.body, "127.0.0.1", name)
	}
}

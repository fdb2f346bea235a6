package main

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/config"
)

// edge is a router with a configuration of the test's own, over the subgraph a that answers each request with one text.
type edge struct {
	server *server
	asked  int // how often the subgraph was asked
}

// newEdge composes `type Query { s: String } type Mutation { change: String }`; more is added to the configuration.
func newEdge(t testing.TB, more, answer string, log io.Writer) *edge {
	t.Helper()
	const sdl = `{"data":{"_service":{"sdl":"type Query { s: String t: String } type Mutation { change: String }"}}}`
	e := &edge{}
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "_service") {
			_, _ = io.WriteString(w, sdl)
			return
		}
		e.asked++
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(backend.Close)
	c, err := config.Parse([]byte("subgraphs: [{name: a, url: '"+backend.URL+"'}]\n"+more), func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	e.server, err = newServer("", c, slog.New(slog.NewJSONHandler(log, nil)))
	require.NoError(t, err)
	require.NoError(t, e.server.firstSchema(t.Context()))
	return e
}

// edgeAnswer is an answer of the router.
type edgeAnswer struct {
	status int
	header http.Header
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
	got := edgeAnswer{status: w.Code, header: w.Header()}
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

// The services choose the names of cookies by the shop's public address, which the router does not know.
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
			e := newEdge(t, c.config, `{"data":{"s":"x","change":"x"}}`, io.Discard)
			got := e.do(t, c.request)
			require.Equal(t, c.status, got.status)
			require.Equal(t, "same-origin", got.header.Get("Cross-Origin-Opener-Policy"))
			require.Contains(t, got.header.Get("Permissions-Policy"), "camera=()")
			if c.status != http.StatusOK {
				require.Equal(t, "CSRF_REFUSED", got.Errors[0].Extensions["code"])
				require.Zero(t, e.asked, "no subgraph was asked")
			}
		})
	}
}

package main

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestClientsWithDifferentHeadersShareNothing lets two clients send the same query at the same
// time, which differ only in a header that a regular expression forwards. The subgraph answers
// when both requests have arrived, so that a shared one would never be answered.
func TestClientsWithDifferentHeadersShareNothing(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]string{
		"regular expression": "{propagateMatching: 'x-shop-.*'}",
		"renamed":            "{propagate: x-shop-user, rename: x-user}",
		"default":            "{propagate: x-shop-user, default: nobody}",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			both := make(chan struct{})
			var arrived atomic.Int64
			e := newEdge(t, "headers: {request: ["+rule+"]}\n", func(w http.ResponseWriter, r *http.Request) {
				if arrived.Add(1) == 2 {
					close(both)
				}
				select {
				case <-both:
				case <-r.Context().Done():
					return
				}
				fmt.Fprintf(w, `{"data":{"s":%q}}`, r.Header.Get("X-Shop-User")+r.Header.Get("X-User"))
			}, io.Discard)
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			t.Cleanup(cancel)
			var wait sync.WaitGroup
			for _, user := range []string{"ada", "bob"} {
				wait.Go(func() {
					w := httptest.NewRecorder()
					e.server.ServeHTTP(w, edgePost("{s}", "X-Shop-User", user).WithContext(ctx))
					if want := `{"data":{"s":"` + user + `"}}`; w.Body.String() != want {
						t.Errorf("%s got %s", user, w.Body)
					}
				})
			}
			wait.Wait()
		})
	}
}

// TestHeaderRulesOfTheConfiguration checks the rules for all subgraphs, those for one after them,
// and what the client gets.
func TestHeaderRulesOfTheConfiguration(t *testing.T) {
	t.Parallel()
	var got http.Header
	e := newEdge(t, `headers:
  forward: [authorization]
  request: [{propagateMatching: "x-.*"}, {set: x-region, value: "eu"}, {remove: x-internal}]
  response: [{propagate: x-cost, algorithm: last}, {set: x-served-by, value: trefoil}]
`, func(w http.ResponseWriter, r *http.Request) {
		got = r.Header
		w.Header().Set("X-Cost", "7")
		w.Header().Set("X-Version", "1")
		_, _ = io.WriteString(w, `{"data":{"s":"x"}}`)
	}, io.Discard)
	answer := e.do(t, edgePost("{s}", "Authorization", "token", "X-A", "1", "X-Internal", "2", "X-Region", "us", "Connection", "close", "Cookie", "a=b"))
	require.Equal(t, 200, answer.status)
	require.Equal(t, "token", got.Get("Authorization"))
	require.Equal(t, "1", got.Get("X-A"))
	require.Equal(t, []string{"eu"}, got["X-Region"])
	require.NotContains(t, got, "X-Internal")
	require.NotContains(t, got, "Cookie")
	require.Equal(t, "7", answer.header.Get("X-Cost"))
	require.Equal(t, "trefoil", answer.header.Get("X-Served-By"))
	require.NotContains(t, answer.header, "X-Version")
	require.Equal(t, "no-store", answer.header.Get("Cache-Control"))
}

// TestCacheControlOfResponses checks what caches may do with a response, with and without the
// rule.
func TestCacheControlOfResponses(t *testing.T) {
	t.Parallel()
	const on = "headers: {forward: [x-tenant], response: [{propagate: cache-control, algorithm: mostRestrictive}]}\n"
	const lifetime = "public, max-age=60"
	key := fmt.Sprintf("authentication: {apiKeys: {keys: [{name: a, sha256: %x}]}}\n", sha256.Sum256([]byte("key")))
	for name, c := range map[string]struct {
		config, sent, body string
		request            *http.Request
		want               string
	}{
		"without the rule":         {"", lifetime, `{"data":{"s":"x"}}`, edgeGet("{s}"), "no-store"},
		"GET":                      {on, lifetime, `{"data":{"s":"x"}}`, edgeGet("{s}"), "max-age=60, public"},
		"POST":                     {on, lifetime, `{"data":{"s":"x"}}`, edgePost("{s}"), "max-age=60, public"},
		"private":                  {on, "private, max-age=5", `{"data":{"s":"x"}}`, edgeGet("{s}"), "max-age=5, private"},
		"an answer without it":     {on, "", `{"data":{"s":"x"}}`, edgeGet("{s}"), "no-store"},
		"an answer with an error":  {on, lifetime, `{"data":{"s":null},"errors":[{"message":"x","path":["s"]}]}`, edgeGet("{s}"), "no-store"},
		"an answer that is none":   {on, lifetime, `not JSON`, edgeGet("{s}"), "no-store"},
		"a mutation":               {on, lifetime, `{"data":{"change":"x"}}`, edgePost("mutation{change}"), "no-store"},
		"an authenticated client":  {on + key, lifetime, `{"data":{"s":"x"}}`, edgeGet("{s}", "X-API-Key", "key"), "no-store"},
		"a refused query":          {on, lifetime, "", edgeGet("{unknown}"), "no-store"},
		"nothing from a subgraph":  {on, lifetime, "", edgeGet("{__typename}"), "no-store"},
		"with a plan for the user": {on + "queryPlan: true\n", lifetime, `{"data":{"s":"x"}}`, edgeGet("{s}", "X-Query-Plan", "1"), "no-store"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := newEdge(t, c.config, func(w http.ResponseWriter, _ *http.Request) {
				if c.sent != "" {
					w.Header().Set("Cache-Control", c.sent)
				}
				_, _ = io.WriteString(w, c.body)
			}, io.Discard)
			got := e.do(t, c.request)
			require.Equal(t, []string{c.want}, got.header["Cache-Control"])
			if c.want == "no-store" {
				require.NotContains(t, got.header, "Vary")
				return
			}
			require.Equal(t, []string{"X-Tenant", "Accept"}, got.header["Vary"])
		})
	}
}

// TestABatchIsNotStored checks that a batch does not get the Cache-Control of one operation.
func TestABatchIsNotStored(t *testing.T) {
	t.Parallel()
	e := newEdge(t, `batching: {enabled: true}
headers: {response: [{propagate: cache-control, algorithm: mostRestrictive}, {propagate: x-a}]}
`, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "max-age=60")
		w.Header().Set("X-A", "1")
		_, _ = io.WriteString(w, `{"data":{"s":"x"}}`)
	}, io.Discard)
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`[{"query":"{s}"}]`))
	w := e.serve(edgeHeaders(r, []string{"Content-Type", "application/json"}))
	require.Equal(t, "1", w.Header().Get("X-A"))
	require.Equal(t, []string{"no-store"}, w.Header()["Cache-Control"])
}

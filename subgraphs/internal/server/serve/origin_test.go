package serve_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// withHeaders sets headers of a request, given as pairs of name and value.
func withHeaders(r *http.Request, headers ...string) *http.Request {
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}

func TestPagesOfOtherOriginsAreRefusedOnEachTransport(t *testing.T) {
	t.Parallel()
	const subscription = `{"query":"subscription { changed }"}`
	silent := serve.Handler(serve.Config{
		Log: slog.New(slog.DiscardHandler), GraphQL: serve.GraphQL(newSilent(), slog.New(slog.DiscardHandler), serve.Options{}),
	})
	calls := 0
	graph := handler(func(context.Context) error { calls++; return nil }, io.Discard)
	get := func() *http.Request { return httptest.NewRequest(http.MethodGet, "/graphql?query={field}", nil) }
	for name, c := range map[string]struct {
		handler http.Handler
		request *http.Request
	}{
		"POST":         {graph, withHeaders(post(`{"query":"{field}"}`), "Origin", "http://evil.example", "Cookie", "a=b")},
		"mutation":     {graph, withHeaders(post(`{"query":"mutation{change}"}`), "Sec-Fetch-Site", "cross-site")},
		"GET":          {graph, withHeaders(get(), "Sec-Fetch-Site", "cross-site", "Cookie", "a=b")},
		"GET of text":  {graph, withHeaders(get(), "Cookie", "a=b", "Content-Type", "text/plain")},
		"subscription": {silent, withHeaders(post(subscription), "Accept", "text/event-stream", "Origin", "http://evil.example")},
	} {
		got := do(t, c.handler, c.request)
		require.Equal(t, http.StatusForbidden, got.status, name)
		require.Equal(t, "CSRF_REFUSED", got.code(t), name)
	}
	require.Zero(t, calls, "nothing was executed")
	for name, request := range map[string]*http.Request{
		"POST of the same origin": withHeaders(post(`{"query":"{field}"}`), "Sec-Fetch-Site", "same-origin", "Cookie", "a=b"),
		"GET of a program":        get(),
		"GET with a preflight":    withHeaders(get(), "Cookie", "a=b", "X-Requested-With", "script"),
	} {
		got := do(t, graph, request)
		require.Equal(t, http.StatusOK, got.status, name)
		require.Equal(t, "same-origin", got.header.Get("Cross-Origin-Opener-Policy"), name)
		require.Contains(t, got.header.Get("Permissions-Policy"), "camera=()", name)
	}
}

func TestUnknownPathsAreNotFound(t *testing.T) {
	t.Parallel()
	h := handler(fine, io.Discard)
	for _, path := range []string{"/", "/metrics", "/livez", "/graphql/", "/healthz/"} {
		for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader("")))
			require.Equal(t, http.StatusNotFound, w.Code, method+" "+path)
		}
	}
}

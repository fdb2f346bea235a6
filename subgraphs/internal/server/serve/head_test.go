package serve_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"
)

// HEAD has the status and the headers of a GET, and no body, as at the router.
func TestHeadIsAGetWithoutABody(t *testing.T) {
	t.Parallel()
	executed := 0
	count := func(context.Context) error { executed++; return nil }
	server := httptest.NewServer(handler(count, io.Discard))
	t.Cleanup(server.Close)
	ask := func(method, target string) (answer *http.Response, body string) {
		request, err := http.NewRequestWithContext(t.Context(), method, server.URL+target, nil)
		require.NoError(t, err)
		answer, err = http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer answer.Body.Close()
		content, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer, string(content)
	}
	of := func(query string) string { return "/graphql?" + url.Values{"query": {query}}.Encode() }
	for name, c := range map[string]struct {
		target string
		status int
	}{
		"a query":         {of("{field}"), http.StatusOK},
		"a wrong query":   {of("{nothing}"), http.StatusOK},
		"no query":        {"/graphql", http.StatusBadRequest},
		"no variables":    {of("{field}") + "&variables=x", http.StatusBadRequest},
		"a mutation":      {of("mutation{change}"), http.StatusMethodNotAllowed},
		"a probe":         {"/healthz", http.StatusOK},
		"an unknown path": {"/nothing", http.StatusNotFound},
	} {
		get, body := ask(http.MethodGet, c.target)
		head, none := ask(http.MethodHead, c.target)
		require.Equal(t, c.status, get.StatusCode, name)
		require.Equal(t, c.status, head.StatusCode, name)
		require.NotEmpty(t, body, name)
		require.Empty(t, none, name)
		for _, header := range []string{"Content-Type", "Content-Length", "Allow"} {
			require.Equal(t, get.Header[header], head.Header[header], "%s: %s", name, header)
		}
	}
	require.Equal(t, 2, executed, "a mutation is not executed")
	put, _ := ask(http.MethodPut, "/graphql")
	require.Equal(t, []string{"GET, HEAD, POST"}, put.Header["Allow"])
}

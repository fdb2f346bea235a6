package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestOperatorsReload checks the listener for operators of a running router: its readiness, the
// configuration in use, a reload that is refused and one that takes effect.
func TestOperatorsReload(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&recording{})
	t.Cleanup(server.Close)
	sdl := file(t, "a.graphqls", `type Query { hello: String }`)
	path := file(t, "router.yaml", "listen: 127.0.0.1:0\nadmin: {listen: \"127.0.0.1:0\"}\n"+
		"subgraphs: [{name: a, url: "+server.URL+", schema: "+sdl+"}]\n")
	p := startRouter(t, path)
	address := p.await(t, "listening for operators").Address
	do := func(method, path string) (int, string) {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+path, nil)
		require.NoError(t, err)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return answer.StatusCode, string(text)
	}
	p.await(t, "schema in use")
	status, _ := do("GET", "/readyz")
	require.Equal(t, 200, status)
	_, text := do("GET", "/config")
	require.Contains(t, text, "tokens: 15000")

	write(t, sdl, `type Query {`)
	status, text = do("POST", "/reload")
	require.Equal(t, 409, status)
	require.Contains(t, text, "INVALID_GRAPHQL")
	write(t, sdl, `type Query { hello: String more: Int }`)
	status, text = do("POST", "/reload")
	require.Equal(t, 200, status, text)
	_, body := p.post(t, `{"query":"{__type(name: \"Query\"){fields{name}}}"}`, nil)
	require.Contains(t, body, "more")
	_, text = do("GET", "/state")
	require.Contains(t, text, `"cachedOperations": 1`)

	answer, err := http.Get("http://" + p.address + "/config")
	require.NoError(t, err)
	defer answer.Body.Close()
	public, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.NotContains(t, strings.ToLower(string(public)), "requesttimeout", "the public listener does not serve it")
}

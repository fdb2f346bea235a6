package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// asked is a response of the router over HTTP.
type asked struct {
	status int
	header http.Header
	body   string
}

// ask sends a request to the router over HTTP, as any client does.
func (e *edge) ask(t testing.TB, method, target, body string) asked {
	t.Helper()
	front := httptest.NewServer(e.server)
	t.Cleanup(front.Close)
	request, err := http.NewRequestWithContext(
		context.Background(), method, front.URL+target, strings.NewReader(body))
	require.NoError(t, err)
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	content, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return asked{answer.StatusCode, answer.Header, string(content)}
}

func inURL(query string) string { return "?" + url.Values{"query": {query}}.Encode() }

// TestHeadIsAGetWithoutABody checks that HEAD has the status and the headers of GET, and no body.
func TestHeadIsAGetWithoutABody(t *testing.T) {
	t.Parallel()
	e := newEdge(t, "", says(http.StatusOK, `{"data":{"s":"x"}}`), io.Discard)
	for name, c := range map[string]struct {
		target string
		status int
	}{
		"a query":          {"/graphql" + inURL("{s}"), http.StatusOK},
		"a wrong query":    {"/graphql" + inURL("{nothing}"), http.StatusOK},
		"no query":         {"/graphql", http.StatusBadRequest},
		"a mutation":       {"/graphql" + inURL("mutation{change}"), http.StatusMethodNotAllowed},
		"no JSON":          {"/graphql" + inURL("{s}") + "&variables=x", http.StatusBadRequest},
		"a probe":          {"/healthz", http.StatusOK},
		"the slash behind": {"/graphql/" + inURL("{s}"), http.StatusOK},
	} {
		get, head := e.ask(t, http.MethodGet, c.target, ""), e.ask(t, http.MethodHead, c.target, "")
		require.Equal(t, c.status, get.status, name)
		require.Equal(t, c.status, head.status, name)
		require.NotEmpty(t, get.body, name)
		require.Empty(t, head.body, name)
		for _, header := range []string{"Content-Type", "Content-Length", "Cache-Control", "Allow"} {
			require.Equal(t, get.header[header], head.header[header], "%s: %s", name, header)
		}
	}
	require.Equal(t, 4, e.asked, "a mutation is not executed")
}

func TestGraphQLIsServedWithASlashBehind(t *testing.T) {
	t.Parallel()
	e := newEdge(t, "accessLog: true\n", says(http.StatusOK, `{"data":{"s":"x"}}`), io.Discard)
	const body = `{"query":"{s}"}`
	for _, path := range []string{"/graphql", "/graphql/"} {
		got := e.ask(t, http.MethodPost, path, body)
		require.Equal(t, http.StatusOK, got.status, path)
		require.JSONEq(t, `{"data":{"s":"x"}}`, got.body, path)
		require.Equal(t, "no-store", got.header.Get("Cache-Control"), path)
		got = e.ask(t, http.MethodGet, path+inURL("{s}"), "")
		require.JSONEq(t, `{"data":{"s":"x"}}`, got.body, path)
	}
	unknown := e.ask(t, http.MethodPost, "/unknown", body) // 404, or 503 before the web is built
	withoutID := func(body string) string {
		return regexp.MustCompile(`"requestId":"[^"]*"`).ReplaceAllString(body, "")
	}
	for _, path := range []string{"/graphql//", "/graphql/x", "/graphqlx"} {
		got := e.ask(t, http.MethodPost, path, body)
		require.Equal(t, unknown.status, got.status, path)
		require.Equal(t, withoutID(unknown.body), withoutID(got.body), path)
	}
	require.NotEqual(t, http.StatusOK, unknown.status)
}

// open serves the router over HTTP. It returns a function that sends a query and returns the
// answer.
func (e *edge) open(t testing.TB) func(t testing.TB, query string) string {
	t.Helper()
	front := httptest.NewServer(e.server)
	t.Cleanup(front.Close)
	return func(t testing.TB, query string) string {
		t.Helper()
		body := strings.NewReader(`{"query":"` + query + `"}`)
		answer, err := http.Post(front.URL+"/graphql", "application/json", body)
		require.NoError(t, err)
		defer answer.Body.Close()
		require.Equal(t, http.StatusOK, answer.StatusCode)
		content, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		return string(content)
	}
}

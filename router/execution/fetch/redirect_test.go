package fetch_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

func TestRedirectsOnTheSameHostAreFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 307, 308} {
		var got []string
		c := subgraph(t, fetch.Subgraph{ForwardHeaders: []string{"authorization"}}, func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			got = append(got, r.Method+" "+r.URL.Path+" "+r.Header.Get("Authorization")+" "+string(body))
			if r.URL.Path == "/graphql" {
				w.Header().Set("Location", "/graphql/")
				w.WriteHeader(status)
				return
			}
			_, _ = io.WriteString(w, answer)
		})
		body, err := c.For(http.Header{"Authorization": {"me"}}, "1").Fetch(t.Context(), "a", []byte("{}"))
		require.NoError(t, err)
		require.Equal(t, answer, string(body))
		require.Equal(t, []string{"POST /graphql me {}", "POST /graphql/ me {}"}, got)
	}
}

func TestRedirectsElsewhereAreNamedAndNotFollowed(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		t.Error("another host was asked")
	}))
	t.Cleanup(other.Close)
	c := subgraph(t, fetch.Subgraph{}, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, other.URL+"/graphql", http.StatusTemporaryRedirect)
	})
	_, err := c.For(nil, "").Fetch(t.Context(), "a", []byte("{}"))
	requireCode(t, err, fetch.CodeBadResponse, false)
	require.ErrorContains(t, err, "307 to "+other.URL+"/graphql")
}

func TestEndlessRedirectsEnd(t *testing.T) {
	t.Parallel()
	asked := 0
	c := subgraph(t, fetch.Subgraph{}, func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Location", r.URL.Path)
		w.WriteHeader(http.StatusPermanentRedirect)
	})
	_, err := c.For(nil, "").Fetch(t.Context(), "a", []byte("{}"))
	requireCode(t, err, fetch.CodeBadResponse, false)
	require.Equal(t, 4, asked)
}

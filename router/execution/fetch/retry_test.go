package fetch_test

import (
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

// TestMutationsAreRetryableBeforeTheyBegin checks that a mutation is retryable only if no subgraph
// may have begun it.
func TestMutationsAreRetryableBeforeTheyBegin(t *testing.T) {
	t.Parallel()
	hangUp := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		panic(http.ErrAbortHandler)
	}
	silent := func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done()
	}
	answers := func(status int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }
	}
	for name, c := range map[string]struct {
		handler         http.HandlerFunc
		query, mutation bool
	}{
		"hangs up":   {hangUp, true, false},
		"is silent":  {silent, true, false},
		"nobody":     {nil, true, true},
		"status 503": {answers(http.StatusServiceUnavailable), true, true},
		"status 504": {answers(http.StatusGatewayTimeout), true, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rules := fetch.Subgraph{Name: "a", URL: "http://127.0.0.1:1", Timeout: time.Minute}
			if name == "is silent" {
				rules.Timeout = 50 * time.Millisecond
			}
			asked := client(t, rules)
			if c.handler != nil {
				asked = subgraph(t, rules, c.handler)
			}
			query, mutation := asked.For(nil, ""), asked.For(nil, "")
			mutation.Mutate()
			require.Equal(t, c.query, retryable(t, query))
			require.Equal(t, c.mutation, retryable(t, mutation))
			require.Equal(t, c.mutation, retryable(t, mutation), "again")
		})
	}
}

// TestNothingIsRetryableBehindAMutationThatWasAnswered checks that nothing is retryable once a
// subgraph has answered: a retry would repeat that part, too.
func TestNothingIsRetryableBehindAMutationThatWasAnswered(t *testing.T) {
	t.Parallel()
	busy := false
	c := subgraph(t, fetch.Subgraph{}, func(w http.ResponseWriter, _ *http.Request) {
		if busy {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		busy = true
		_, _ = io.WriteString(w, answer)
	})
	query, mutation := c.For(nil, ""), c.For(nil, "")
	mutation.Mutate()
	_, err := mutation.Fetch(t.Context(), "a", []byte("{}"))
	require.NoError(t, err)
	require.False(t, retryable(t, mutation))
	require.True(t, retryable(t, query))
}

// retryable makes a fetch, which must fail, and reports whether the error is retryable.
func retryable(t *testing.T, request *fetch.Request) bool {
	t.Helper()
	_, err := request.Fetch(t.Context(), "a", []byte("{}"))
	var failure *fetch.Error
	require.ErrorAs(t, err, &failure)
	_, _, retryable := failure.Explain()
	return retryable
}

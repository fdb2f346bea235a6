package fetch_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

const answer = `{"data":{"a":1}}`

// subgraph serves a handler and returns a client that has it as "a".
func subgraph(t testing.TB, rules fetch.Subgraph, handler http.HandlerFunc) *fetch.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	rules.Name, rules.URL = "a", server.URL+"/graphql"
	return client(t, rules)
}

func client(t testing.TB, rules fetch.Subgraph) *fetch.Client {
	t.Helper()
	if rules.Timeout == 0 {
		rules.Timeout = time.Minute
	}
	c := fetch.NewClient([]fetch.Subgraph{rules}, fetch.Limits{ResponseBytes: 100, Connections: 8})
	t.Cleanup(c.Close)
	return c
}

func TestTheClientsAddressIsToldToWhoWantsIt(t *testing.T) {
	t.Parallel()
	var got []string
	record := func(w http.ResponseWriter, r *http.Request) {
		got = r.Header["X-Forwarded-For"]
		_, _ = io.WriteString(w, answer)
	}
	for _, c := range []struct {
		wants  bool
		passed []string // the client's own header
		from   string
		want   []string
	}{
		{true, nil, "192.0.2.1:4321", []string{"192.0.2.1"}},
		{true, []string{"203.0.113.7", "10.0.0.1"}, "[2001:db8::1]:80", []string{"203.0.113.7, 10.0.0.1, 2001:db8::1"}},
		{true, []string{"203.0.113.7"}, "", nil}, // a query
		{false, []string{"203.0.113.7"}, "192.0.2.1:4321", nil},
	} {
		rules := fetch.Subgraph{ClientAddress: c.wants}
		if c.wants {
			rules.ForwardHeaders = []string{"x-forwarded-for"} // must not be forwarded unchanged
		}
		request := subgraph(t, rules, record).For(http.Header{"X-Forwarded-For": c.passed}, "1")
		if c.from != "" {
			request.From(c.from)
		}
		_, err := request.Fetch(t.Context(), "a", []byte(`{}`))
		require.NoError(t, err)
		require.Equal(t, c.want, got)
	}
}

func TestFetchPostsAndForwardsByRule(t *testing.T) {
	t.Parallel()
	rules := fetch.Subgraph{
		ForwardHeaders: []string{"authorization", "x-tenant"},
		ForwardCookies: []string{"access", "absent"},
		ReturnHeaders:  []string{"set-cookie", "Set-Cookie"},
	}
	var got *http.Request
	var body string
	c := subgraph(t, rules, func(w http.ResponseWriter, r *http.Request) {
		content, _ := io.ReadAll(r.Body)
		got, body = r, string(content)
		w.Header().Add("Set-Cookie", "access=2")
		w.Header().Add("Set-Cookie", "refresh=3")
		w.Header().Set("X-Internal", "secret")
		_, _ = io.WriteString(w, answer)
	})
	request := c.For(http.Header{
		"Authorization": {"Bearer token"},
		"Cookie":        {"access=1; tracking=no", "other=no"},
		"X-Other":       {"no"},
		"Content-Type":  {"text/plain"},
	}, "request-1")

	content, err := request.Fetch(t.Context(), "a", []byte(`{"query":"{a}"}`))
	require.NoError(t, err)
	require.Equal(t, answer, string(content))
	require.Equal(t, `{"query":"{a}"}`, body)
	require.Equal(t, "POST /graphql", got.Method+" "+got.URL.Path)
	require.Equal(t, "application/json", got.Header.Get("Content-Type"))
	require.Equal(t, []string{"Bearer token"}, got.Header["Authorization"])
	require.Equal(t, []string{"access=1"}, got.Header["Cookie"])
	require.Equal(t, "request-1", got.Header.Get("X-Request-Id"))
	require.NotContains(t, got.Header, "X-Other")
	require.NotContains(t, got.Header, "X-Tenant")
	require.Equal(t, http.Header{"Set-Cookie": {"access=2", "refresh=3"}}, request.Returned())
}

func TestFetchErrors(t *testing.T) {
	t.Parallel()
	status := func(code int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(code)
			_, _ = io.WriteString(w, body)
		}
	}
	cases := map[string]struct {
		handler   http.HandlerFunc
		code      string
		retryable bool
	}{
		"GraphQL errors with status 400": {status(400, `{"errors":[{"message":"no"}]}`), "", false},
		"JSON after white space":         {status(200, "\n\t {}"), "", false},
		"a byte order mark":              {status(200, "\uFEFF{}"), "", false},
		"data with status 500":           {status(500, answer), "", false},
		"errors with status 503":         {status(503, `{"errors":[{"message":"later"}]}`), "", false},
		"data with status 429":           {status(429, answer), "", false},
		"status 500, other JSON":         {status(500, `{"message":"Internal server error"}`), fetch.CodeUnavailable, false},
		"status 500, no messages":        {status(500, `{"errors":[{"reason":"x"}]}`), fetch.CodeUnavailable, false},
		"status 503, other names":        {status(503, `{"Errors":[{"Message":"busy"}]}`), fetch.CodeUnavailable, true},
		"status 503, no JSON":            {status(503, "busy"), fetch.CodeUnavailable, true},
		"status 501":                     {status(501, "what?"), fetch.CodeUnavailable, false},
		"status 429":                     {status(429, "slow down"), fetch.CodeRateLimited, true},
		"status 403, other JSON":         {status(403, `{"error":"who are you?"}`), fetch.CodeBadResponse, false},
		"not JSON":                       {status(200, "<html>"), fetch.CodeBadResponse, false},
		"empty":                          {status(200, ""), fetch.CodeBadResponse, false},
		"redirect":                       {status(302, ""), fetch.CodeBadResponse, false},
		"too large":                      {status(200, "{"+strings.Repeat(" ", 100)), fetch.CodeTooLarge, false},
		"too large, length unknown": {func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, "{")
			w.(http.Flusher).Flush()
			_, _ = io.WriteString(w, strings.Repeat(" ", 100))
		}, fetch.CodeTooLarge, false},
		"connection breaks off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "50")
			_, _ = io.WriteString(w, answer)
			panic(http.ErrAbortHandler)
		}, fetch.CodeUnavailable, true},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := subgraph(t, fetch.Subgraph{}, test.handler).For(nil, "").Fetch(t.Context(), "a", []byte("{}"))
			if test.code == "" {
				require.NoError(t, err)
				return
			}
			requireCode(t, err, test.code, test.retryable)
		})
	}
}

func requireCode(t testing.TB, err error, code string, retryable bool) {
	t.Helper()
	var e *fetch.Error
	require.ErrorAs(t, err, &e)
	gotCode, message, gotRetryable := e.Explain()
	require.Equal(t, code, gotCode, e)
	require.Equal(t, retryable, gotRetryable, e)
	require.NotContains(t, message, "127.0.0.1")
}

func TestFetchRefused(t *testing.T) {
	t.Parallel()
	const nobody = "http://127.0.0.1:1" // below the system's ephemeral ports
	c := client(t, fetch.Subgraph{Name: "a", URL: nobody})
	_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
	requireCode(t, err, fetch.CodeUnavailable, true)
}

// TestFetchTimesOut uses a subgraph that accepts the connection and then does not answer, like a
// stopped process.
func TestFetchTimesOut(t *testing.T) {
	t.Parallel()
	c := subgraph(t, fetch.Subgraph{Timeout: 10 * time.Millisecond}, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done()
	})
	_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
	requireCode(t, err, fetch.CodeTimeout, true)
}

func TestFetchTimesOutInTheBody(t *testing.T) {
	t.Parallel()
	c := subgraph(t, fetch.Subgraph{Timeout: 50 * time.Millisecond}, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		_, _ = io.WriteString(w, "{")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
	requireCode(t, err, fetch.CodeTimeout, true)
}

func TestFetchEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	c := subgraph(t, fetch.Subgraph{}, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		cancel()
		<-r.Context().Done()
	})
	_, err := c.For(nil, "").Fetch(ctx, "a", nil)
	require.ErrorIs(t, err, context.Canceled)
}

func TestFetchUnknownSubgraph(t *testing.T) {
	t.Parallel()
	_, err := client(t, fetch.Subgraph{Name: "a"}).For(nil, "").Fetch(t.Context(), "b", nil)
	requireCode(t, err, fetch.CodeInternal, false)
}

// TestFetchKeepsConnections checks that later bursts use the connections that the first one
// opened.
func TestFetchKeepsConnections(t *testing.T) {
	t.Parallel()
	const together = 8
	var opened atomic.Int32
	var gate sync.WaitGroup
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		gate.Done()
		gate.Wait()
		_, _ = io.WriteString(w, answer)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	request := client(t, fetch.Subgraph{Name: "a", URL: server.URL}).For(nil, "")
	for range 5 {
		gate.Add(together)
		var burst sync.WaitGroup
		for range together {
			burst.Go(func() {
				_, err := request.Fetch(t.Context(), "a", nil)
				require.NoError(t, err)
			})
		}
		burst.Wait()
	}
	require.EqualValues(t, together, opened.Load())
}

// TestSharedRequestHeedsTheDeadline checks that the leader of a shared request waits no longer
// than its own deadline.
func TestSharedRequestHeedsTheDeadline(t *testing.T) {
	t.Parallel()
	arrived, release := make(chan struct{}, 2), make(chan struct{})
	c := subgraph(t, fetch.Subgraph{}, func(w http.ResponseWriter, _ *http.Request) {
		arrived <- struct{}{}
		<-release
		_, _ = io.WriteString(w, answer)
	})
	ask := func(ctx context.Context) ([]byte, error) {
		request := c.For(http.Header{}, "1")
		request.Share()
		return request.Fetch(ctx, "a", []byte("{}"))
	}
	second := make(chan []byte, 1)
	hurried, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	go func() {
		<-arrived
		content, _ := ask(t.Context())
		second <- content
	}()
	_, err := ask(hurried)
	var failure *fetch.Error
	require.ErrorAs(t, err, &failure)
	require.Equal(t, fetch.CodeTimeout, failure.Code)
	close(release)
	require.Equal(t, answer, string(<-second))
}

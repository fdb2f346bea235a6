package denylist_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
)

const patience = 20 * time.Second

func options() denylist.Options {
	return denylist.Options{
		MaxEntries: 1000, Leeway: 30 * time.Second, Life: time.Hour,
		ValueField: "sessionId", EndField: "expiresAt", Log: slog.New(slog.DiscardHandler),
	}
}

func denies(l *denylist.List, value string) bool { return l.Denies(denylist.KeyOf(value)) }

func TestAnEntryEndsWithItsTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := denylist.New(options(), nil)
		l.Deny("a", time.Now().Add(10*time.Minute))
		require.True(t, denies(l, "a"))
		require.False(t, denies(l, "b"))
		time.Sleep(10 * time.Minute) // in the bubble
		require.True(t, denies(l, "a"), "clocks may differ")
		time.Sleep(31 * time.Second)
		require.False(t, denies(l, "a"))
		l.Deny("b", time.Now().Add(time.Minute))
		require.Equal(t, 1, l.Len(), "the entry that ended takes no memory")
		l.Deny("c", time.Now().Add(-time.Hour))
		require.Equal(t, 1, l.Len(), "an entry of the past is not added")
	})
}

// A message may come twice, and in any order. The later end counts.
func TestTheLaterEndCounts(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := denylist.New(options(), nil)
		for _, minutes := range []time.Duration{5, 20, 10} {
			l.Deny("a", time.Now().Add(minutes*time.Minute))
		}
		time.Sleep(20 * time.Minute) // in the bubble
		l.Deny("b", time.Now().Add(time.Minute))
		require.True(t, denies(l, "a"))
	})
}

func TestAFullListForgetsWhatEndsFirst(t *testing.T) {
	t.Parallel()
	o := options()
	o.MaxEntries = 100
	l := denylist.New(o, nil)
	l.Deny("soon", time.Now().Add(time.Minute))
	for n := range 99 {
		l.Deny(fmt.Sprint(n), time.Now().Add(time.Hour))
	}
	require.True(t, denies(l, "soon"))
	for n := range 10_000 { // the same values again and again
		l.Deny(fmt.Sprint(n%99), time.Now().Add(time.Hour+time.Duration(n)*time.Millisecond))
	}
	require.Equal(t, 100, l.Len())
	require.True(t, denies(l, "soon"))
	l.Deny("one too many", time.Now().Add(2*time.Hour))
	require.False(t, denies(l, "soon"))
	require.True(t, denies(l, "one too many"))
	for n := range 99 {
		require.True(t, denies(l, fmt.Sprint(n)), n)
	}
}

func TestAnEntryWhoseEndMovesIsForgottenLater(t *testing.T) {
	t.Parallel()
	o := options()
	o.MaxEntries = 3
	l := denylist.New(o, nil)
	for n, value := range []string{"a", "b", "c"} {
		l.Deny(value, time.Now().Add(time.Duration(n+1)*time.Hour))
	}
	l.Deny("a", time.Now().Add(9*time.Hour))
	l.Deny("d", time.Now().Add(9*time.Hour))
	require.True(t, denies(l, "a"))
	require.False(t, denies(l, "b"))
}

func TestAReloadKeepsTheEntries(t *testing.T) {
	t.Parallel()
	old := denylist.New(options(), nil)
	old.Deny("a", time.Now().Add(time.Hour))
	require.True(t, denies(denylist.New(options(), old), "a"))
}

// endpoint is an HTTP endpoint with entries, which returns two of them at a time.
type endpoint struct {
	*httptest.Server

	entries atomic.Pointer[[]string]
	down    atomic.Bool
	cursors chan string
}

func serve(t *testing.T) *endpoint {
	t.Helper()
	e := &endpoint{cursors: make(chan string, 10_000)}
	e.entries.Store(&[]string{})
	e.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if e.down.Load() || r.Header.Get("Authorization") != "Bearer secret" {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		cursor := r.URL.Query().Get("after")
		e.cursors <- cursor
		from, all := 0, *e.entries.Load()
		_, _ = fmt.Sscan(cursor, &from)
		to := min(from+2, len(all))
		page := []map[string]any{}
		for _, value := range all[from:to] {
			page = append(page, map[string]any{"sessionId": value, "expiresAt": time.Now().Add(time.Hour).Unix()})
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"entries": page, "cursor": fmt.Sprint(to)})
	}))
	t.Cleanup(e.Close)
	return e
}

func (e *endpoint) deny(values ...string) {
	all := append(append([]string{}, *e.entries.Load()...), values...)
	e.entries.Store(&all)
}

func TestAnEndpointIsReadPageByPage(t *testing.T) {
	t.Parallel()
	e := serve(t)
	e.deny("a", "b", "c", "d", "e")
	l := denylist.New(options(), nil)
	go l.FollowHTTP(t.Context(), denylist.HTTP{
		URL: e.URL + "/revoked?of=shop", Authorization: "Bearer secret", Every: time.Millisecond, Timeout: patience,
	})
	require.Eventually(t, func() bool { return denies(l, "e") }, patience, time.Millisecond)
	require.Equal(t, 5, l.Len())
	for _, cursor := range []string{"", "2", "4"} {
		require.Equal(t, cursor, <-e.cursors)
	}
	e.down.Store(true)
	e.deny("f", "g", "h")
	e.down.Store(false)
	require.Eventually(t, func() bool { return denies(l, "h") }, patience, time.Millisecond)
	require.True(t, denies(l, "f"))
}

// Once all entries are read, the endpoint is not asked again before the interval is over.
func TestAnEndpointHasAPause(t *testing.T) {
	t.Parallel()
	e := serve(t)
	e.deny("a", "b", "c")
	l := denylist.New(options(), nil)
	go l.FollowHTTP(t.Context(), denylist.HTTP{
		URL: e.URL, Authorization: "Bearer secret", Every: time.Hour, Timeout: patience,
	})
	for _, cursor := range []string{"", "2", "3"} {
		require.Equal(t, cursor, <-e.cursors)
	}
	for range 100 { // other requests to it
		answer, err := http.Get(e.URL)
		require.NoError(t, err)
		require.NoError(t, answer.Body.Close())
	}
	require.Empty(t, e.cursors)
}

// An endpoint without a cursor returns all entries each time.
func TestAnEndpointMayHaveNoCursor(t *testing.T) {
	t.Parallel()
	var text atomic.Value
	text.Store(`{"entries": [{"sessionId": "a"}, {"other": 1}, {"sessionId": "b", "expiresAt": "yesterday"}, 7]}`)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(text.Load().(string)))
	}))
	t.Cleanup(server.Close)
	l := denylist.New(options(), nil)
	go l.FollowHTTP(t.Context(), denylist.HTTP{URL: server.URL, Every: time.Millisecond, Timeout: patience})
	require.Eventually(t, func() bool { return denies(l, "a") }, patience, time.Millisecond)
	require.Equal(t, 1, l.Len(), "malformed entries are ignored")
	text.Store(`{"entries": [{"sessionId": "c"}]}`)
	require.Eventually(t, func() bool { return denies(l, "c") }, patience, time.Millisecond)
}

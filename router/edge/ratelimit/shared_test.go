package ratelimit_test

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
	"github.com/trefoil-graph/trefoil/router/tests/redistest"
)

func TestRoutersShareALimit(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	first := onRedis(t, server, ratelimit.FailClosed, hourly(2, ratelimit.BySubject))
	second := onRedis(t, server, ratelimit.FailClosed, hourly(2, ratelimit.BySubject))
	ada := ratelimit.Caller{Subject: "ada"}
	for _, l := range []*ratelimit.Limiter{first, second} {
		_, err := l.Caller(t.Context(), ada, 1)
		require.NoError(t, err)
	}
	for _, l := range []*ratelimit.Limiter{first, second} {
		_, err := l.Caller(t.Context(), ada, 1)
		requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		require.Zero(t, l.Keys(), "nothing is counted in memory")
	}
}

// TestRedisForgetsWholeQuotas shows that Redis deletes a key when its quota is full again, and
// that the value keeps all digits: exactly 1,000 charges fit into a quota of 1,000.
func TestRedisForgetsWholeQuotas(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	rule := hourly(1000, ratelimit.BySubject)
	rule.Period = 7 * time.Hour
	l := onRedis(t, server, ratelimit.FailClosed, rule)
	passed := 0
	for range 1010 {
		if _, err := l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 1); err == nil {
			passed++
		}
	}
	require.Equal(t, 1000, passed)
	client := server.Client(t)
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	require.Equal(t, []string{"trefoil:rate:test|subject:3:ada"}, keys)
	value, err := client.Get(t.Context(), keys[0]).Result()
	require.NoError(t, err)
	require.Regexp(t, `^\d{16}\.\d{3}$`, value, "µs since 1970")
	lives, err := client.PTTL(t.Context(), keys[0]).Result()
	require.NoError(t, err)
	require.Less(t, math.Abs((lives - rule.Period).Minutes()), 5.0)
}

// TestAClockThatIsSetBackLocksNobodyOut sets the time at which a quota is whole to a day from now,
// as if the server's clock had been a day ahead. The caller waits as for a quota that is used up.
func TestAClockThatIsSetBackLocksNobodyOut(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	l := onRedis(t, server, ratelimit.FailClosed, hourly(2, ratelimit.BySubject))
	ada := ratelimit.Caller{Subject: "ada"}
	_, err := l.Caller(t.Context(), ada, 1)
	require.NoError(t, err)
	client := server.Client(t)
	keys, err := client.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	tomorrow := time.Now().Add(24 * time.Hour).UnixMicro()
	require.NoError(t, client.Set(t.Context(), keys[0], tomorrow, time.Hour).Err())
	_, err = l.Caller(t.Context(), ada, 1)
	refused := requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
	wait, err := strconv.Atoi(refused.Header.Get("Retry-After"))
	require.NoError(t, err)
	require.LessOrEqual(t, wait, 1801, "half of the hour, for one of two")
}

func TestWhatHappensWithoutRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	limiters := map[string]*ratelimit.Limiter{}
	for _, mode := range []string{"", ratelimit.FailLocal, ratelimit.FailOpen, ratelimit.FailClosed} {
		limiters[mode] = onRedis(t, server, mode, hourly(2, ratelimit.BySubject))
	}
	server.Stop()
	ask := func(mode string) error {
		_, err := limiters[mode].Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 1)
		return err
	}
	for _, mode := range []string{"", ratelimit.FailLocal} {
		require.NoError(t, ask(mode))
		require.NoError(t, ask(mode))
		requireRefused(t, ask(mode), http.StatusTooManyRequests, ratelimit.CodeLimited)
	}
	for range 5 {
		require.NoError(t, ask(ratelimit.FailOpen))
	}
	refused := requireRefused(t, ask(ratelimit.FailClosed), http.StatusServiceUnavailable, ratelimit.CodeUnavailable)
	require.Equal(t, "1", refused.Header.Get("Retry-After"))
	server.Start(t)
	require.Eventually(t, func() bool { return ask(ratelimit.FailClosed) == nil }, 10*time.Second, 10*time.Millisecond)
}

func TestAClientThatLeavesGetsItsOwnError(t *testing.T) {
	t.Parallel()
	l := onRedis(t, redistest.Start(t), ratelimit.FailClosed, hourly(2, ratelimit.BySubject))
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err := l.Caller(gone, ratelimit.Caller{Subject: "ada"}, 1)
	require.ErrorIs(t, err, context.Canceled)
}

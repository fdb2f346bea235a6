package redisclient_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
	"github.com/trefoil-graph/trefoil/router/tests/redistest"
)

func ping(ctx context.Context, r *redis.Client) error { return r.Ping(ctx).Err() }

func TestDoCallsTheServer(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	c, err := redisclient.New(redisclient.Options{URL: server.URL, Timeout: 5 * time.Second, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	require.NoError(t, c.Do(t.Context(), ping))
	err = c.Do(t.Context(), func(ctx context.Context, r *redis.Client) error { return r.Get(ctx, "absent").Err() })
	require.ErrorIs(t, err, redis.Nil)
	require.NoError(t, c.Do(t.Context(), ping), "an absent value is not a failure")
}

func TestAnOutageIsLoggedOnceAndEnds(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	server.Stop()
	var out locked
	c, err := redisclient.New(redisclient.Options{URL: server.URL, Timeout: 5 * time.Second, Log: slog.New(slog.NewTextHandler(&out, nil))})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	err = c.Do(t.Context(), ping)
	require.Error(t, err)
	require.NotErrorIs(t, err, redisclient.ErrPaused)
	called := false
	err = c.Do(t.Context(), func(context.Context, *redis.Client) error { called = true; return nil })
	require.ErrorIs(t, err, redisclient.ErrPaused)
	require.False(t, called)
	server.Start(t)
	require.Eventually(t, func() bool { return c.Do(t.Context(), ping) == nil }, 10*time.Second, 10*time.Millisecond)
	require.Equal(t, 1, strings.Count(out.String(), "does not answer"))
	require.Equal(t, 1, strings.Count(out.String(), "answers again"))
}

func TestASilentServerIsNotAwaited(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "s")
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "unix", socket)
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	c, err := redisclient.New(redisclient.Options{URL: "unix://" + socket, Timeout: 50 * time.Millisecond, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	require.Error(t, c.Do(t.Context(), ping))
}

func TestAClientThatLeavesIsNotAnOutage(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	c, err := redisclient.New(redisclient.Options{URL: server.URL, Timeout: 5 * time.Second, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	gone, leave := context.WithCancel(t.Context())
	leave()
	require.Error(t, c.Do(gone, ping))
	require.NoError(t, c.Do(t.Context(), ping))
}

func TestNewRefusesAWrongURL(t *testing.T) {
	t.Parallel()
	_, err := redisclient.New(redisclient.Options{URL: "http://localhost"})
	require.Error(t, err)
	require.Error(t, redisclient.CheckURL("http://localhost"))
	require.NoError(t, redisclient.CheckURL("rediss://user:secret@host:6380/2"))
	require.False(t, errors.Is(err, redisclient.ErrPaused))
}

// locked is a buffer that several goroutines can use at once.
type locked struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

package watch_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/watch"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// TestNextReturnsWhatChanged checks that Next returns only after a change, at its next look.
func TestNextReturnsWhatChanged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		text := new(atomic.Value)
		text.Store("a")
		sources := watch.Sources{
			"one": watch.Text(func(context.Context) (string, error) { return text.Load().(string), nil }),
			"two": watch.Text(func(context.Context) (string, error) { return "same", nil }),
			"bad": watch.Text(func(context.Context) (string, error) { return "", io.EOF }),
		}
		w := watch.New(quiet())
		w.See(ctx, sources)
		began := time.Now()
		time.AfterFunc(2500*time.Millisecond, func() { text.Store("b") })
		require.Equal(t, []string{"one"}, w.Next(ctx, time.Second, sources))
		require.Equal(t, 3*time.Second, time.Since(began))

		time.AfterFunc(5*time.Second, cancel)
		require.Nil(t, w.Next(ctx, time.Second, sources), "nothing changes until the context ends")
	})
}

// TestAChangeBeforeNextIsNoticed checks that a change between See and Next is not lost.
func TestAChangeBeforeNextIsNoticed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		content := "a"
		sources := watch.Sources{"s": watch.Text(func(context.Context) (string, error) { return content, nil })}
		w := watch.New(quiet())
		w.See(t.Context(), sources)
		content = "b"
		require.Equal(t, []string{"s"}, w.Next(t.Context(), time.Second, sources))
	})
}

// TestFile checks that the fingerprint of a file depends on its content, also if the file is
// replaced.
func TestFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "schema.graphqls")
	write := func(path, text string, at time.Time) {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
		require.NoError(t, os.Chtimes(path, at, at))
	}
	file := watch.File(path)
	_, err := file(t.Context())
	require.Error(t, err)
	write(path, "a", time.Unix(1, 0))
	first, err := file(t.Context())
	require.NoError(t, err)
	write(path, "a", time.Unix(2, 0))
	touched, err := file(t.Context())
	require.NoError(t, err)
	require.Equal(t, first, touched, "the time alone is no change")
	write(path+".new", "b", time.Unix(3, 0))
	require.NoError(t, os.Rename(path+".new", path))
	replaced, err := file(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, first, replaced)
}

// TestURL checks that a server with an ETag does not send the same content twice.
func TestURL(t *testing.T) {
	t.Parallel()
	var sent, down atomic.Int64
	version := new(atomic.Value)
	version.Store("1")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if down.Load() > 0 {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		tag := `"` + version.Load().(string) + `"`
		w.Header().Set("ETag", tag)
		if r.Header.Get("If-None-Match") == tag {
			w.WriteHeader(http.StatusNotModified)
			return
		}
		sent.Add(1)
		_, _ = io.WriteString(w, "schema "+tag)
	}))
	t.Cleanup(server.Close)
	address := watch.URL(server.Client(), server.URL)
	first, err := address(t.Context())
	require.NoError(t, err)
	again, err := address(t.Context())
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, int64(1), sent.Load())
	down.Store(1)
	_, err = address(t.Context())
	require.ErrorContains(t, err, "502")
	down.Store(0)
	version.Store("2")
	changed, err := address(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, first, changed)
}

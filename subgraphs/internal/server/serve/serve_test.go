package serve_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

const patience = 20 * time.Second

// start runs a service. It returns the URL, and the result of Run after stop is called.
func start(t *testing.T, config serve.Config) (base string, stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	address, done := make(chan string, 1), make(chan error, 1)
	config.Listen, config.Log = "127.0.0.1:0", slog.New(slog.DiscardHandler)
	config.OnListen = func(a net.Addr) { address <- a.String() }
	if config.GraphQL == nil {
		config.GraphQL = http.NotFoundHandler()
	}
	go func() { done <- serve.Run(ctx, config) }()
	t.Cleanup(cancel)
	return "http://" + <-address, cancel, done
}

func wait[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	select {
	case got := <-from:
		return got
	case <-time.After(patience):
		t.Fatal("nothing was received")
		panic("unreachable")
	}
}

func get(t *testing.T, url string) (status int, body string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	return answer.StatusCode, strings.TrimSpace(string(text))
}

func TestHealth(t *testing.T) {
	t.Parallel()
	var broken, connected atomic.Bool
	connected.Store(true)
	base, stop, ended := start(t, serve.Config{
		Ready: func(context.Context) error {
			if broken.Load() {
				return errors.New("secret")
			}
			return nil
		},
		Bus:    connected.Load,
		Routes: map[string]http.Handler{"GET /extra": http.RedirectHandler("/healthz", http.StatusFound)},
	})
	status, body := get(t, base+"/extra")
	require.Equal(t, 200, status)
	require.Equal(t, "ok", body)
	status, body = get(t, base+"/readyz")
	require.Equal(t, 200, status)
	require.Equal(t, "ready", body)

	broken.Store(true)
	status, body = get(t, base+"/readyz")
	require.Equal(t, 503, status)
	require.Equal(t, "not ready; database: takes no writes", body)
	connected.Store(false)
	_, body = get(t, base+"/readyz")
	require.Equal(t, "not ready; database: takes no writes; message server: not connected, messages wait", body)
	broken.Store(false)
	status, body = get(t, base+"/readyz")
	require.Equal(t, 200, status)
	require.Equal(t, "ready; message server: not connected, messages wait", body)
	status, _ = get(t, base+"/healthz")
	require.Equal(t, 200, status)
	stop()
	require.NoError(t, wait(t, ended))
}

func TestStopFinishesRequestsAndThenTheBackground(t *testing.T) {
	t.Parallel()
	entered, release := make(chan struct{}), make(chan struct{})
	background := make(chan struct{})
	base, stop, ended := start(t, serve.Config{
		GraphQL: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			close(entered)
			<-release
			select {
			case <-background:
				http.Error(w, "the background ended before the request", http.StatusInternalServerError)
			default:
				_, _ = io.WriteString(w, "done")
			}
		}),
		Background: []func(context.Context) error{func(ctx context.Context) error {
			<-ctx.Done()
			close(background)
			return nil
		}},
	})
	type result struct {
		status int
		body   string
	}
	got := make(chan result, 1)
	go func() {
		status, body := get(t, base+"/graphql")
		got <- result{status, body}
	}()
	wait(t, entered)
	stop()
	require.Eventually(t, func() bool { // new connections are refused
		connection, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err == nil {
			_ = connection.Close()
		}
		return err != nil
	}, patience, time.Millisecond)
	close(release)
	require.Equal(t, result{200, "done"}, wait(t, got))
	require.NoError(t, wait(t, ended))
	wait(t, background)
}

// sendSlowly begins a POST whose body never ends, and returns once the handler is reading it.
func sendSlowly(t *testing.T, base string, reading <-chan struct{}) net.Conn {
	t.Helper()
	client, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	_, err = io.WriteString(client, "POST /graphql HTTP/1.1\r\nHost: shop\r\nContent-Length: 100\r\n\r\n{")
	require.NoError(t, err)
	wait(t, reading)
	return client
}

func TestAStopCutsOffASlowBodyAndSucceeds(t *testing.T) {
	t.Parallel()
	reading := make(chan struct{})
	background := make(chan struct{})
	base, stop, ended := start(t, serve.Config{
		Drain: 20 * time.Millisecond,
		GraphQL: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			close(reading)
			_, _ = io.Copy(io.Discard, r.Body)
		}),
		Background: []func(context.Context) error{func(ctx context.Context) error {
			<-ctx.Done()
			close(background)
			return nil
		}},
	})
	client := sendSlowly(t, base, reading)
	stop()
	require.NoError(t, wait(t, ended))
	wait(t, background)
	_, err := client.Read(make([]byte, 1))
	require.Error(t, err, "the connection is closed")
}

func TestBackgroundWorkThatHangsDoesNotHoldUpTheStop(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	_, stop, ended := start(t, serve.Config{Background: []func(context.Context) error{
		func(context.Context) error { <-release; return nil },
	}})
	stop()
	require.NoError(t, wait(t, ended))
}

func TestFailureInTheBackgroundStopsTheService(t *testing.T) {
	t.Parallel()
	failure := errors.New("lost")
	_, _, ended := start(t, serve.Config{
		Background: []func(context.Context) error{func(context.Context) error { return failure }},
	})
	require.ErrorIs(t, wait(t, ended), failure)
}

func TestTakenAddress(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer func() { _ = taken.Close() }()
	err = serve.Run(t.Context(), serve.Config{Listen: taken.Addr().String(), Log: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "listen")
}

func TestPanicOutsideGraphQL(t *testing.T) {
	t.Parallel()
	recorder := httptest.NewRecorder()
	serve.Handler(serve.Config{
		Log:     slog.New(slog.DiscardHandler),
		GraphQL: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("secret") }),
	}).ServeHTTP(recorder, post(`{}`))
	require.Equal(t, 500, recorder.Code)
	require.JSONEq(t, `{"errors":[{"message":"Something went wrong on our side.","extensions":{"code":"INTERNAL"}}]}`,
		recorder.Body.String())
}

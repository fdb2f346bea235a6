package serve_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// silent is a schema whose subscription sends one response, and then nothing until it is stopped.
type silent struct{ *schema }

func newSilent() silent {
	return silent{&schema{parsed: gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { field: Boolean }
		type Subscription { changed: Boolean }`})}}
}

func (silent) Exec(context.Context) graphql.ResponseHandler {
	sent := false
	return func(ctx context.Context) *graphql.Response {
		if sent {
			<-ctx.Done()
			return nil
		}
		sent = true
		return &graphql.Response{Data: json.RawMessage(`{"changed":true}`)}
	}
}

// subscribe answers a subscription on w. The channel is closed when the answer is complete.
func subscribe(ctx context.Context, w http.ResponseWriter) (complete <-chan struct{}) {
	done := make(chan struct{})
	request := httptest.NewRequestWithContext(ctx, http.MethodPost, "/graphql", strings.NewReader(`{"query":"subscription { changed }"}`))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "text/event-stream")
	go func() {
		defer close(done)
		serve.GraphQL(newSilent(), slog.New(slog.DiscardHandler), serve.Options{}).ServeHTTP(w, request)
	}()
	return done
}

// client records what it receives. If it is deaf, it disconnects after the first event without
// closing the connection.
type client struct {
	http.ResponseWriter
	deaf  bool
	mutex sync.Mutex
	heard bytes.Buffer
}

func newClient(deaf bool) *client { return &client{ResponseWriter: httptest.NewRecorder(), deaf: deaf} }

func (c *client) Unwrap() http.ResponseWriter { return c.ResponseWriter }

func (c *client) Write(data []byte) (int, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if c.deaf && c.heard.Len() > 0 {
		return 0, errors.New("broken pipe")
	}
	return c.heard.Write(data)
}

func (c *client) all() string {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.heard.String()
}

func TestASilentSubscriptionIsKeptAlive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClient(false)
		ctx, cancel := context.WithCancel(t.Context())
		complete := subscribe(ctx, c)
		const next, alive = "event: next\ndata: {\"data\":{\"changed\":true}}\n\n", ": alive\n\n"
		time.Sleep(14 * time.Second)
		synctest.Wait()
		require.Equal(t, next, c.all())
		time.Sleep(32 * time.Second)
		synctest.Wait()
		require.Equal(t, next+strings.Repeat(alive, 3), c.all())
		cancel()
		<-complete
		require.Equal(t, next+strings.Repeat(alive, 3)+"event: complete\ndata:\n\n", c.all())
	})
}

// pipe is a listener with one connection. The connection buffers nothing, so a write blocks until
// the client reads.
type pipe struct {
	net.Listener
	connections chan net.Conn
}

func (p pipe) Accept() (net.Conn, error) {
	if connection, open := <-p.connections; open {
		return connection, nil
	}
	return nil, net.ErrClosed
}

func (pipe) Close() error   { return nil }
func (pipe) Addr() net.Addr { return &net.TCPAddr{} }

// A client that keeps its connection but reads nothing loses its subscription. Without the time
// limit, all goroutines in the bubble of synctest would block, which fails the test.
func TestASubscriptionEndsWhenItsClientDoesNotRead(t *testing.T) {
	t.Parallel()
	for name, lines := range map[string]int{"from the beginning": 0, "after the first event": 8} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { requireStalledEnds(t, lines) })
		})
	}
}

// requireStalledEnds subscribes, reads a number of lines of the answer, and requires the handler
// to return.
func requireStalledEnds(t *testing.T, lines int) {
	t.Helper()
	graphQL := serve.GraphQL(newSilent(), slog.New(slog.DiscardHandler), serve.Options{})
	ended := make(chan struct{})
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		graphQL.ServeHTTP(w, r)
	})}
	theirs, ours := net.Pipe()
	listener := pipe{connections: make(chan net.Conn, 1)}
	listener.connections <- ours
	go func() { _ = server.Serve(listener) }()
	const body = `{"query":"subscription { changed }"}`
	_, err := fmt.Fprintf(theirs, "POST /graphql HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"+
		"Accept: text/event-stream\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	require.NoError(t, err)
	answer := bufio.NewReader(theirs)
	for range lines {
		_, err := answer.ReadString('\n')
		require.NoError(t, err)
	}
	<-ended
	require.NoError(t, theirs.Close())
	close(listener.connections)
	require.NoError(t, server.Close())
}

func TestASubscriptionEndsWhenItsClientHasGone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		<-subscribe(t.Context(), newClient(true))
		require.Equal(t, 15*time.Second, time.Since(began), "the first comment fails")
	})
}

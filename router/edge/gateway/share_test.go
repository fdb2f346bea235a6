package gateway_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

// sharing returns a gateway with all sharing enabled, over one subgraph that the test serves.
func sharing(t testing.TB, subgraphIs http.HandlerFunc) *gateway.Gateway {
	t.Helper()
	server := httptest.NewServer(subgraphIs)
	t.Cleanup(server.Close)
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: server.URL, SDL: `type Query { count: Int } type Mutation { add: Int }`}})
	require.NoError(t, err)
	client := fetch.NewClient([]fetch.Subgraph{{Name: "a", URL: server.URL, Timeout: time.Minute}}, fetch.Limits{ResponseBytes: 1000, Connections: 8})
	t.Cleanup(client.Close)
	log := slog.New(slog.DiscardHandler)
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 10, ShareOperations: true, ShareSubgraphRequests: true, Log: log,
	})
	require.NoError(t, err)
	g := gateway.New(gateway.Options{BodyBytes: 1000, Log: log})
	g.Use(engine)
	return g
}

func post(g *gateway.Gateway, text string) string {
	recorder := httptest.NewRecorder()
	g.ServeHTTP(recorder, query(text))
	return recorder.Body.String()
}

// TestNoAnswerIsOlderThanOnesOwnMutation checks that a client sees its own mutation, even if an
// equal query that started earlier is still in flight.
func TestNoAnswerIsOlderThanOnesOwnMutation(t *testing.T) {
	t.Parallel()
	var count, queries atomic.Int64
	first, release := make(chan struct{}), make(chan struct{})
	g := sharing(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if strings.Contains(string(body), "add") {
			_, _ = io.WriteString(w, `{"data":{"add":`+string('0'+rune(count.Add(1)))+`}}`)
			return
		}
		seen := count.Load()
		if queries.Add(1) == 1 {
			close(first)
			<-release
		}
		_, _ = io.WriteString(w, `{"data":{"count":`+string('0'+rune(seen))+`}}`)
	})
	var early sync.WaitGroup
	early.Go(func() { require.Equal(t, `{"data":{"count":0}}`, post(g, `{ count }`)) })
	<-first
	require.Equal(t, `{"data":{"add":1}}`, post(g, `mutation { add }`))
	require.Equal(t, `{"data":{"count":1}}`, post(g, `{ count }`))
	close(release)
	early.Wait()
}

package gateway

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

// TestOneFailureDoesNotEndSharing checks that after a response that only one client could use,
// later responses to the operation are shared again.
func TestOneFailureDoesNotEndSharing(t *testing.T) {
	t.Parallel()
	var fails atomic.Bool
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if fails.Load() {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		_, _ = io.WriteString(w, `{"data":{"a":1}}`)
	}))
	t.Cleanup(server.Close)
	log := slog.New(slog.DiscardHandler)
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", SDL: `type Query { a: Int }`}})
	require.NoError(t, err)
	client := fetch.NewClient([]fetch.Subgraph{{Name: "a", URL: server.URL, Timeout: time.Minute}}, fetch.Limits{ResponseBytes: 1000, Connections: 4})
	t.Cleanup(client.Close)
	engine, err := NewEngine(schema, client, EngineOptions{CachedOperations: 4, ShareOperations: true, Log: log})
	require.NoError(t, err)
	g := New(Options{BodyBytes: 1000, Log: log})
	g.Use(engine)
	for _, failing := range []bool{false, true, true, false} {
		fails.Store(failing)
		r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{a}"}`))
		r.Header.Set("Content-Type", "application/json")
		g.ServeHTTP(httptest.NewRecorder(), r)
		operation, err := engine.find(t.Context(), ofText("{a}"))
		require.NoError(t, err)
		require.Equal(t, failing, operation.particular.Load())
	}
}

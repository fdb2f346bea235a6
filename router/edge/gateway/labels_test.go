package gateway_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

const overriding = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@override"])` + "\n"

// TestOverrideLabels checks that a field with an override label is requested from one subgraph or
// the other, as drawn for each request.
func TestOverrideLabels(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		label      string
		configured []string
		drawn      []float64
		want       []string
	}{
		"percent":                {label: "percent(25)", drawn: []float64{0.24, 0.25, 0.9, 0}, want: []string{"new", "old", "old", "new"}},
		"never":                  {label: "percent(0)", want: []string{"old", "old"}},
		"always":                 {label: "percent(100)", drawn: []float64{0.999, 0}, want: []string{"new", "new"}},
		"configured":             {label: "beta", configured: []string{"beta"}, drawn: []float64{0.999}, want: []string{"new"}},
		"not configured":         {label: "beta", configured: []string{"gamma"}, want: []string{"old"}},
		"nobody decides percent": {label: "percent(50)", configured: []string{"percent(50)"}, drawn: []float64{0.5}, want: []string{"old"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			drawn := c.drawn
			r := moving(t, c.label, gateway.EngineOptions{OverrideLabels: c.configured, Random: func() float64 {
				require.NotEmpty(t, drawn, "no random number was needed")
				next := drawn[0]
				drawn = drawn[1:]
				return next
			}})
			for _, want := range c.want {
				require.Equal(t, want, r.do(t, query("{ stock }")).Data["stock"])
			}
			require.Empty(t, drawn)
		})
	}
}

// moving returns a gateway over two subgraphs that both resolve Query.stock, each with its own
// name.
func moving(t testing.TB, label string, options gateway.EngineOptions) *router {
	t.Helper()
	options.CachedOperations, options.Log = 10, slog.New(slog.DiscardHandler)
	sources := []subgraph.Source{
		{Name: "new", SDL: overriding + `type Query { stock: String @override(from: "old", label: "` + label + `") }`},
		{Name: "old", SDL: overriding + `type Query { stock: String }`},
	}
	var rules []fetch.Subgraph
	for _, source := range sources {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"data":{"stock":"`+source.Name+`"}}`)
		}))
		t.Cleanup(server.Close)
		rules = append(rules, fetch.Subgraph{Name: source.Name, URL: server.URL, Timeout: time.Minute})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	client := fetch.NewClient(rules, fetch.Limits{ResponseBytes: 1000, Connections: 4})
	t.Cleanup(client.Close)
	engine, err := gateway.NewEngine(schema, client, options)
	require.NoError(t, err)
	r := newRouter(t, gateway.Options{})
	r.gateway.Use(engine)
	return r
}

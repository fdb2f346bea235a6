package gateway

import (
	"log/slog"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

// finder returns an engine that only finds operations, and does not execute them.
func finder(t testing.TB) *Engine {
	t.Helper()
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", SDL: `type Query { a: Int "Another." b: Int } type Mutation { change: Int }`}})
	require.NoError(t, err)
	client := fetch.NewClient([]fetch.Subgraph{{Name: "a", URL: "http://127.0.0.1:1"}}, fetch.Limits{ResponseBytes: 1000, Connections: 1})
	t.Cleanup(client.Close)
	engine, err := NewEngine(schema, client, EngineOptions{CachedOperations: 4, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return engine
}

func paramsOf(t testing.TB, body string) params {
	t.Helper()
	p, err := new(Gateway).paramsOfJSON([]byte(body))
	require.NoError(t, err)
	text := []byte(body)
	p.body = &text
	return p
}

// ofText returns the parameters of a request with only a document.
func ofText(query string) params { return params{Params: graphqlhttp.Params{Query: query}} }

func TestFindTellsOperationsApart(t *testing.T) {
	t.Parallel()
	e := finder(t)
	find := func(body string) *prepared {
		found, err := e.find(t.Context(), paramsOf(t, body))
		require.NoError(t, err)
		return found
	}
	a, b := find(`{"query":"query A{a} query B{b}","operationName":"A"}`), find(`{"query":"query A{a} query B{b}","operationName":"B"}`)
	require.Equal(t, "A", a.operation.Name)
	require.Equal(t, "B", b.operation.Name)
	require.Same(t, a, find(`{"operationName":"A","query":"query A{a} query B{b}"}`))
	require.Same(t, a, find(`{"query":"query\u0020A{a} query B{b}","operationName":"A"}`), "the same text, written in another way")
	require.Same(t, find(`{"query":"{a}\n"}`), find(`{"query":"{a}\n"}`))
	for range 3 { // more operations than the cache holds
		for _, field := range strings.Split("a b a:b b:a a:a b:b", " ") {
			require.Equal(t, strings.Split(field, ":")[0], find(`{"query":"{` + field + `}"}`).operation.Fields[0].Key)
		}
	}
	_, err := e.find(t.Context(), paramsOf(t, `{"query":"{\u0061\u0000}"}`))
	require.Error(t, err)
	_, err = e.find(t.Context(), paramsOf(t, `{"query":"{c}"}`))
	require.Error(t, err)
}

// TestFindRefusesWhatIsNoJSON checks that a query that is not valid JSON is refused like any other
// invalid body.
func TestFindRefusesWhatIsNoJSON(t *testing.T) {
	t.Parallel()
	e := finder(t)
	for _, body := range []string{`{"query":"{a}\x"}`, "{\"query\":\"{a}\n\"}"} {
		_, err := e.find(t.Context(), paramsOf(t, body))
		var refused *refusal.Refusal
		require.ErrorAs(t, err, &refused, body)
		require.Equal(t, 400, refused.Status)
	}
}

func BenchmarkFind(b *testing.B) {
	e := finder(b)
	p := paramsOf(b, `{"query":"{\n`+strings.Repeat(`  a\n`, 200)+`}"}`)
	b.Run("seen", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := e.find(b.Context(), p); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("cached", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			again := p
			if err := again.read(); err != nil {
				b.Fatal(err)
			}
			if _, err := e.find(b.Context(), again); err != nil {
				b.Fatal(err)
			}
		}
	})
}

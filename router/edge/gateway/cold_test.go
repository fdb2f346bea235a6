package gateway

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// standardEngine returns an engine over the subgraphs of the standard query, none of which can be
// reached.
func standardEngine(t testing.TB) *Engine {
	t.Helper()
	var sources []subgraph.Source
	var subgraphs []fetch.Subgraph
	for _, name := range []string{"accounts", "books", "reviews", "stock"} {
		sdl, err := os.ReadFile("../../execution/executor/testdata/standard/" + name + ".graphqls")
		require.NoError(t, err)
		sources = append(sources, subgraph.Source{Name: name, SDL: string(sdl)})
		subgraphs = append(subgraphs, fetch.Subgraph{Name: name, URL: "http://127.0.0.1:1"})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	client := fetch.NewClient(subgraphs, fetch.Limits{ResponseBytes: 1000, Connections: 1})
	t.Cleanup(client.Close)
	engine, err := NewEngine(schema, client, EngineOptions{CachedOperations: 1000, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return engine
}

// prepareFirst prepares the first document of a form.
func (e *Engine) prepareFirst(text string) (*prepared, error) {
	e.forms.entries.Purge()
	return e.prepare(key{text: text})
}

// sketch writes random operations over the standard query's subgraphs, with one field on each line
// as people write them.
type sketch struct {
	*rand.Rand
	text strings.Builder
}

// distinct returns so many different operations, the same in each run.
func distinct(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		s := sketch{Rand: rand.New(rand.NewPCG(1, uint64(i)))}
		fmt.Fprintf(&s.text, "query No%d {\n", i)
		roots := 1 + s.IntN(3)
		if roots != 2 {
			s.object("  ", "readers", "Reader", 3)
		}
		if roots != 1 {
			s.object("  ", fmt.Sprintf("books%d: topBooks(first: %d)", i, 1+s.IntN(9)), "Book", 3)
		}
		s.text.WriteString("}\n")
		texts[i] = s.text.String()
	}
	return texts
}

func (s *sketch) object(indent, head, typ string, depth int) {
	leaves := map[string]string{"Reader": "id name handle", "Book": "isbn title price weight available postage", "Review": "id text"}
	links := map[string][]string{"Reader": {"reviews Review"}, "Book": {"reviews Review"}, "Review": {"book Book", "author Reader"}}
	s.text.WriteString(indent + head + " {\n")
	for i, leaf := range strings.Fields(leaves[typ]) {
		if i == 0 || s.IntN(2) == 0 {
			s.text.WriteString(indent + "  " + leaf + "\n")
		}
	}
	for _, link := range links[typ] {
		if field, to, _ := strings.Cut(link, " "); depth > 0 && s.IntN(3) > 0 {
			s.object(indent+"  ", field, to, depth-1)
		}
	}
	s.text.WriteString(indent + "}\n")
}

// TestColdAllocates bounds the allocations for preparing an operation of medium size, because
// garbage collection is most of the cost besides parsing and planning. It does not run in
// parallel, because other tests would add allocations.
func TestColdAllocates(t *testing.T) {
	e := standardEngine(t)
	texts := distinct(50)
	mean := testing.AllocsPerRun(1, func() {
		for _, text := range texts {
			_, err := e.prepareFirst(text)
			require.NoError(t, err)
		}
	}) / float64(len(texts))
	require.Less(t, mean, 650.0)
}

// BenchmarkCold measures a new operation, in total and by stage: the mean of 500 operations of
// medium size.
func BenchmarkCold(b *testing.B) {
	e := standardEngine(b)
	texts := distinct(500)
	each := func(work func(i int)) func(*testing.B) {
		return func(b *testing.B) {
			b.Helper()
			b.ReportAllocs()
			began := processorTime(b)
			for i := 0; b.Loop(); i++ {
				work(i % len(texts))
			}
			b.ReportMetric(float64((processorTime(b)-began).Nanoseconds())/1e3/float64(b.N), "cpu-µs/op")
		}
	}
	operations := make([]*operation.Operation, len(texts))
	for i, text := range texts {
		op, err := e.parser.Parse(text, "")
		require.NoError(b, err)
		operations[i] = op
	}
	b.Run("parse", each(func(i int) { _, _ = e.parser.Parse(texts[i], "") }))
	b.Run("plan", each(func(i int) { _, _ = e.planners.in("").Plan(operations[i]) }))
	b.Run("shape", each(func(i int) { response.NewShape(e.api, operations[i]) }))
	b.Run("all", each(func(i int) { _, _ = e.prepareFirst(texts[i]) }))
}

// processorTime returns the processor time that this process has used. On a shared machine it is
// more meaningful than elapsed time.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

package executor_test

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

var growth = flag.Bool("growth", false, "measure how cost grows, and write testdata/growth")

// point is the measurement for one size.
type point struct {
	size         int // bytes of the answer, or fields of the operation
	milliseconds float64
	rss          int64 // greatest so far, in MB
}

// TestGrowth measures, with -growth, the cost of answers and of planning operations by size:
//
//	go test ./router/execution/executor -run TestGrowth -growth
func TestGrowth(t *testing.T) {
	if !*growth {
		t.Skip("measures only with -growth")
	}
	var answers, plans []point
	for _, items := range []int{8, 80, 800, 8_000, 80_000, 400_000} {
		answers = append(answers, measureAnswer(t, items))
	}
	for _, fields := range []int{125, 250, 500, 1000, 2000} {
		plans = append(plans, measurePlan(t, fields))
	}
	var table strings.Builder
	fmt.Fprintf(&table, "Written by `go test ./router/execution/executor -run TestGrowth -growth` (%s, %d processors).\n\n", runtime.Version(), runtime.NumCPU())
	table.WriteString("| answer, bytes | processor ms a request | ns a byte | greatest RSS so far, MB |\n| --: | --: | --: | --: |\n")
	for _, p := range answers {
		fmt.Fprintf(&table, "| %d | %.3f | %.1f | %d |\n", p.size, p.milliseconds, p.milliseconds*1e6/float64(p.size), p.rss)
	}
	table.WriteString("\n| fields of an operation | processor ms to plan it |\n| --: | --: |\n")
	for _, p := range plans {
		fmt.Fprintf(&table, "| %d | %.2f |\n", p.size, p.milliseconds)
	}
	require.NoError(t, os.MkdirAll("testdata/growth", 0o755))
	require.NoError(t, os.WriteFile("testdata/growth/README.md", []byte(table.String()), 0o644))
	require.NoError(t, os.WriteFile("testdata/growth/answers.svg", plot("processor ms a request, by bytes of the answer", answers), 0o644))
	require.NoError(t, os.WriteFile("testdata/growth/plans.svg", plot("processor ms to plan an operation, by its fields", plans), 0o644))
}

func measureAnswer(t *testing.T, items int) point {
	t.Helper()
	spent, size := leastTime(t, long(t, items))
	return spent.point(t, size)
}

// long returns a function that executes a list of that many different objects, and a look-up of
// each. The function returns the size of the answer.
func long(t testing.TB, items int) func() int {
	t.Helper()
	c := newCase(t, golden.Parse(`
-- schema.graphqls --
type Query { list: [Item] }
type Item { id: ID text: String name: String }
-- operation.graphql --
{ list { id text name } }
-- plan.yaml --
- {subgraph: a, document: "{ list { id text } }"}
- subgraph: b
  after: [0]
  document: "query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Item { name } } }"
  lookups: [{targets: [{path: list, typeName: Item, send: "id!"}]}]
`))
	list, names := bytes.NewBufferString(`{"data":{"list":[`), bytes.NewBufferString(`{"data":{"_entities":[`)
	for i := range items {
		if i > 0 {
			list.WriteByte(',')
			names.WriteByte(',')
		}
		fmt.Fprintf(list, `{"id":"item-%d","text":"The text of number %d, which is neither long nor short, but as texts are."}`, i, i)
		fmt.Fprintf(names, `{"name":"Item No. %d"}`, i)
	}
	answers := map[string][]byte{"a": append(list.Bytes(), "]}}"...), "b": append(names.Bytes(), "]}}"...)}
	request := c.request()
	request.Fetcher = fetcherFunc(func(_ context.Context, subgraph string, _ []byte) ([]byte, error) { return answers[subgraph], nil })
	e := discard()
	reuse := reusing(&request)
	return func() int {
		answer, err := e.Execute(t.Context(), request)
		require.NoError(t, err)
		require.Zero(t, answer.Errors)
		reuse(answer)
		return len(answer.Body)
	}
}

func BenchmarkAnswer(b *testing.B) {
	for _, items := range []int{800, 80_000, 400_000} {
		b.Run(strconv.Itoa(items), func(b *testing.B) {
			execute := long(b, items)
			b.ReportAllocs()
			size, began := execute(), processorTime(b)
			for b.Loop() {
				execute()
			}
			b.ReportMetric(float64(processorTime(b)-began)/float64(b.N)/float64(size), "cpu-ns/byte")
		})
	}
}

// measurePlan measures planning an operation over all subgraphs of the standard query.
func measurePlan(t *testing.T, fields int) point {
	t.Helper()
	plan := wide(t, fields)
	spent, size := leastTime(t, func() int {
		plan()
		return fields / 10 * 10
	})
	return spent.point(t, size)
}

// wide returns a function that plans an operation of that many fields.
func wide(t testing.TB, fields int) func() {
	t.Helper()
	var sources []subgraph.Source
	for _, name := range []string{"accounts", "books", "reviews", "stock"} {
		sources = append(sources, subgraph.Source{Name: name, SDL: readStandard(t, name+".graphqls")})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	api := schema.API()
	var text strings.Builder
	text.WriteString("{")
	for i := range fields / 10 {
		fmt.Fprintf(&text, " a%d: readers { id name reviews { id text book { isbn title postage } } }", i)
	}
	text.WriteString(" }")
	limits := operation.DefaultLimits()
	limits.Cost.Objects *= 100 // the cost of the answer does not matter here
	limits.Cost.Values *= 100
	op, err := operation.NewParser(api, limits).Parse(text.String(), "")
	require.NoError(t, err)
	p := planner.New(querygraph.New(schema), api)
	return func() {
		_, err := p.Plan(op)
		require.NoError(t, err)
	}
}

func BenchmarkPlan2000Fields(b *testing.B) {
	plan := wide(b, 2000)
	b.ReportAllocs()
	began := processorTime(b)
	for b.Loop() {
		plan()
	}
	b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
}

type leastOf time.Duration

func (l leastOf) point(t *testing.T, size int) point {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return point{size, float64(l) / 1e6, usage.Maxrss >> 10}
}

// leastTime returns the least processor time of work among seven rounds of at least 20 ms, and the
// size that work returns. It takes the least because other processes can slow a round.
func leastTime(t *testing.T, work func() int) (leastOf, int) {
	t.Helper()
	size, least := work(), time.Duration(math.MaxInt64)
	for range 7 {
		began, times := processorTime(t), 0
		for times == 0 || processorTime(t)-began < 20*time.Millisecond {
			size = work()
			times++
		}
		least = min(least, (processorTime(t)-began)/time.Duration(times))
	}
	return leastOf(least), size
}

// plot draws points on logarithmic axes, and the line of linear growth through the last.
func plot(title string, points []point) []byte {
	const width, height, margin = 640, 400, 60
	last := points[len(points)-1]
	least := slices.MinFunc(points, func(a, b point) int { return a.size - b.size })
	decades := math.Log10(float64(last.size) / float64(least.size))
	at := func(size, milliseconds float64) (x, y float64) {
		unit := (width - 2*margin) / decades
		x = margin + unit*math.Log10(size/float64(least.size))
		y = margin + (height-2*margin)/decades*math.Log10(last.milliseconds/milliseconds)
		return x, y
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">`+"\n", width, height)
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="white"/><text x="%d" y="24">%s; the line is linear growth</text>`+"\n", width, height, margin, title)
	fmt.Fprintf(&out, `<line x1="%d" y1="%d" x2="%d" y2="%d" stroke="silver"/>`+"\n", margin, height-margin, width-margin, margin)
	for _, p := range points {
		x, y := at(float64(p.size), p.milliseconds)
		fmt.Fprintf(&out, `<circle cx="%.1f" cy="%.1f" r="4"/><text x="%.1f" y="%.1f">%d: %.3g ms</text>`+"\n", x, y, x-40, y-10, p.size, p.milliseconds)
	}
	out.WriteString("</svg>\n")
	return out.Bytes()
}

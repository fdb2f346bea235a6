//go:build oracle

package oracle_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/oracle"
	"github.com/trefoil-graph/trefoil/router/planner"
	"github.com/trefoil-graph/trefoil/router/querygraph"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// besides runs ours, then theirs, and reports what they take, by the clock and of the processor, and the ratios of these.
func besides(b *testing.B, theirs func() ([]oracle.Took, error), ours func()) {
	b.Helper()
	ours()
	var clocks, processors []time.Duration
	for b.Loop() {
		start, used := time.Now(), processorTime(b)
		ours()
		clocks, processors = append(clocks, time.Since(start)), append(processors, processorTime(b)-used)
	}
	their, err := theirs()
	require.NoError(b, err)
	var theirClocks, theirProcessors []time.Duration
	for _, t := range their {
		theirClocks, theirProcessors = append(theirClocks, t.Clock), append(theirProcessors, t.Processor)
	}
	report(b, "", clocks, theirClocks)
	report(b, "cpu-", processors, theirProcessors)
}

func report(b *testing.B, of string, ours, theirs []time.Duration) {
	b.Helper()
	mine, other := median(ours), median(theirs)
	b.ReportMetric(float64(mine.Nanoseconds())/1e6, "ours-"+of+"ms")
	b.ReportMetric(float64(other.Nanoseconds())/1e6, "theirs-"+of+"ms")
	b.ReportMetric(float64(other)/float64(mine), of+"times-faster")
}

// processorTime is what this process has used.
func processorTime(b *testing.B) time.Duration {
	b.Helper()
	var usage syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}

// BenchmarkBesideCompose: from the SDL of 100 subgraphs of 50 types to that of the supergraph.
func BenchmarkBesideCompose(b *testing.B) {
	node := start(b)
	node.Patience = 10 * time.Minute // It composes four times before it answers.
	subgraphs := oracle.Large(100)
	verdict := oracle.Compose(subgraphs)
	require.Empty(b, verdict.Errors)
	besides(b, func() ([]oracle.Took, error) { return node.TimeCompose(subgraphs, 1, 3) }, func() { oracle.Compose(subgraphs) })
}

// BenchmarkBesidePlan: from the texts of operations to their plans, which nobody keeps: the standard query over four subgraphs;
// operations of all sizes over these; and such over the supergraph in the folder BENCH, if that is set.
func BenchmarkBesidePlan(b *testing.B) {
	const folder = "../executor/testdata/standard/"
	node := start(b)
	node.Patience = 10 * time.Minute
	verdict := oracle.Compose(readFolder(b, folder))
	require.Empty(b, verdict.Errors)
	text, err := os.ReadFile(folder + "query.graphql")
	require.NoError(b, err)
	b.Run("standard", func(b *testing.B) { besidePlans(b, node, verdict.Supergraph, []string{string(text)}) })
	b.Run("range", func(b *testing.B) { besidePlans(b, node, verdict.Supergraph, nil) })
	if bench := os.Getenv("BENCH"); bench != "" {
		sdl, err := os.ReadFile(filepath.Join(bench, "supergraph.graphql"))
		require.NoError(b, err)
		b.Run("bench", func(b *testing.B) { besidePlans(b, node, string(sdl), nil) })
	}
}

// besidePlans plans the operations, or as many of its own making, all of them each time.
func besidePlans(b *testing.B, node *oracle.Node, sdl string, texts []string) {
	b.Helper()
	schema, err := supergraph.Parse(sdl)
	require.NoError(b, err)
	api := schema.API()
	if texts == nil {
		texts = oracle.Operations(api, 50)
	}
	parser, made := operation.NewParser(api, operation.DefaultLimits()), planner.New(querygraph.New(schema), api)
	theirs := func() ([]oracle.Took, error) { return node.TimePlans(sdl, texts, max(5, 50/len(texts)), 21) }
	besides(b, theirs, func() {
		for _, text := range texts {
			op, err := parser.Parse(text, "")
			require.NoError(b, err)
			_, err = made.Plan(op)
			require.NoError(b, err)
		}
	})
	b.ReportMetric(float64(len(texts)), "operations")
}

func readFolder(t testing.TB, folder string) []oracle.Subgraph {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var all []oracle.Subgraph
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".graphqls"); ok {
			text, err := os.ReadFile(folder + entry.Name())
			require.NoError(t, err)
			all = append(all, oracle.Subgraph{Name: name, URL: "http://" + name, SDL: string(text)})
		}
	}
	return all
}

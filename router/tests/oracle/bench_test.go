//go:build oracle

package oracle_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/oracle"
)

// besides runs ours, then theirs, and reports the time of each on the clock and on the processor,
// and the ratios.
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

// processorTime returns the processor time that this process has used.
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

// BenchmarkBesideCompose measures composing the SDL of 100 subgraphs of 50 types into that of the
// supergraph.
func BenchmarkBesideCompose(b *testing.B) {
	node := start(b)
	node.Patience = 10 * time.Minute // It composes four times before it answers.
	subgraphs := oracle.Large(100)
	besides(b, func() ([]oracle.Took, error) { return node.TimeCompose(subgraphs, 1, 3) }, func() {
		schema, _, err := compose.Compose(oracle.Sources(subgraphs))
		require.NoError(b, err)
		supergraph.Print(schema)
	})
}

// BenchmarkBesidePlan measures planning from the texts of operations, without a cache: the
// standard query over four subgraphs, which was planned before, and then 500 new operations of all
// sizes. If BENCH names a folder with a supergraph.graphql, a standard.graphql, and operations/,
// it measures those, too.
func BenchmarkBesidePlan(b *testing.B) {
	const folder = "../../execution/executor/testdata/standard/"
	verdict := oracle.Compose(readFolder(b, folder))
	require.Empty(b, verdict.Errors)
	p := newBesidePlans(b, verdict.Supergraph, folder+"query.graphql")
	b.Run("standard", func(b *testing.B) { p.run(b, []string{p.standard}) })
	b.Run("range", func(b *testing.B) { p.run(b, oracle.Operations(p.schema.API(), 500)) })
	if folder := os.Getenv("BENCH"); folder != "" {
		p := newBesidePlans(b, readText(b, folder+"/supergraph.graphql"), folder+"/standard.graphql")
		b.Run("bench/standard", func(b *testing.B) { p.run(b, []string{p.standard}) })
		b.Run("bench/operations", func(b *testing.B) { p.run(b, readOperations(b, folder+"/operations")) })
	}
}

type besidePlans struct {
	sdl      string
	schema   *supergraph.Schema
	standard string
}

func newBesidePlans(b *testing.B, sdl, standard string) besidePlans {
	b.Helper()
	schema, err := supergraph.Parse(sdl)
	require.NoError(b, err)
	return besidePlans{sdl, schema, readText(b, standard)}
}

// run plans all operations each time: ours with a planner that has planned others before, theirs
// in a new process that is warmed up with the standard query.
func (p besidePlans) run(b *testing.B, texts []string) {
	b.Helper()
	defer debug.SetGCPercent(debug.SetGCPercent(600)) // The router does not collect a heap of less than 24 MB; here, some 4 are in use.
	api := p.schema.API()
	parser, made := operation.NewParser(api, operation.DefaultLimits()), planner.New(querygraph.New(p.schema), api)
	besides(b, func() (taken []oracle.Took, _ error) {
		for range 5 {
			node := start(b)
			took, err := node.TimePlans(p.sdl, p.standard, texts)
			if err = errors.Join(err, node.Close()); err != nil {
				return nil, err
			}
			taken = append(taken, took)
		}
		return taken, nil
	}, func() {
		for _, text := range texts {
			op, err := parser.Parse(text, "")
			require.NoError(b, err)
			_, err = made.Plan(op)
			require.NoError(b, err)
		}
	})
	b.ReportMetric(float64(len(texts)), "operations")
}

// readOperations returns the texts in a folder.
func readOperations(t testing.TB, folder string) (texts []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.graphql"))
	require.NoError(t, err)
	for _, file := range files {
		texts = append(texts, readText(t, file))
	}
	return texts
}

func readText(t testing.TB, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	return string(text)
}

func readFolder(t testing.TB, folder string) []oracle.Subgraph {
	t.Helper()
	entries, err := os.ReadDir(folder)
	require.NoError(t, err)
	var all []oracle.Subgraph
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".graphqls"); ok {
			all = append(all, oracle.Subgraph{Name: name, URL: "http://" + name, SDL: readText(t, folder+entry.Name())})
		}
	}
	return all
}

//go:build oracle

package oracle_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/tests/oracle"
)

func start(t testing.TB) *oracle.Node {
	t.Helper()
	node, err := oracle.Start(t.Context())
	require.NoError(t, err, "run npm ci in router/tests/oracle")
	t.Cleanup(func() { _ = node.Close() })
	return node
}

var (
	mutants = flag.Int("mutants", 4000, "how many mutated sets to compare")
	dialect = flag.Int("dialects", 1500, "how many sets in the dialects of libraries to compare")
	seed    = flag.Uint64("seed", 1, "of the mutations")
	keep    = flag.String("keep", "", "write also the differences that are listed, if a rule that explains them has this in its text")
)

// TestCompositions checks that both sides agree on every case and seed, and on changed versions of
// the valid ones.
func TestCompositions(t *testing.T) {
	t.Parallel()
	known, err := oracle.ReadKnown()
	require.NoError(t, err)
	total := &totals{known: known, report: &oracle.Report{}}
	t.Cleanup(func() { total.print(t) })
	all := total.generate(t)
	queue := make(chan set, len(all))
	for _, s := range all {
		queue <- s
	}
	close(queue)
	for worker := range runtime.GOMAXPROCS(0) {
		t.Run(fmt.Sprint("worker ", worker), func(t *testing.T) {
			t.Parallel()
			node := start(t)
			for s := range queue {
				c, err := oracle.Compare(node, s.subgraphs)
				if err != nil {
					t.Errorf("%s: %s", s.name, err)
					continue
				}
				total.add(t, s, c)
			}
		})
	}
}

// totals are what came of all sets. Workers share them.
type totals struct {
	known  *oracle.Known
	report *oracle.Report
	kinds  map[string]int // of the sets in the dialects of libraries

	mu                               sync.Mutex
	valid, invalid, listed, unlisted int
}

// generate makes the sets, each with its links written out after it if it has none.
func (o *totals) generate(t testing.TB) []set {
	t.Helper()
	all := sets(t)
	bases := slices.DeleteFunc(slices.Clone(all), func(s set) bool {
		return !oracle.Compose(s.subgraphs).Composes()
	})
	random := rand.New(rand.NewPCG(*seed, 0))
	for range *mutants {
		base := bases[random.IntN(len(bases))]
		if subgraphs, done, ok := oracle.Mutate(random, base.subgraphs); ok {
			all = append(all, set{base.name + ": " + done, subgraphs})
		}
	}
	random = rand.New(rand.NewPCG(*seed, 1))
	o.kinds = map[string]int{}
	for i := range *dialect {
		subgraphs, of := oracle.Dialect(random)
		for _, kind := range of {
			o.kinds[kind]++
		}
		all = append(all, set{fmt.Sprintf("dialect %d of seed %d", i, *seed), subgraphs})
	}
	for _, s := range slices.Clone(all) {
		if linked, forgotten := oracle.Linked(s.subgraphs); forgotten {
			all = append(all, set{s.name + ", linked", linked})
		}
	}
	return all
}

func (o *totals) add(t testing.TB, s set, c *oracle.Comparison) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	switch {
	case c.Difference == nil && c.Ours.Composes():
		o.valid++
	case c.Difference == nil:
		o.invalid++
	case o.known.Explains(c.Difference):
		o.listed++
		if *keep != "" && strings.Contains(o.known.Last(), *keep) {
			line := fmt.Sprintf("%s\n%s: %s", o.known.Last(), c.Difference, s.name)
			o.report.Note(t, line, c.Difference.Detail+s.String())
		}
	default:
		o.unlisted++
		o.report.Fail(t, fmt.Sprintf("%s: %s", c.Difference, s.name), c.Difference.Detail+s.String())
	}
}

func (o *totals) print(t testing.TB) {
	t.Helper()
	for _, kind := range slices.Sorted(maps.Keys(o.kinds)) {
		t.Logf("%6d sets in the dialects of libraries: %s", o.kinds[kind], kind)
	}
	t.Logf("%d sets are valid and %d invalid by both alike; "+
		"%d differ as listed, and %d otherwise; by rule:\n%s",
		o.valid, o.invalid, o.listed, o.unlisted, o.known.Counts())
	t.Logf("rules that nothing matched:\n%s", o.known.Unmatched())
	if *mutants >= 1000 && o.valid < 300 {
		t.Errorf("only %d sets are valid", o.valid)
	}
}

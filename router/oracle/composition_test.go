//go:build oracle

package oracle_test

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/oracle"
)

func start(t testing.TB) *oracle.Node {
	t.Helper()
	node, err := oracle.Start(t.Context())
	require.NoError(t, err, "run npm ci in router/oracle")
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
	node := start(t)
	known, err := oracle.ReadKnown()
	require.NoError(t, err)
	report := &oracle.Report{}
	valid, invalid, listed, unlisted := 0, 0, 0, 0
	var compare func(s set) bool
	compare = func(s set) bool {
		c, err := oracle.Compare(node, s.subgraphs)
		require.NoError(t, err)
		switch {
		case c.Difference == nil && c.Ours.Composes():
			valid++
		case c.Difference == nil:
			invalid++
		case known.Explains(c.Difference):
			listed++
			if *keep != "" && strings.Contains(known.Last(), *keep) {
				report.Note(t, fmt.Sprintf("%s\n%s: %s", known.Last(), c.Difference, s.name), c.Difference.Detail+s.String())
			}
		default:
			unlisted++
			report.Fail(t, fmt.Sprintf("%s: %s", c.Difference, s.name), c.Difference.Detail+s.String())
		}
		if linked, forgotten := oracle.Linked(s.subgraphs); forgotten {
			compare(set{s.name + ", linked", linked})
		}
		return c.Ours.Composes()
	}
	bases := slices.DeleteFunc(sets(t), func(s set) bool { return !compare(s) })
	random := rand.New(rand.NewPCG(*seed, 0))
	for range *mutants {
		base := bases[random.IntN(len(bases))]
		if subgraphs, done, ok := oracle.Mutate(random, base.subgraphs); ok {
			compare(set{base.name + ": " + done, subgraphs})
		}
	}
	random = rand.New(rand.NewPCG(*seed, 1))
	kinds := map[string]int{}
	for i := range *dialect {
		subgraphs, of := oracle.Dialect(random)
		for _, kind := range of {
			kinds[kind]++
		}
		compare(set{fmt.Sprintf("dialect %d of seed %d", i, *seed), subgraphs})
	}
	for _, kind := range slices.Sorted(maps.Keys(kinds)) {
		t.Logf("%6d sets in the dialects of libraries: %s", kinds[kind], kind)
	}
	t.Logf("%d sets are valid and %d invalid by both alike; %d differ as listed, and %d otherwise; by rule:\n%s", valid, invalid, listed, unlisted, known.Counts())
	t.Logf("rules that nothing matched:\n%s", known.Unmatched())
	if *mutants >= 1000 {
		require.GreaterOrEqual(t, valid, 300)
	}
}

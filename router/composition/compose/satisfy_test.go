package compose

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

// lossy returns n subgraphs, each of which has all fields but one of a type without a key. On the
// way down any subgraph may have been lost, so there are as many states as sets of subgraphs.
func lossy(n int) []subgraph.Source {
	sources := make([]subgraph.Source, n)
	for i := range sources {
		var sdl strings.Builder
		sdl.WriteString(`extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@shareable"])
			type Query { t: T @shareable } type Mutation { t: T @shareable } type T @shareable { id: ID`)
		for field := range n {
			if field != i {
				fmt.Fprintf(&sdl, " f%d: T", field)
			}
		}
		sdl.WriteString(" }")
		sources[i] = subgraph.Source{Name: fmt.Sprintf("s%d", i), SDL: sdl.String()}
	}
	return sources
}

func TestSatisfiabilityIsBounded(t *testing.T) {
	t.Parallel()
	_, _, err := composeWithin(100, lossy(4))
	var errs federation.Errors
	require.ErrorAs(t, err, &errs)
	require.Len(t, errs, 1, "reported once, not for Query and Mutation")
	require.Equal(t, federation.MaxValidationSubgraphPathsExceeded, errs[0].Code)
	require.Contains(t, errs[0].Message, "no result after 100 steps, stopped at T")
	require.Len(t, errs[0].Locations, 4)
	require.Equal(t, 2, errs[0].Locations[0].Line)

	_, _, err = composeWithin(100, lossy(2))
	require.NotContains(t, fmt.Sprint(err), federation.MaxValidationSubgraphPathsExceeded)
}

// TestSatisfiabilityEndsInTime checks that the check takes seconds: it does not visit the 2^24
// sets of subgraphs one by one.
func TestSatisfiabilityEndsInTime(t *testing.T) {
	t.Parallel()
	start := time.Now()
	_, _, err := Compose(lossy(24))
	require.ErrorContains(t, err, string(federation.MaxValidationSubgraphPathsExceeded))
	require.Less(t, time.Since(start), time.Minute, "it took 100 s when states were counted")
}

// BenchmarkManyLabels measures 2,000 labels, which are checked in 24 states instead of 4,002.
func BenchmarkManyLabels(b *testing.B) {
	sources := linked(`type Query { t: T } type T @key(fields: "id") { id: ID `+repeated(2000, "f#: Int ")+"}",
		`type T @key(fields: "id") { id: ID `+repeated(2000, `f#: Int @override(from: "s000", label: "l#") `)+"}")
	for b.Loop() {
		_, _, err := Compose(sources)
		require.NoError(b, err)
	}
}

func BenchmarkRequirementsOfManyScopes(b *testing.B) {
	sources := linked(`type Query { t: T } type T @key(fields: "id") { id: ID `+repeated(14, `f#: Int @federation__requiresScopes(scopes: [["a#"], ["b#"]]) `)+"}",
		`type T @key(fields: "id") { id: ID `+repeated(14, "f#: Int @external ")+`g: Int @requires(fields: "`+repeated(14, "f# ")+`") }`)
	for b.Loop() {
		_, _, err := Compose(sources)
		require.Error(b, err)
	}
}

package compose_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestCases runs the files in testdata: subgraphs, and the result, which is either the
// supergraph's own types with hints, or errors.
func TestCases(t *testing.T) {
	t.Parallel()
	golden.Run(t, cases, func(t *testing.T, c *golden.Case) {
		c.Compare(t, results(t, subgraphs(c))...)
	})
}

const cases = "testdata/*.txtar"

// subgraphs returns the subgraphs of a case.
func subgraphs(c *golden.Case) []subgraph.Source {
	var sources []subgraph.Source
	for name, sdl := range c.Texts(".graphqls") {
		sources = append(sources, subgraph.Source{
			Name: name, URL: "http://" + name, File: name + ".graphqls", SDL: sdl,
		})
	}
	return sources
}

// results returns the sections that the subgraphs' composition has, and those that it must not have.
func results(t testing.TB, sources []subgraph.Source) []golden.Section {
	t.Helper()
	schema, hints, err := compose.Compose(sources)
	if err != nil {
		var errs federation.Errors
		require.ErrorAs(t, err, &errs)
		for _, e := range errs {
			require.NotEmpty(t, e.Locations, e)
			for _, at := range e.Locations {
				require.NotZero(t, at.Line, "where in subgraph %q: %s", at.Subgraph, e)
				require.NotZero(t, at.Column, e)
			}
		}
		return []golden.Section{{Name: "errors", Text: errs.Error() + "\n"}, {Name: "supergraph"}, {Name: "hints"}}
	}
	requireRoundTrip(t, schema)
	_, types, _ := strings.Cut(supergraph.Print(schema), "enum join__Graph {")
	_, types, _ = strings.Cut(types, "}\n\n")
	text := ""
	for _, hint := range hints {
		text += fmt.Sprintf("%s %s %s\n", hint.Level, hint.Code, hint.Message)
	}
	return []golden.Section{{Name: "errors"}, {Name: "supergraph", Text: types}, {Name: "hints", Text: text}}
}

// requireRoundTrip checks that reading a printed supergraph gives the same supergraph.
func requireRoundTrip(t testing.TB, schema *supergraph.Schema) {
	t.Helper()
	printed := supergraph.Print(schema)
	read, err := supergraph.Parse(printed)
	require.NoError(t, err, printed)
	require.Equal(t, printed, supergraph.Print(read))
	require.Equal(t, supergraph.PrintAPI(schema), supergraph.PrintAPI(read))
}

// TestOrderDoesNotMatter checks that the order of the subgraphs changes nothing.
func TestOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, c := range golden.ReadAll(t, cases) {
		sources := subgraphs(c)
		want := outcome(sources)
		for seed := range uint64(5) {
			rand.New(rand.NewPCG(seed, seed)).Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
			require.Equal(t, want, outcome(sources), c.Name())
		}
	}
}

func outcome(sources []subgraph.Source) string {
	schema, hints, err := compose.Compose(sources)
	if err != nil {
		return err.Error()
	}
	text, _ := json.Marshal(hints)
	return supergraph.Print(schema) + supergraph.PrintAPI(schema) + string(text)
}

func FuzzCompose(f *testing.F) {
	for _, c := range golden.ReadAll(f, cases) {
		sources := append(subgraphs(c), subgraph.Source{}, subgraph.Source{})
		f.Add(sources[0].SDL, sources[1].SDL)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", SDL: a}, {Name: "b", SDL: b}})
		if err == nil {
			requireRoundTrip(t, schema)
			return
		}
		var errs federation.Errors
		require.True(t, errors.As(err, &errs))
		require.NotEmpty(t, errs)
	})
}

package compose_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

var update = flag.Bool("update", false, "rewrite the results in testdata")

// TestCases runs the files in testdata: subgraphs, and the result, which is either the
// supergraph's own types with hints, or errors.
func TestCases(t *testing.T) {
	t.Parallel()
	for _, path := range cases(t) {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(path)
			require.NoError(t, err)
			sources := subgraphs(archive)
			want := string(txtar.Format(archive))
			archive.Files = append(archive.Files[:len(sources):len(sources)], results(t, sources)...)
			have := txtar.Format(archive)
			if *update {
				require.NoError(t, os.WriteFile(path, have, 0o644))
				return
			}
			require.Empty(t, cmp.Diff(want, string(have)))
		})
	}
}

func cases(t testing.TB) []string {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	require.NotEmpty(t, paths)
	return paths
}

// subgraphs returns the files of a case whose names end in .graphqls.
func subgraphs(archive *txtar.Archive) []subgraph.Source {
	var sources []subgraph.Source
	for _, file := range archive.Files {
		if name, ok := strings.CutSuffix(file.Name, ".graphqls"); ok {
			sources = append(sources, subgraph.Source{Name: name, URL: "http://" + name, File: file.Name, SDL: string(file.Data)})
		}
	}
	return sources
}

func results(t testing.TB, sources []subgraph.Source) []txtar.File {
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
		return []txtar.File{{Name: "errors", Data: []byte(errs.Error() + "\n")}}
	}
	requireRoundTrip(t, schema)
	_, types, _ := strings.Cut(supergraph.Print(schema), "enum join__Graph {")
	_, types, _ = strings.Cut(types, "}\n\n")
	files := []txtar.File{{Name: "supergraph", Data: []byte(types)}}
	text := ""
	for _, hint := range hints {
		text += fmt.Sprintf("%s %s %s\n", hint.Level, hint.Code, hint.Message)
	}
	if text != "" {
		files = append(files, txtar.File{Name: "hints", Data: []byte(text)})
	}
	return files
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
	for _, path := range cases(t) {
		archive, err := txtar.ParseFile(path)
		require.NoError(t, err)
		sources := subgraphs(archive)
		want := outcome(sources)
		for seed := range uint64(5) {
			rand.New(rand.NewPCG(seed, seed)).Shuffle(len(sources), func(i, j int) { sources[i], sources[j] = sources[j], sources[i] })
			require.Equal(t, want, outcome(sources), path)
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
	for _, path := range cases(f) {
		archive, err := txtar.ParseFile(path)
		require.NoError(f, err)
		sources := append(subgraphs(archive), subgraph.Source{}, subgraph.Source{})
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

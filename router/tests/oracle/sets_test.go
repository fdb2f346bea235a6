//go:build oracle

package oracle_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/trefoil-graph/trefoil/router/tests/oracle"
)

// set is a set of subgraphs, and its origin.
type set struct {
	name      string
	subgraphs []oracle.Subgraph
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"])` + "\n"

// sets returns the sets of the composition and planning cases, and the seeds. The planner's cases
// have no links and mean Federation 2.
func sets(t testing.TB) []set {
	t.Helper()
	var all []set
	for _, folder := range []string{"testdata", "../../composition/compose/testdata", "../../query/planner/testdata"} {
		files, err := filepath.Glob(folder + "/*.txtar")
		require.NoError(t, err)
		require.NotEmpty(t, files)
		for _, file := range files {
			s := read(t, file)
			if strings.Contains(folder, "planner") {
				for i := range s.subgraphs {
					s.subgraphs[i].SDL = link + s.subgraphs[i].SDL
				}
			}
			all = append(all, s)
		}
	}
	return all
}

func read(t testing.TB, file string) set {
	t.Helper()
	archive, err := txtar.ParseFile(file)
	require.NoError(t, err)
	s := set{name: strings.TrimPrefix(filepath.ToSlash(file), "../../")}
	for _, f := range archive.Files {
		if name, ok := strings.CutSuffix(f.Name, ".graphqls"); ok {
			s.subgraphs = append(s.subgraphs, oracle.Subgraph{Name: name, URL: "http://" + name, SDL: string(f.Data)})
		}
	}
	return s
}

// String formats the set as a test case.
func (s set) String() string {
	archive := &txtar.Archive{}
	for _, g := range s.subgraphs {
		archive.Files = append(archive.Files, txtar.File{Name: g.Name + ".graphqls", Data: []byte(g.SDL)})
	}
	return string(txtar.Format(archive))
}

package main_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Budgets limit sizes. Code that exceeds one is reviewed and simplified, rather than cut in two.
// Generated files have no budget. .golangci.yml limits the length of functions, and requires
// comments on exported names.
const (
	linesOfFile    = 500
	namesOfPackage = 30
	// Limits for a package, without its tests.
	filesOfPackage = 20
	linesOfPackage = 3000
	linesOfLarge   = 6000
)

// manyFiles lists the packages that may have more than filesOfPackage files, and why.
func manyFiles() map[string]string {
	return map[string]string{
		"composition/compose":  "a rule is a file, named by what it does: rule_*.go",
		"composition/subgraph": "a rule is a file, named by what it does: rule_*.go and graphql_*.go",
	}
}

// large lists the packages that may have up to linesOfLarge lines, and why.
func large() map[string]string {
	return map[string]string{
		"composition/compose": "the specification has as many rules of merging",
		"query/planner":       "its stages all work on the candidates for each position",
	}
}

// manyNames lists the packages that may export more than namesOfPackage names, and why.
func manyNames() map[string]string {
	return map[string]string{
		"composition/federation":                "the codes and names of the specification",
		"ops/config":                            "a type for each group of settings",
		"../subgraphs/internal/messages/events": "the messages that services send each other",
		"../subgraphs/order/sales":              "the types of orders, baskets and invoices, and their errors",
		"../subgraphs/product/catalog":          "the types of products and categories, and their errors",
		"../subgraphs/product/stock":            "the types of stock and reservations",
		"../subgraphs/user/account":             "the types of users, sessions and addresses, and their errors",
	}
}

func TestBudgetsAreKept(t *testing.T) {
	t.Parallel()
	many := manyNames()
	for _, root := range []string{".", "../subgraphs", "../web"} {
		for folder, p := range handWritten(t, root) {
			require.True(t, p.documented, "%s has no package doc", folder)
			for path, lines := range p.lines {
				require.LessOrEqual(t, lines, linesOfFile, "lines of %s", path)
			}
			requireSize(t, folder, p)
			if many[folder] == "" {
				require.LessOrEqual(t, p.names, namesOfPackage, "exported names of %s", folder)
				continue
			}
			require.Greater(t, p.names, namesOfPackage, "%s no longer needs its line in the list", folder)
			delete(many, folder)
		}
	}
	require.Empty(t, many, "packages that are not there")
}

// requireSize checks that a package is within the limits, or is listed with a reason; and that it
// is listed only if necessary.
func requireSize(t testing.TB, folder string, p *measured) {
	t.Helper()
	files, lines := 0, 0
	for path, count := range p.lines {
		if !strings.HasSuffix(path, "_test.go") {
			files, lines = files+1, lines+count
		}
	}
	require.Equal(t, manyFiles()[folder] != "", files > filesOfPackage, "files of %s: %d", folder, files)
	require.Equal(t, large()[folder] != "", lines > linesOfPackage, "lines of %s: %d", folder, lines)
	require.LessOrEqual(t, lines, linesOfLarge, "lines of %s", folder)
}

// measured holds the sizes of a package; names are its exported names without methods.
type measured struct {
	documented bool
	names      int
	lines      map[string]int
}

// handWritten measures the packages under a folder.
func handWritten(t testing.TB, root string) map[string]*measured {
	t.Helper()
	found := map[string]*measured{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == "node_modules":
			return fs.SkipDir
		case entry.IsDir() || !strings.HasSuffix(path, ".go"):
			return nil
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil || ast.IsGenerated(file) {
			return err
		}
		folder := filepath.ToSlash(filepath.Dir(path))
		if found[folder] == nil {
			found[folder] = &measured{lines: map[string]int{}}
		}
		p := found[folder]
		p.lines[path] = set.File(file.Pos()).LineCount()
		p.documented = p.documented || file.Doc != nil
		if !strings.HasSuffix(path, "_test.go") {
			p.names += exportedNames(file)
		}
		return nil
	})
	require.NoError(t, err)
	require.NotEmpty(t, found)
	return found
}

func exportedNames(file *ast.File) int {
	count := 0
	add := func(names ...*ast.Ident) {
		for _, name := range names {
			if name.IsExported() {
				count++
			}
		}
	}
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				add(d.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.TypeSpec:
					add(s.Name)
				case *ast.ValueSpec:
					add(s.Names...)
				}
			}
		}
	}
	return count
}

package federation_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// The constants and the catalogue that documents them name the same codes.
func TestCatalogueIsComplete(t *testing.T) {
	t.Parallel()
	file, err := parser.ParseFile(token.NewFileSet(), "codes.go", nil, 0)
	require.NoError(t, err)
	var constants []string
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if ok && spec.Type != nil {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			constants = append(constants, value)
		}
		return true
	})
	var documented []string
	for line := range strings.Lines(federation.Catalogue) {
		if !strings.HasPrefix(line, "#") {
			code, text, _ := strings.Cut(strings.TrimSpace(line), "  ")
			require.NotEmpty(t, text, code)
			require.Equal(t, text, federation.Describe(federation.Code(code)))
			documented = append(documented, code)
		}
	}
	require.Equal(t, constants, documented)
	require.Empty(t, federation.Describe("NO_SUCH_CODE"))
}

func TestErrorIsOneLine(t *testing.T) {
	t.Parallel()
	e := &federation.Error{Code: federation.NoQueries, Message: "two\nlines"}
	require.Equal(t, "NO_QUERIES - - two lines", e.Error())
	e.Locations = []federation.Location{{Subgraph: "a", File: "a.graphqls", Line: 2, Column: 3}, {Subgraph: "b"}}
	require.Equal(t, "NO_QUERIES a a.graphqls:2:3 two lines", e.Error())
	e.Locations = e.Locations[1:]
	require.Equal(t, "NO_QUERIES b - two lines", e.Error())
}

func TestErrorsAreSortedByPlace(t *testing.T) {
	t.Parallel()
	at := func(subgraph string, line int) *federation.Error {
		return &federation.Error{Code: federation.NoQueries, Locations: []federation.Location{{Subgraph: subgraph, Line: line}}}
	}
	errs := federation.Errors{at("b", 1), at("a", 9), at("a", 2), {Code: federation.NoQueries}}
	errs.Sort()
	require.Equal(t, federation.Errors{{Code: federation.NoQueries}, at("a", 2), at("a", 9), at("b", 1)}, errs)
	require.NoError(t, federation.Errors{}.Err())
	require.Error(t, errs.Err())
}

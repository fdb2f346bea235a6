package federation_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

var update = flag.Bool("update", false, "rewrite CODES.md")

const preamble = `# Codes

The errors and hints of composition, and how to fix each. An error prevents composition, a hint does not.
` + "`go generate`" + ` makes this page from the comments in codes.go and hints.go, and ` + "`router codes`" + ` prints this page.
`

// TestPageIsCurrent checks that CODES.md agrees with the comments of the codes.
func TestPageIsCurrent(t *testing.T) {
	t.Parallel()
	want := preamble + sections(t, "codes.go") + sections(t, "hints.go")
	if *update {
		require.NoError(t, os.WriteFile("CODES.md", []byte(want), 0o644))
		return
	}
	require.Empty(t, cmp.Diff(want, federation.Page()), "run go generate ./router/composition/federation")
}

// sections returns the blocks of codes in a file as tables.
func sections(t testing.TB, file string) string {
	t.Helper()
	parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ParseComments)
	require.NoError(t, err)
	text := ""
	for _, declaration := range parsed.Decls {
		block, ok := declaration.(*ast.GenDecl)
		if !ok || block.Tok != token.CONST || block.Specs[0].(*ast.ValueSpec).Doc == nil {
			continue
		}
		title, level, _ := strings.Cut(oneLine(block.Doc), ": level ")
		if level == "" {
			level = string(federation.Fault)
		}
		level = strings.TrimSuffix(level, ".")
		text += "\n## " + strings.TrimSuffix(title, ".") + "\n\n| code | level | what it means | what to change |\n|---|---|---|---|\n"
		for _, spec := range block.Specs {
			text += row(t, spec.(*ast.ValueSpec), level)
		}
	}
	return text
}

func row(t testing.TB, spec *ast.ValueSpec, level string) string {
	t.Helper()
	code, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
	require.NoError(t, err)
	means, change, ok := strings.Cut(oneLine(spec.Doc), " Change: ")
	require.True(t, ok, "the comment of %s does not say what to change", code)
	change = strings.TrimSuffix(change, ".")
	return "| `" + code + "` | " + level + " | " + means + " | " + change + " |\n"
}

func oneLine(doc *ast.CommentGroup) string { return strings.Join(strings.Fields(doc.Text()), " ") }

func TestCatalogueHasErrorsAndHints(t *testing.T) {
	t.Parallel()
	hints := 0
	seen := map[federation.Entry]bool{}
	for _, e := range federation.Catalogue() {
		require.NotEmpty(t, e.Means, e.Code)
		require.NotEmpty(t, e.Change, e.Code)
		if e.Level != federation.Fault {
			hints++
		}
		named := federation.Entry{Code: e.Code, Level: e.Level}
		require.False(t, seen[named], e.Code)
		seen[named] = true
	}
	require.Equal(t, 30, hints, "the number of hints of the reference composition")

	require.Equal(t, "remove the @inaccessible", federation.QueryRootTypeInaccessible.Remedy())
	require.Empty(t, federation.Code("NO_SUCH_CODE").Remedy())
	require.Equal(t, federation.Debug, federation.HintUnusedEnumType.Level())
	require.Empty(t, federation.HintCode("NO_SUCH_CODE").Level())
}

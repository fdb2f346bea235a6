package apierror_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strconv"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// The router shows clients the messages only of the codes in its configuration. These must be all
// codes of this package except INTERNAL.
func TestTheRouterShowsTheMessagesOfAllCodes(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../../../router/router.yaml")
	require.NoError(t, err)
	var config struct{ Errors struct{ Codes []string } }
	require.NoError(t, yaml.Unmarshal(text, &config))
	require.ElementsMatch(t, codes(t), append(config.Errors.Codes, string(apierror.Internal)),
		"errors.codes in router/router.yaml, with INTERNAL, and the constants in apierror.go")
}

// codes returns the values of the constants of type Code.
func codes(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "apierror.go", nil, parser.SkipObjectResolution)
	require.NoError(t, err)
	var found []string
	ast.Inspect(file, func(node ast.Node) bool {
		spec, ok := node.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if named, ok := spec.Type.(*ast.Ident); ok && named.Name == "Code" {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			require.NoError(t, err)
			found = append(found, value)
		}
		return true
	})
	return found
}

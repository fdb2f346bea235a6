package limits_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// TestStorefrontOperationsPass checks that the operations of the shop's own pages cost at most a
// third of the limits, with pages of 24 and all other sizes at 20.
func TestStorefrontOperationsPass(t *testing.T) {
	t.Parallel()
	api, err := os.ReadFile(filepath.Join("..", "..", "..", "schema", "api.graphqls"))
	require.NoError(t, err)
	schema := load(t, string(api))
	document := storefront(t)
	require.Greater(t, len(document.Operations), 20)
	require.Empty(t, limits.Validate(schema, document, limits.NewRuleList(limits.Options{})))
	pricer := limits.NewPricer(schema, limits.Default())
	for _, operation := range document.Operations {
		values := map[string]any{}
		for _, v := range operation.VariableDefinitions {
			if v.Type.Name() == "Int" {
				values[v.Variable] = 24
			}
		}
		got := pricer.Price(operation).Total(values)
		require.Less(t, got.Objects*3, limits.Default().Objects, operation.Name)
		require.Less(t, got.Values*3, limits.Default().Values, operation.Name)
	}
}

var template = regexp.MustCompile("(?s)graphql\\((?:/\\* GraphQL \\*/ )?`([^`]*)`")

// storefront returns one document with all operations and fragments in the sources of the pages.
func storefront(t *testing.T) *ast.QueryDocument {
	t.Helper()
	var text strings.Builder
	err := filepath.WalkDir(filepath.Join("..", "..", "..", "web", "src"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasPrefix(filepath.Ext(path), ".ts") || strings.Contains(path, "/gql/") {
			return err
		}
		source, err := os.ReadFile(path)
		for _, found := range template.FindAllStringSubmatch(string(source), -1) {
			text.WriteString(found[1] + "\n")
		}
		return err
	})
	require.NoError(t, err)
	document, err := parser.ParseQuery(&ast.Source{Input: text.String()})
	require.NoError(t, err)
	return document
}

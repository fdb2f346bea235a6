package serve_test

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// An error names what the client sent, such as an operation, a value or a field, but shortens it.
func TestARefusalOfALongNameIsShort(t *testing.T) {
	t.Parallel()
	inputs := newShelf(nil)
	inputs.parsed = gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { title(sort: Sort, filter: Filter): String! }
		enum Sort { UP DOWN }
		input Filter { word: String }`})
	h := serving(inputs, serve.Options{})
	long := strings.Repeat("\u4e2d\"", 200_000)
	for name, request := range map[string]map[string]any{
		"operation name": {"query": "query A{title} query B{title}", "operationName": long},
		"enum value":     {"query": "query($s:Sort){title(sort:$s)}", "variables": map[string]any{"s": long}},
		"input field":    {"query": "query($f:Filter){title(filter:$f)}", "variables": map[string]any{"f": map[string]any{long: 1}}},
		"field":          {"query": "{" + strings.Repeat("a", 900_000) + "}"},
		"argument":       {"query": "{title(" + strings.Repeat("a", 900_000) + ":1)}"},
		"enum literal":   {"query": "{title(sort:" + strings.Repeat("A", 900_000) + ")}"},
	} {
		body, err := json.Marshal(request)
		require.NoError(t, err)
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, post(string(body)))
		require.Less(t, recorder.Body.Len(), 4000, name)
		require.NotContains(t, recorder.Body.String(), "\ufffd", name)
		var got answer
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), name)
		require.NotEmpty(t, got.code(t), name)
	}
}

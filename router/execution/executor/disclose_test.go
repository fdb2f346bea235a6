package executor_test

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/tools/txtar"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
)

// TestNoMessageOfASubgraphPassesUnlessItMay checks that the message of a subgraph's error is
// masked wherever it is merged: on a root field, on an entity, or without a path. Masking changes
// neither where the errors are nor their codes. Errors that differ only in their messages become
// one.
func TestNoMessageOfASubgraphPassesUnlessItMay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	require.NoError(t, err)
	checked := 0
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		require.NoError(t, err)
		messages := map[string]bool{}
		for _, f := range archive.Files {
			var answer struct{ Errors []struct{ Message string } }
			if json.Unmarshal(f.Data, &answer) == nil && f.Name != "response.json" {
				for _, e := range answer.Errors {
					messages[e.Message] = true
				}
			}
		}
		delete(messages, "")
		unmasked, masked := execute(t, archive, true), execute(t, archive, false)
		require.Equal(t, places(t, unmasked), places(t, masked), file)
		for message := range messages {
			require.NotContains(t, string(masked), `"`+message+`"`, file)
			checked++
		}
	}
	require.Greater(t, checked, 10, "messages in the cases")
}

func execute(t *testing.T, archive *txtar.Archive, unmasked bool) []byte {
	t.Helper()
	request := newCase(t, archive).request()
	request.Errors = executor.ErrorRules{Unmasked: unmasked}
	answer, err := discard().Execute(t.Context(), request)
	require.NoError(t, err)
	return answer.Body
}

// places returns the paths and codes of a response's errors, and its data.
func places(t *testing.T, body []byte) any {
	t.Helper()
	var response struct {
		Data   json.RawMessage
		Errors []struct {
			Path       []any
			Extensions struct{ Code string }
		}
	}
	require.NoError(t, json.Unmarshal(body, &response))
	seen := map[string]bool{}
	for _, e := range response.Errors {
		seen[fmt.Sprint(e.Path, e.Extensions.Code)] = true
	}
	return []any{string(response.Data), seen}
}

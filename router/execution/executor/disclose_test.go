package executor_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestNoMessageOfASubgraphPassesUnlessItMay checks that the message of a subgraph's error is
// masked wherever it is merged: on a root field, on an entity, or without a path. Masking changes
// neither where the errors are nor their codes. Errors that differ only in their messages become
// one.
func TestNoMessageOfASubgraphPassesUnlessItMay(t *testing.T) {
	t.Parallel()
	checked := 0
	for _, file := range golden.ReadAll(t, "testdata/*.txtar") {
		messages := map[string]bool{}
		for name, text := range file.Texts(".json") {
			var answer struct{ Errors []struct{ Message string } }
			if json.Unmarshal([]byte(text), &answer) == nil && name != "response" {
				for _, e := range answer.Errors {
					messages[e.Message] = true
				}
			}
		}
		delete(messages, "")
		unmasked, masked := execute(t, file, true), execute(t, file, false)
		require.Equal(t, places(t, unmasked), places(t, masked), file.Name())
		for message := range messages {
			require.NotContains(t, string(masked), `"`+message+`"`, file.Name())
			checked++
		}
	}
	require.Greater(t, checked, 10, "messages in the cases")
}

func execute(t *testing.T, file *golden.Case, unmasked bool) []byte {
	t.Helper()
	request := newCase(t, file).request()
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

package compose_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// elsewhere are the codes that no composition of subgraphs can show, and where they are shown.
func elsewhere() map[string]string {
	return map[string]string{
		"DOWNSTREAM_SERVICE_ERROR":               "router/compose_cmd_test.go: a subgraph is asked for its SDL",
		"UNSUPPORTED_LINKED_FEATURE":             "router/composition/supergraph/parse_test.go: a supergraph is read; subgraphs may link what they like",
		"INVALID_FEDERATION_SUPERGRAPH":          "router/composition/supergraph: a supergraph is read",
		"SUPERGRAPH_TOO_LARGE":                   "bounds_test.go: a case would take thousands of fields",
		"TOO_MANY_ERRORS":                        "bounds_test.go: a case would have hundreds of errors",
		"MAX_VALIDATION_SUBGRAPH_PATHS_EXCEEDED": "satisfy_test.go: a case would take a million states",
	}
}

// Each code has a case that is named as the code, or as the code and a word more, and shows it.
func TestCodesHaveCases(t *testing.T) {
	t.Parallel()
	if golden.Updating() {
		t.Skip("the cases are being rewritten")
	}
	for _, entry := range federation.Catalogue() {
		if _, shown := elsewhere()[entry.Code]; !shown {
			require.True(t, isShown(t, entry), "no case in testdata shows the %s %s", entry.Level, entry.Code)
		}
	}
}

func isShown(t testing.TB, entry federation.Entry) bool {
	t.Helper()
	line := regexp.MustCompile(`(?m)^` + entry.Code + ` `)
	if entry.Level != federation.Fault {
		line = regexp.MustCompile(`(?m)^` + string(entry.Level) + ` ` + entry.Code + ` `)
	}
	paths, err := filepath.Glob("testdata/" + entry.Code + "*.txtar")
	require.NoError(t, err)
	for _, path := range paths {
		rest := strings.TrimPrefix(strings.TrimSuffix(filepath.Base(path), ".txtar"), entry.Code)
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		if (rest == "" || strings.ToLower(rest) == rest) && line.Match(text) {
			return true
		}
	}
	return false
}

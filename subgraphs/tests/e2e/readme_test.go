//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The README's shell commands do what it says, unchanged except for the port.
func TestReadme(t *testing.T) {
	t.Parallel()
	s := start(t)
	s.client("router").products(t) // waits until order's replica has the catalogue
	readme, err := os.ReadFile(filepath.Join(s.root, "README.md"))
	require.NoError(t, err)
	_, behind, found := strings.Cut(string(readme), "```sh\n")
	require.True(t, found, "the README has shell lines")
	script, _, _ := strings.Cut(behind, "```")
	require.Contains(t, script, "http://127.0.0.1:4000/graphql")

	shell := exec.Command("sh", "-e", "-c", strings.Replace(script, "http://127.0.0.1:4000", s.url("router"), 1))
	out, err := shell.Output()
	require.NoError(t, err, "%s", out)
	answers := decodeAll(t, out)
	require.Len(t, answers, 4, "%s", out)
	last := answers[3]
	require.Empty(t, last.Errors, "%s", out)
	const order = "me.orders.edges.0.node."
	require.Equal(t, "two-person-tent", last.text(order+"items.0.product.slug"))
	require.Equal(t, "stoneware-mug", last.text(order+"items.1.product.slug"))
	require.NotEmpty(t, last.text(order+"invoice.number"))

	plan, err := exec.Command(filepath.Join(s.root, "bin/router"), "plan",
		"--config", filepath.Join(s.root, "router/router.yaml"), "--format", "json", "--query", accountFile(t)).Output()
	require.NoError(t, err, "%s", plan)
	var made struct{ Fetches []struct{ Subgraph string } }
	require.NoError(t, json.Unmarshal(plan, &made))
	require.Len(t, made.Fetches, 3, "%s", plan)
}

func decodeAll(t *testing.T, out []byte) []answer {
	t.Helper()
	decoder := json.NewDecoder(strings.NewReader(string(out)))
	var answers []answer
	for decoder.More() {
		var a answer
		require.NoError(t, decoder.Decode(&a))
		answers = append(answers, a)
	}
	return answers
}

func accountFile(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "account.graphql")
	require.NoError(t, os.WriteFile(path, []byte(collapsed), 0o600))
	return path
}

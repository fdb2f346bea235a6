package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestComposedSchemasAreCurrent checks that the composed schemas in the repository are what the
// router composes from their sources.
func TestComposedSchemasAreCurrent(t *testing.T) {
	t.Parallel()
	c, err := config.Load("router.yaml", func(string) (string, bool) { return "", false })
	require.NoError(t, err)
	schema, hints, err := configuredSchema(t.Context(), c)
	require.NoError(t, err)
	require.Empty(t, hints)
	requireFile(t, "../schema/supergraph.graphqls", supergraph.Print(schema))
	requireFile(t, "../schema/api.graphqls", supergraph.PrintAPI(schema))
}

func requireFile(t testing.TB, path, want string) {
	t.Helper()
	if golden.Updating() {
		require.NoError(t, os.WriteFile(path, []byte(want), 0o644))
	}
	have, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(want, string(have)), "%s is out of date; go test ./router -update writes it", path)
}

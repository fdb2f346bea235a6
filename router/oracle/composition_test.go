//go:build oracle

package oracle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/oracle"
)

func start(t testing.TB) *oracle.Node {
	t.Helper()
	node, err := oracle.Start(t.Context())
	require.NoError(t, err, "run npm ci in router/oracle")
	t.Cleanup(func() { _ = node.Close() })
	return node
}

// Both sides say the same of every case and seed as it stands.
func TestSetsAsTheyStand(t *testing.T) {
	t.Parallel()
	node := start(t)
	valid := 0
	for _, s := range sets(t) {
		c, err := oracle.Compare(node, s.subgraphs)
		require.NoError(t, err)
		if c.Difference != nil {
			t.Errorf("%s: %s", s.name, c.Difference)
		}
		if c.Ours.Composes() {
			valid++
		}
	}
	t.Logf("%d valid sets", valid)
}

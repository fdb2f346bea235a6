//go:build !race

package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStepsThatAreNotConfiguredCostNothing checks that a gateway without optional steps allocates
// as much memory for a request as before the list of steps existed. The test does not run with the
// race detector, with which sync.Pool drops values at random.
func TestStepsThatAreNotConfiguredCostNothing(t *testing.T) {
	serve := repeated(t, Options{})
	require.LessOrEqual(t, testing.AllocsPerRun(1000, serve), 12.0)
}

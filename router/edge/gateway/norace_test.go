//go:build !race

package gateway

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStepsThatAreNotConfiguredCostNothing checks how much memory a gateway without optional steps
// allocates for a request: as much as before there was a list of steps. With the race detector,
// sync.Pool drops values at random.
func TestStepsThatAreNotConfiguredCostNothing(t *testing.T) {
	serve := repeated(t, Options{})
	require.LessOrEqual(t, testing.AllocsPerRun(1000, serve), 12.0)
}

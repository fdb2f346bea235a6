package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// goal returns the heap size at which the runtime starts a collection (runtime/mgcpacer.go,
// commit).
func goal(live, others uint64, percent int) uint64 {
	return max(live+(live+others)*uint64(percent)/100, uint64(percent)*(4<<20)/100)
}

func TestGrowth(t *testing.T) {
	t.Parallel()
	for live := uint64(0); live < 4*heapFloor; live += 1 << 18 {
		for others := uint64(0); others < heapFloor; others += 1 << 18 {
			got, doubled := goal(live, others, growth(live, others)), goal(live, others, 100)
			want := max(heapFloor, doubled)
			require.LessOrEqual(t, got, want, "%d live, %d others", live, others)
			require.GreaterOrEqual(t, got, want-want/50, "%d live, %d others", live, others)
		}
	}
	require.Equal(t, maxGrowth, growth(0, 0), "the value before the first collection")
	require.Equal(t, 100, growth(1<<40, 0))
}

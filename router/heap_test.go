package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestGrowth(t *testing.T) {
	t.Parallel()
	for live, want := range map[uint64]int{
		0: 600, 1 << 20: 600, heapFloor / 7: 600, heapFloor / 4: 300, heapFloor / 2: 100, heapFloor: 100, 1 << 40: 100,
	} {
		require.Equal(t, want, growth(live), live)
	}
}

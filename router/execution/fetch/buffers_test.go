package fetch_test

import (
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

func TestBuffersHaveRoom(t *testing.T) {
	t.Parallel()
	var b fetch.Buffers
	for size := 0; size <= 1<<21; size += 1 + size/37 {
		for range 2 {
			buffer := b.Get(size)
			require.Empty(t, buffer)
			require.GreaterOrEqual(t, cap(buffer), size)
			require.LessOrEqual(t, cap(buffer), max(512, size+size/4))
			b.Put(buffer)
		}
		b.Put(make([]byte, size)) // a size between two classes goes to the lower one
	}
}

// TestBuffersAreApart checks that two callers never have the same memory at the same time.
func TestBuffersAreApart(t *testing.T) {
	t.Parallel()
	var b fetch.Buffers
	for size := range 5000 {
		one, other := b.Get(size), b.Get(size)
		require.NotSame(t, unsafe.SliceData(one), unsafe.SliceData(other))
		b.Put(one)
		b.Put(other)
	}
}

// BenchmarkBuffers measures one large answer among small ones, with fifty requests in progress at
// any time.
func BenchmarkBuffers(b *testing.B) {
	var buffers fetch.Buffers
	var taken [50][6][]byte
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		request := &taken[n*17%len(taken)]
		for _, buffer := range request {
			buffers.Put(buffer)
		}
		for i, size := range [...]int{500, 700, 76 << 10, 600, 400, 300} {
			request[i] = buffers.Get(size)
		}
	}
}

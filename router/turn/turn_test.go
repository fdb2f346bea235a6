package turn

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// The oldest is called first, whoever came first.
func TestOldestFirst(t *testing.T) {
	t.Parallel()
	var line Line
	began := time.Now()
	for _, age := range rand.Perm(100) {
		p := NewPlace()
		p.since = began.Add(-time.Duration(age))
		line.come(p)
	}
	for age := 99; age >= 0; age-- {
		require.Equal(t, began.Add(-time.Duration(age)), line.call().since)
	}
}

// Everyone's turn comes, each time, and the line is empty then.
func TestEveryTurnComes(t *testing.T) {
	t.Parallel()
	var line Line
	var all sync.WaitGroup
	for range 200 {
		all.Go(func() {
			p := NewPlace()
			for range 200 {
				line.Wait(p, time.Now())
			}
			require.Empty(t, p.turn)
		})
	}
	all.Wait()
	require.Empty(t, line.waiting)
}

func BenchmarkWait(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		var line Line
		p := NewPlace()
		b.ReportAllocs()
		for b.Loop() {
			line.Wait(p, time.Now())
		}
	})
	b.Run("among many", func(b *testing.B) {
		var line Line
		b.ReportAllocs()
		b.SetParallelism(50)
		b.RunParallel(func(pb *testing.PB) {
			p := NewPlace()
			for pb.Next() {
				line.Wait(p, time.Now())
			}
		})
	})
}

package turn

import (
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// TestOldestFirst checks that the order of arrival does not matter.
func TestOldestFirst(t *testing.T) {
	t.Parallel()
	var l line
	began := time.Now()
	for _, age := range rand.Perm(100) {
		l.come(&Place{since: began.Add(-time.Duration(age))})
	}
	for age := 99; age >= 0; age-- {
		require.Equal(t, began.Add(-time.Duration(age)), l.call().since)
	}
}

// TestEveryTurnComes checks that every Wait returns and that the lines are empty at the end.
func TestEveryTurnComes(t *testing.T) {
	t.Parallel()
	lines := &Lines{lines: make([]line, 3)}
	places := make([]*Place, 200)
	var all sync.WaitGroup
	for i := range places {
		places[i] = lines.Place()
		all.Go(func() {
			for range 200 {
				places[i].Wait(time.Now())
			}
		})
	}
	all.Wait()
	for _, p := range places {
		require.Empty(t, p.turn)
	}
	for i := range lines.lines {
		require.Empty(t, lines.lines[i].waiting)
	}
}

func BenchmarkWait(b *testing.B) {
	b.Run("alone", func(b *testing.B) {
		p := New().Place()
		b.ReportAllocs()
		for b.Loop() {
			p.Wait(time.Now())
		}
	})
	b.Run("among many", func(b *testing.B) {
		lines := New()
		b.ReportAllocs()
		b.SetParallelism(50)
		b.RunParallel(func(pb *testing.PB) {
			p := lines.Place()
			for pb.Next() {
				p.Wait(time.Now())
			}
		})
	})
}

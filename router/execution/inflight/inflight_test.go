package inflight_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/inflight"
)

func ignore([]byte) {}

// held is work that blocks until end is closed or its context ends.
type held struct {
	begun  atomic.Int32
	end    chan struct{}
	forAll bool
}

func (h *held) work(ctx context.Context) ([]byte, bool) {
	n := h.begun.Add(1)
	select {
	case <-h.end:
		return []byte{byte(n)}, h.forAll
	case <-ctx.Done():
		return nil, false
	}
}

func TestEqualWorkIsDoneOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var recycled int
		g := inflight.New(func([]byte) { recycled++ })
		h := &held{end: make(chan struct{}), forAll: true}
		var flights [5]*inflight.Flight[[]byte]
		var joined atomic.Int32
		for i := range flights {
			go func() {
				f, j := g.Do(t.Context(), []byte("key"), h.work)
				if flights[i] = f; j {
					joined.Add(1)
				}
			}()
		}
		go func() {
			f, _ := g.Do(t.Context(), []byte("another key"), h.work)
			f.Release()
		}()
		synctest.Wait()
		close(h.end)
		synctest.Wait()
		require.EqualValues(t, 2, h.begun.Load())
		require.EqualValues(t, len(flights)-1, joined.Load())
		require.Equal(t, 1, recycled, "the other key's")
		for _, f := range flights {
			require.Equal(t, flights[0].Value, f.Value)
			require.Equal(t, 1, recycled, "one caller still holds it")
			f.Release()
		}
		require.Equal(t, 2, recycled)

		f, j := g.Do(t.Context(), []byte("key"), h.work)
		require.False(t, j, "nothing is kept")
		require.NotNil(t, f.Value)
	})
}

// TestGoingAway checks that callers that stay get the value, and that the work is cancelled, and
// cannot be joined any more, when all have left.
func TestGoingAway(t *testing.T) {
	t.Parallel()
	for name, goes := range map[string][]int{"the first": {0}, "others": {1, 2}, "all but one": {0, 1}, "all": {0, 1, 2}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := inflight.New(ignore)
				h := &held{end: make(chan struct{}), forAll: true}
				var values [3][]byte
				var cancels [3]context.CancelFunc
				for i := range values {
					ctx, cancel := context.WithCancel(t.Context())
					cancels[i] = cancel
					go func() {
						f, _ := g.Do(ctx, []byte("key"), h.work)
						values[i] = f.Value
					}()
					synctest.Wait()
				}
				for _, i := range goes {
					cancels[i]()
				}
				synctest.Wait()
				close(h.end)
				synctest.Wait()
				for i, value := range values {
					require.Equal(t, i != 0 && slices.Contains(goes, i) || len(goes) == 3, value == nil, i)
					cancels[i]()
				}
			})
		})
	}
}

func TestWhatIsNotForAllIsDoneByEach(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := inflight.New(ignore)
		h := &held{end: make(chan struct{})}
		seen := make(chan byte, 3)
		for range 3 {
			go func() {
				f, joined := g.Do(t.Context(), []byte("key"), h.work)
				if !joined {
					seen <- f.Value[0]
				}
				f.Release()
			}()
		}
		synctest.Wait()
		require.EqualValues(t, 1, h.begun.Load())
		close(h.end)
		synctest.Wait()
		require.ElementsMatch(t, []byte{1, 2, 3}, []byte{<-seen, <-seen, <-seen})
	})
}

func TestPanicEndsOnlyItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := inflight.New(ignore)
		end := make(chan struct{})
		go func() {
			defer func() { _ = recover() }()
			g.Do(t.Context(), []byte("key"), func(context.Context) ([]byte, bool) { <-end; panic("of the work") })
		}()
		synctest.Wait()
		var value []byte
		go func() {
			f, _ := g.Do(t.Context(), []byte("key"), func(context.Context) ([]byte, bool) { return []byte("own"), true })
			value = f.Value
		}()
		synctest.Wait()
		require.Nil(t, value)
		close(end)
		synctest.Wait()
		require.Equal(t, "own", string(value))
	})
}

// TestTake checks that each caller gets a value that it may change, and that the memory is
// recycled only when nobody reads it.
func TestTake(t *testing.T) {
	t.Parallel()
	g := inflight.New(func(b []byte) { clear(b) })
	clone := func(b []byte) []byte { return slices.Clone(b) }
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			for i := range 100 {
				text := []byte{byte('a' + i%3)}
				f, _ := g.Do(t.Context(), text, func(context.Context) ([]byte, bool) { return slices.Clone(text), true })
				var own []byte
				if i%5 == 0 {
					if f.Value[0] != text[0] {
						t.Errorf("%q, not %q", f.Value, text)
					}
					f.Release()
					continue
				}
				if own = f.Take(clone); own[0] != text[0] {
					t.Errorf("%q, not %q", own, text)
				}
				own[0] = 'x'
			}
		})
	}
	group.Wait()
}

// TestAloneAllocates bounds the cost of work that nobody joins, which is the common case.
// (Allocations cannot be counted in parallel.)
func TestAloneAllocates(t *testing.T) {
	do := alone(t.Context())
	require.LessOrEqual(t, testing.AllocsPerRun(100, do), 8.0)
}

func BenchmarkAlone(b *testing.B) {
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	do := alone(ctx)
	b.ReportAllocs()
	for b.Loop() {
		do()
	}
}

// alone returns a function that does work which nobody shares, inside other such work, and
// attaches a hook to its context: as a fetch does inside an operation.
func alone(ctx context.Context) func() {
	operations, fetches := inflight.New(ignore), inflight.New(ignore)
	var hook inflight.Hook
	told := new(counter)
	fetch := func(ctx context.Context) ([]byte, bool) {
		hook.Hang(ctx, told)
		hook.Take()
		return nil, true
	}
	operation := func(ctx context.Context) ([]byte, bool) {
		f, _ := fetches.Do(ctx, []byte("key of the request to a subgraph"), fetch)
		f.Release()
		return nil, true
	}
	return func() {
		f, _ := operations.Do(ctx, []byte("key of the operation"), operation)
		f.Release()
	}
}

type value struct{}

// counter counts how often it is notified.
type counter struct{ atomic.Int32 }

func (c *counter) Ended() { c.Add(1) }

// TestEndNotifiesEveryHook checks that the end of the work's context is noticed however one
// watches for it, and that a detached hook is not called.
func TestEndNotifiesEveryHook(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := inflight.New(ignore)
		ctx, cancel := context.WithCancel(context.WithValue(t.Context(), value{}, "value"))
		told := new(counter)
		var work context.Context
		g.Do(ctx, []byte("key"), func(ctx context.Context) ([]byte, bool) {
			work = ctx
			require.Equal(t, "value", ctx.Value(value{}))
			require.NoError(t, ctx.Err())
			derived, cancelDerived := context.WithCancel(ctx)
			defer cancelDerived()
			hooks := new([5]inflight.Hook)
			hooks[0].Hang(ctx, told)
			hooks[1].Hang(derived, told)
			context.AfterFunc(ctx, told.Ended)
			hooks[2].Hang(ctx, told)
			hooks[3].Hang(ctx, told)
			require.True(t, hooks[2].Take())
			require.False(t, hooks[2].Take())
			require.True(t, hooks[3].Take())
			hooks[4].Hang(derived, told)
			require.True(t, hooks[4].Take())
			cancel()
			<-derived.Done()
			synctest.Wait()
			return nil, false
		})
		require.EqualValues(t, 3, told.Load())
		require.ErrorIs(t, work.Err(), context.Canceled)
		var late inflight.Hook
		late.Hang(work, told)
		synctest.Wait()
		require.False(t, late.Take())
		require.EqualValues(t, 4, told.Load())
	})
}

package batch_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/batch"
)

// lengths returns a loader of the lengths of keys, except for the key "none", and the keys of its
// calls.
func lengths() (loader *batch.Loader[int], asked *[][]string) {
	asked = new([][]string)
	return batch.New(func(_ context.Context, keys []string) (map[string]int, error) {
		*asked = append(*asked, keys)
		found := map[string]int{}
		for _, key := range keys {
			if key != "none" {
				found[key] = len(key)
			}
		}
		return found, nil
	}), asked
}

func TestDataIsLoadedOnceForAllAndOnlyIfNeeded(t *testing.T) {
	t.Parallel()
	loader, asked := lengths()
	loader.Expect([]string{"bb", "a", "bb", "none"})
	require.Empty(t, *asked)
	var all sync.WaitGroup
	for range 10 {
		for key, want := range map[string]int{"a": 1, "bb": 2, "none": 0} {
			all.Go(func() {
				if got, err := loader.Get(t.Context(), key); err != nil || got != want {
					t.Errorf("%s: %d, %v", key, got, err)
				}
			})
		}
	}
	all.Wait()
	require.Equal(t, [][]string{{"a", "bb", "none"}}, *asked)
}

func TestAKeyThatWasNotAnnouncedIsLoadedAlone(t *testing.T) {
	t.Parallel()
	loader, asked := lengths()
	loader.Expect([]string{"a", "bb"})
	for range 2 {
		got, err := loader.Get(t.Context(), "ccc")
		require.NoError(t, err)
		require.Equal(t, 3, got)
	}
	require.Equal(t, [][]string{{"ccc"}, {"ccc"}}, *asked)
}

func TestAKeyAnnouncedAgainIsLoadedAgain(t *testing.T) {
	t.Parallel()
	loader, asked := lengths()
	for range 2 {
		loader.Expect([]string{"a"})
		_, err := loader.Get(t.Context(), "a")
		require.NoError(t, err)
	}
	require.Equal(t, [][]string{{"a"}, {"a"}}, *asked)
}

func TestAllCallersShareAnError(t *testing.T) {
	t.Parallel()
	failure, calls := errors.New("no"), 0
	none := batch.New(func(context.Context, []string) (map[string]int, error) {
		calls++
		return nil, failure
	})
	none.Expect([]string{"a", "b"})
	for _, key := range []string{"a", "b"} {
		_, err := none.Get(t.Context(), key)
		require.ErrorIs(t, err, failure)
	}
	require.Equal(t, 1, calls)
}

// A read that panics is an error for the other callers, not an empty answer.
func TestAPanicIsAnErrorForOtherCallers(t *testing.T) {
	t.Parallel()
	none := batch.New(func(context.Context, []string) (map[string]int, error) { panic("broken") })
	none.Expect([]string{"a", "b"})
	require.PanicsWithValue(t, "broken", func() { _, _ = none.Get(t.Context(), "a") })
	_, err := none.Get(t.Context(), "b")
	require.Error(t, err)
}

func TestOutsideAResponseThereIsANewLoader(t *testing.T) {
	t.Parallel()
	loader, _ := lengths()
	got := batch.Of(t.Context(), func() *batch.Loader[int] { return loader })
	require.Same(t, loader, got)
}

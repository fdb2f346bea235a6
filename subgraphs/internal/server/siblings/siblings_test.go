package siblings_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/siblings"
)

func TestDataIsReadOnceForAllAndOnlyIfNeeded(t *testing.T) {
	t.Parallel()
	var asked [][]string
	lengths := siblings.Together([]string{"bb", "a", "bb"}, func(_ context.Context, ids []string) (map[string]int, error) {
		asked = append(asked, ids)
		return map[string]int{"a": 1, "bb": 2}, nil
	})
	require.Empty(t, asked)
	var all sync.WaitGroup
	for range 10 {
		for id, want := range map[string]int{"a": 1, "bb": 2, "other": 0} {
			all.Go(func() {
				if got, err := lengths.Get(t.Context(), id); err != nil || got != want {
					t.Errorf("%s: %d, %v", id, got, err)
				}
			})
		}
	}
	all.Wait()
	require.Equal(t, [][]string{{"a", "bb"}}, asked)
}

func TestAllCallersShareAnError(t *testing.T) {
	t.Parallel()
	failure, calls := errors.New("no"), 0
	none := siblings.Together([]string{"a", "b"}, func(context.Context, []string) (map[string]int, error) {
		calls++
		return nil, failure
	})
	for _, id := range []string{"a", "b"} {
		_, err := none.Get(t.Context(), id)
		require.ErrorIs(t, err, failure)
	}
	require.Equal(t, 1, calls)
}

// A read that panics is an error for the other callers, not an empty answer.
func TestAPanicIsAnErrorForOtherCallers(t *testing.T) {
	t.Parallel()
	none := siblings.Together([]string{"a", "b"}, func(context.Context, []string) (map[string]int, error) { panic("broken") })
	require.PanicsWithValue(t, "broken", func() { _, _ = none.Get(t.Context(), "a") })
	_, err := none.Get(t.Context(), "b")
	require.Error(t, err)
}

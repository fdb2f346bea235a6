package repeat_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
)

var errFailed = errors.New("failed")

// calls runs a loop for a minute of the bubble's time, and returns the seconds of its calls. The
// call with number i returns the i-th result, and later ones nil.
func calls(t *testing.T, l repeat.Loop, results ...error) (seconds []float64) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	start := time.Now()
	require.NoError(t, l.Run(ctx, func(context.Context) error {
		seconds = append(seconds, time.Since(start).Seconds())
		if i := len(seconds) - 1; i < len(results) {
			return results[i]
		}
		return nil
	}))
	return seconds
}

func TestCallsFollowAtThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		require.Equal(t, []float64{0, 25, 50}, calls(t, repeat.Loop{Pause: 25 * time.Second}))
		first := repeat.Loop{Pause: 25 * time.Second, PauseFirst: true}
		require.Equal(t, []float64{25, 50}, calls(t, first))
	})
}

func TestASignalEndsThePause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		wake := make(chan struct{}, 1)
		time.AfterFunc(10*time.Second, func() { wake <- struct{}{} })
		loop := repeat.Loop{Pause: 40 * time.Second, Wake: wake}
		require.Equal(t, []float64{0, 10, 50}, calls(t, loop))
	})
}

func TestAFailureIsReportedAndFollowedByItsOwnPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var repeated []bool
		loop := repeat.Loop{
			Pause: 30 * time.Second,
			Retry: func(failures int) time.Duration { return time.Duration(failures) * time.Second },
			Failed: func(err error, again bool) {
				require.ErrorIs(t, err, errFailed)
				repeated = append(repeated, again)
			},
		}
		seconds := calls(t, loop, errFailed, errFailed, nil, errFailed)
		require.Equal(t, []float64{0, 1, 3, 33, 34}, seconds)
		require.Equal(t, []bool{false, true, false}, repeated)
	})
}

func TestALoopEndsWhenItIsDoneOrItsContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		loop := repeat.Loop{Pause: time.Second, Failed: func(err error, _ bool) { t.Error(err) }}
		require.Equal(t, []float64{0, 1}, calls(t, loop, nil, repeat.ErrDone))

		ctx, cancel := context.WithCancel(t.Context())
		require.NoError(t, loop.Run(ctx, func(ctx context.Context) error { cancel(); return ctx.Err() }))
		require.NoError(t, loop.Run(ctx, func(context.Context) error { t.Error("called"); return nil }))
	})
}

func TestUntilNilRetriesUntilSuccessOrTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		start, failures := time.Now(), 2
		require.NoError(t, repeat.UntilNil(ctx, time.Second, func(context.Context) error {
			if failures--; failures >= 0 {
				return errFailed
			}
			return nil
		}))
		require.Equal(t, 2*time.Second, time.Since(start))

		err := repeat.UntilNil(ctx, time.Second, func(context.Context) error { return errFailed })
		require.ErrorIs(t, err, errFailed)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, 10*time.Second, time.Since(start))
	})
}

func TestDoubledStopsAtTheLongest(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]time.Duration{0: 5, 1: 10, 3: 40, 4: 60, 1 << 40: 60} {
		require.Equal(t, want, repeat.Doubled(5, times, 60), times)
	}
	require.Equal(t, time.Duration(3), repeat.Doubled(5, 0, 3))
}

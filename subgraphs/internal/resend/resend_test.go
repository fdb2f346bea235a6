package resend_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/resend"
)

// world is a source and the stream that it tells.
type world struct {
	due, held, told int
	failure         error
}

func (w *world) Due(context.Context) (int, error)              { return w.due, w.failure }
func (w *world) Held(context.Context, bus.Stream) (int, error) { return w.held, nil }

func (w *world) TellAll(context.Context) error {
	w.told++
	w.held = w.due
	return nil
}

func TestWhatIsMissingIsToldAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{due: 3, held: 3}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- resend.Keeper{Source: w, Holder: w, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
		}()
		told := func(want int) {
			t.Helper()
			time.Sleep(time.Minute)
			synctest.Wait()
			require.Equal(t, want, w.told)
		}
		told(0)
		w.held = 2
		told(1)
		w.held, w.failure = 0, errors.New("down")
		told(1)
		w.failure = nil
		told(2)
		w.held, w.due = 0, 0
		told(2)
		cancel()
		require.NoError(t, <-ended)
	})
}

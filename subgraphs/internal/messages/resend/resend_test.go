package resend_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/resend"
)

// world is a source and its stream.
type world struct {
	mu                   sync.Mutex
	due, held, published int
	failure              error
}

func (w *world) Due(context.Context) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.due, w.failure
}

func (w *world) Held(context.Context, bus.Stream) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held, nil
}

func (w *world) PublishAll(context.Context) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.published++
	w.held = w.due
	return nil
}

func (w *world) become(due, held int, failure error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.due, w.held, w.failure = due, held, failure
}

func (w *world) timesPublished() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.published
}

func TestMissingMessagesArePublishedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w := &world{due: 3, held: 3}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() {
			ended <- resend.Keeper{Source: w, Holder: w, Log: slog.New(slog.DiscardHandler)}.Run(ctx)
		}()
		published := func(want int) {
			t.Helper()
			time.Sleep(time.Minute)
			synctest.Wait()
			require.Equal(t, want, w.timesPublished())
		}
		published(0)
		w.become(3, 2, nil)
		published(1)
		w.become(3, 0, errors.New("down"))
		published(1)
		w.become(3, 0, nil)
		published(2)
		w.become(0, 0, nil)
		published(2)
		cancel()
		require.NoError(t, <-ended)
	})
}

package gateway

import (
	"context"
	"errors"
	"net/http"
	"runtime"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// codeTimeout is the code of a request that has not ended at its deadline.
const codeTimeout = "TIMEOUT"

// slots bounds how many operations are prepared at once: one per processor. A request that waits
// for a slot ends when its client leaves. Without slots, the router worked for a minute for 500
// clients that had left.
type slots chan struct{}

func newSlots() slots { return make(slots, runtime.GOMAXPROCS(0)) }

func (s slots) take(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	select {
	case s <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s slots) give() { <-s }

// known returns the operation of a document, and prepares it if necessary.
func (e *Engine) known(ctx context.Context, k key) (*prepared, error) {
	if found, ok := e.cache.entries.get(k); ok {
		return found, nil
	}
	if e.options.Timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, e.options.Timeout)
		defer cancel()
	}
	err := e.slots.take(ctx)
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return nil, refusal.New(http.StatusServiceUnavailable, codeTimeout,
			"The router is busy. Try again later.")
	case err != nil:
		return nil, err
	}
	defer e.slots.give()
	return e.cache.get(k)
}

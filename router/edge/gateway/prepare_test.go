package gateway

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// TestWaitingPreparationsEnd checks that a request that waits to be prepared ends when its client
// leaves, and at its deadline. A request with a cached operation does not wait.
func TestWaitingPreparationsEnd(t *testing.T) {
	t.Parallel()
	e := finder(t)
	e.options.Timeout = 10 * time.Millisecond
	_, err := e.find(t.Context(), ofText("{a}"))
	require.NoError(t, err)
	for range cap(e.slots) {
		require.NoError(t, e.slots.take(t.Context()))
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	_, err = e.find(gone, ofText("{b}"))
	require.ErrorIs(t, err, context.Canceled)
	_, err = e.find(t.Context(), ofText("{b}"))
	var refused *refusal.Refusal
	require.True(t, errors.As(err, &refused))
	require.Equal(t, "TIMEOUT", refused.Errors[0].Extensions["code"])
	_, err = e.find(t.Context(), ofText("{a}"))
	require.NoError(t, err)
	e.slots.give()
	_, err = e.find(t.Context(), ofText("{b}"))
	require.NoError(t, err)
}

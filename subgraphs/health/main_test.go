package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRun(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	late := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if asked.Add(1) < 3 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(late.Close)

	require.Equal(t, 1, run(t.Context(), []string{late.URL}, io.Discard, io.Discard), "one request, which fails")
	require.Equal(t, 0, run(t.Context(), []string{"-wait", "1m", late.URL, late.URL}, io.Discard, io.Discard))
	require.EqualValues(t, 4, asked.Load())
	require.Equal(t, 2, run(t.Context(), []string{"-weight", "1m"}, io.Discard, io.Discard))

	require.Equal(t, 2, run(t.Context(), nil, io.Discard, io.Discard), "no URL is a mistake")
	for _, help := range []string{"help", "-h", "--help"} {
		var stdout strings.Builder
		require.Equal(t, 0, run(t.Context(), []string{help}, &stdout, io.Discard))
		require.Contains(t, stdout.String(), "-wait")
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.Equal(t, 1, run(ended, []string{"-wait", "1m", late.URL}, io.Discard, io.Discard))
}

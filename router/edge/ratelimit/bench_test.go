package ratelimit_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
)

// BenchmarkCaller measures one rule in memory, with the headers.
func BenchmarkCaller(b *testing.B) {
	l, err := ratelimit.New(ratelimit.Options{
		Rules:   []ratelimit.Rule{{Name: "clients", By: []string{ratelimit.ByClient}, Limit: 1_000_000, Period: time.Millisecond}},
		MaxKeys: 1000,
	})
	require.NoError(b, err)
	caller := ratelimit.Caller{Subject: "6e1f1f0a-8f0a-4d3c-9a53-5f4d1f0a6e1f"}
	b.ReportAllocs()
	for b.Loop() {
		quotas, err := l.Caller(b.Context(), caller, 1)
		if err != nil {
			b.Fatal(err)
		}
		quotas.Set(http.Header{})
	}
}

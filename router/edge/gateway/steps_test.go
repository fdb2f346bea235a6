package gateway

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// discard is a response writer that discards the response and allocates nothing.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(p []byte) (int, error) { return len(p), nil }
func (d discard) WriteHeader(int)             {}

// repeated serves the same query repeatedly, in this process.
func repeated(t testing.TB, options Options) func() {
	t.Helper()
	options.BodyBytes = 1000
	g := New(options)
	g.Use(finder(t))
	const body = `{"query":"{ __typename }"}`
	r := httptest.NewRequest(http.MethodPost, graphqlPath, nil)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(requestIDHeader, "the-same")
	text := strings.NewReader(body)
	r.Body, r.ContentLength = io.NopCloser(text), int64(len(body))
	w := discard{http.Header{}}
	return func() {
		text.Reset(body)
		g.ServeHTTP(w, r)
	}
}

// BenchmarkSteps measures a request that no subgraph has to answer.
func BenchmarkSteps(b *testing.B) {
	serve := repeated(b, Options{})
	b.ReportAllocs()
	for b.Loop() {
		serve()
	}
}

// TestAPanicInABatchFailsOneOperation checks that a panic in the goroutine of an operation becomes
// the error of this operation.
func TestAPanicInABatchFailsOneOperation(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	x := &exchange{gateway: New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})}
	broken := &call{prepared: &prepared{planned: &planned{operation: &operation.Operation{}}}} // it has no engine
	batch := []batched{{x: x, call: broken}}
	execute(t.Context(), batch)
	require.Equal(t, codeInternal, batch[0].refused.Errors[0].Extensions["code"])
	require.Contains(t, log.String(), "panic")
}

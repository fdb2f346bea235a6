package gateway

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// halting is a body that delivers one byte, and then nothing until it is closed.
type halting struct {
	come    *sync.WaitGroup // done when the router waits for the second byte
	closed  chan struct{}
	started bool
}

func (h *halting) Read(into []byte) (int, error) {
	if !h.started {
		h.started = true
		into[0] = '{'
		return 1, nil
	}
	h.come.Done()
	<-h.closed
	return 0, io.ErrUnexpectedEOF
}

func (*halting) Close() error { return nil }

// TestMemoryFollowsTheBytesThatCame checks that a request that announces a large body takes memory
// only for the bytes that it has sent.
func TestMemoryFollowsTheBytesThatCame(t *testing.T) {
	const requests, announced = 64, 1 << 20
	g := New(Options{BodyBytes: announced, Log: slog.New(slog.DiscardHandler)})
	var come, group sync.WaitGroup
	come.Add(requests)
	closed := make(chan struct{})
	before := heapInUse()
	for range requests {
		request := httptest.NewRequest(http.MethodPost, "/graphql", &halting{come: &come, closed: closed})
		request.Header.Set("Content-Type", "application/json")
		request.ContentLength = announced
		group.Go(func() { g.ServeHTTP(httptest.NewRecorder(), request) })
	}
	come.Wait()
	require.Less(t, heapInUse()-before, int64(requests*32<<10))
	close(closed)
	group.Wait()
}

func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}

// TestBodiesAreReadWhole checks that a body is read completely and unchanged, however it is split,
// and with and without a Content-Length.
func TestBodiesAreReadWhole(t *testing.T) {
	t.Parallel()
	var b bodies
	for _, size := range []int{0, 1, smallBody - 1, smallBody, smallBody + 1, 3*smallBody + 5, 100_000} {
		text := strings.Repeat("a", size/2) + strings.Repeat("b", size-size/2)
		for name, parts := range map[string]func(io.Reader) io.Reader{"halves": iotest.HalfReader, "end with the last": iotest.DataErrReader} {
			for _, length := range []int64{int64(size), -1} {
				r := httptest.NewRequest(http.MethodPost, "/", parts(strings.NewReader(text)))
				r.ContentLength = length
				body, err := b.read(httptest.NewRecorder(), r, 100_000)
				require.NoError(t, err, name)
				require.True(t, bytes.Equal(*body, []byte(text)), "%s: %d of %d bytes", name, len(*body), size)
				b.release(body)
			}
		}
	}
	short := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("half"))
	short.ContentLength = 8
	_, err := b.read(httptest.NewRecorder(), short, 100)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	long := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(strings.Repeat("a", 101)))
	_, err = b.read(httptest.NewRecorder(), long, 100)
	require.ErrorAs(t, err, new(*http.MaxBytesError))
}

// TestSmallBodiesAllocateNothing checks that reading a small body reuses memory.
func TestSmallBodiesAllocateNothing(t *testing.T) {
	var b bodies
	from := strings.NewReader("")
	r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
	r.Body = io.NopCloser(from)
	text := strings.Repeat("a", 1000)
	r.ContentLength = int64(len(text))
	require.LessOrEqual(t, testing.AllocsPerRun(1000, func() {
		from.Reset(text)
		body, err := b.read(nil, r, 1<<20)
		if err != nil || len(*body) != len(text) {
			t.Error(err, len(*body))
		}
		b.release(body)
	}), 0.5)
}

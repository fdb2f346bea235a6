package fetch

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"
)

// measured records the most memory that a single Read call offers beyond the bytes that were read.
type measured struct {
	io.Reader
	came, most int
}

func (m *measured) Read(into []byte) (int, error) {
	if m.most = max(m.most, len(into)-m.came); len(into) > announced {
		into = into[:announced]
	}
	n, err := m.Reader.Read(into)
	m.came += n
	return n, err
}

// TestAnswersTakeMemoryAsTheyArrive checks that memory grows with the bytes that arrive, whatever
// length is announced.
func TestAnswersTakeMemoryAsTheyArrive(t *testing.T) {
	t.Parallel()
	for _, came := range []int{0, 1, 1 << 20} {
		from := &measured{Reader: strings.NewReader(strings.Repeat("a", came))}
		_, err := new(Buffers).readLength(from, 64<<20)
		require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		require.LessOrEqual(t, from.most, announced, "%d bytes came", came)
	}
}

// TestAnswersAreReadWhole checks that answers are read unchanged, in whatever parts they arrive.
func TestAnswersAreReadWhole(t *testing.T) {
	t.Parallel()
	var b Buffers
	for _, size := range []int{0, 1, 4095, 4096, announced - 1, announced, announced + 1, 5*announced + 7} {
		text := []byte(strings.Repeat("a", size/3) + strings.Repeat("b", size-size/3))
		for _, parts := range []func(io.Reader) io.Reader{iotest.HalfReader, iotest.DataErrReader} {
			known, err := b.readLength(parts(bytes.NewReader(text)), size)
			require.NoError(t, err)
			require.True(t, bytes.Equal(known, text), "%d of %d bytes", len(known), size)
			unknown, err := b.readUpTo(parts(bytes.NewReader(text)), unread, int64(size))
			require.NoError(t, err)
			require.True(t, bytes.Equal(unknown, text), "%d of %d bytes", len(unknown), size)
			b.Put(known)
			b.Put(unknown)
		}
	}
	_, err := b.readUpTo(strings.NewReader("four"), unread, 3)
	require.ErrorIs(t, err, errTooLarge)
	broken := errors.New("broken")
	_, err = b.readUpTo(iotest.ErrReader(broken), unread, 3)
	require.ErrorIs(t, err, broken)
}

// TestAnnouncedAnswersCostLittle checks that a large announced answer that breaks off costs little
// memory, with http1 and with net/http.
func TestAnnouncedAnswersCostLittle(t *testing.T) {
	const length, fetches = 32 << 20, 8
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", strconv.Itoa(length))
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		panic(http.ErrAbortHandler)
	})
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	fast, secure := newTestClient(t, server.URL, true), overTLS(t, false, handler)
	fast.subgraphs["a"].http1.limit, secure.limits.ResponseBytes = length, length
	for name, c := range map[string]*Client{"http": fast, "https": secure} {
		before := allocated()
		for range fetches {
			_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF, name)
		}
		require.Less(t, allocated()-before, uint64(fetches*length/16), name)
	}
}

// allocated returns how much memory has been allocated since the start.
func allocated() uint64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.TotalAlloc
}

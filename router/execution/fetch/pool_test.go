package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// slowPool is a pool whose connections open when the test says so.
type slowPool struct {
	*pool
	begun, most, now atomic.Int32
	open             chan error
}

func newSlowPool(connections int) *slowPool {
	s := &slowPool{pool: newPool(newDialer(Limits{}), "", connections), open: make(chan error)}
	s.connect = func() (*conn, error) {
		s.begun.Add(1)
		s.most.Store(max(s.most.Load(), s.now.Add(1)))
		defer s.now.Add(-1)
		if err := <-s.open; err != nil {
			return nil, err
		}
		one, _ := net.Pipe()
		return &conn{Conn: one}, nil
	}
	return s
}

// take lets many requests get a connection at once.
func (s *slowPool) take(ctx context.Context, count int) (got chan found) {
	got = make(chan found, count)
	for range count {
		go func() {
			c, err := s.get(ctx, time.Now(), time.Now().Add(time.Minute))
			got <- found{c, err}
		}()
	}
	synctest.Wait()
	return got
}

// TestPoolOpensOrTakesWhatIsGivenBack checks that a few connections are opened at a time, and that
// a waiting request takes a connection that is put back, or one opened for another request.
func TestPoolOpensOrTakesWhatIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlowPool(0)
		got := s.take(t.Context(), 20)
		require.EqualValues(t, maxDials, s.begun.Load())
		s.open <- nil
		first := <-got
		require.NoError(t, first.err)
		for range 19 { // the others use the same connection in sequence
			first.conn.again = true
			s.put(first.conn)
			next := <-got
			require.Same(t, first.conn, next.conn)
		}
		for range maxDials {
			s.open <- nil
		}
		synctest.Wait()
		require.EqualValues(t, maxDials, s.most.Load())
		require.Len(t, s.idle, maxDials, "connections that nobody waits for any more become idle")
		require.EqualValues(t, maxDials+1, s.begun.Load())
	})
}

// TestPoolOfASubgraphThatIsDown checks that requests to a subgraph that is down share a few dials,
// also those of the next second.
func TestPoolOfASubgraphThatIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlowPool(0)
		got := s.take(t.Context(), 100)
		refused := errors.New("refused")
		for range maxDials {
			synctest.Wait()
			require.Empty(t, got, "a connection may still be opened")
			s.open <- refused
		}
		for range 100 {
			require.ErrorIs(t, (<-got).err, refused)
		}
		require.ErrorIs(t, (<-s.take(t.Context(), 1)).err, refused)
		require.EqualValues(t, maxDials, s.begun.Load())
		require.Zero(t, s.pool.open)

		time.Sleep(time.Second)
		again := s.take(t.Context(), 1)
		s.open <- syscall.ECONNREFUSED // a refusal is not remembered, because it costs no time
		require.ErrorIs(t, (<-again).err, syscall.ECONNREFUSED)
		again = s.take(t.Context(), 1)
		s.open <- nil
		require.NoError(t, (<-again).err)
		require.EqualValues(t, maxDials+2, s.begun.Load())
	})
}

// TestPoolOutlivesAFailedDial checks that a failed dial ends no request that another connection
// can serve.
func TestPoolOutlivesAFailedDial(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlowPool(0)
		healthy := s.take(t.Context(), 1)
		s.open <- nil
		first := <-healthy
		require.NoError(t, first.err)
		got := s.take(t.Context(), 20)
		refused := errors.New("refused")
		for range maxDials {
			s.open <- refused
		}
		synctest.Wait()
		for range 20 {
			require.Empty(t, got)
			first.conn.again = true
			s.put(first.conn)
			next := <-got
			require.NoError(t, next.err)
			require.Same(t, first.conn, next.conn)
			synctest.Wait()
		}
		last := s.take(t.Context(), 2) // they wait for the only connection, which is then closed
		first.conn.again = false
		s.put(first.conn)
		for range 2 {
			require.ErrorIs(t, (<-last).err, refused)
		}
		require.Zero(t, s.pool.open)
	})
}

// TestPoolIsLeft checks that a request that stops waiting leaves its connection to others, and
// that waiting ends at the deadline.
func TestPoolIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlowPool(1)
		ctx, cancel := context.WithCancel(t.Context())
		left := s.take(ctx, 3)
		require.EqualValues(t, 1, s.begun.Load())
		cancel()
		for range 3 {
			require.ErrorIs(t, (<-left).err, context.Canceled)
		}
		late := s.take(t.Context(), 2)
		require.EqualValues(t, 1, s.begun.Load(), "the limit is one")
		time.Sleep(time.Minute)
		for range 2 {
			require.ErrorIs(t, (<-late).err, context.DeadlineExceeded)
		}
		s.open <- nil
		synctest.Wait()
		require.Len(t, s.idle, 1)
		s.close()
		require.Zero(t, s.pool.open)
	})
}

// TestConnectionsKeepLittle checks that a connection does not keep the memory of a large request.
func TestConnectionsKeepLittle(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), true)
	p := c.subgraphs["a"].http1.pool
	var first *conn
	for _, size := range []int{2 << 20, 100, 60 << 10, 70 << 10} {
		_, err := c.For(nil, "").Fetch(t.Context(), "a", make([]byte, size))
		require.NoError(t, err)
		require.Len(t, p.idle, 1)
		require.LessOrEqual(t, cap(p.idle[0].out), largestOut)
		require.Equal(t, size <= largestOut, p.idle[0].out != nil)
		if first == nil {
			first = p.idle[0]
		}
		require.Same(t, first, p.idle[0])
	}
}

// TestConnectionsAreCapped checks that the number of open connections stays within the limit, and
// that all requests are answered.
func TestConnectionsAreCapped(t *testing.T) {
	t.Parallel()
	const allowed, requests = 4, 40
	var open, most atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "{}")
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			now := open.Add(1)
			for seen := most.Load(); now > seen && !most.CompareAndSwap(seen, now); seen = most.Load() {
			}
		case http.StateClosed:
			open.Add(-1)
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := NewClient([]Subgraph{{Name: "a", URL: server.URL, Timeout: time.Minute}}, Limits{ResponseBytes: 100, Connections: allowed})
	t.Cleanup(c.Close)
	var group sync.WaitGroup
	for range requests {
		group.Go(func() {
			for range 5 {
				if _, err := c.For(nil, "").Fetch(t.Context(), "a", nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	require.LessOrEqual(t, most.Load(), int32(allowed))
	p := c.subgraphs["a"].http1.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(t, p.waiting)
	require.LessOrEqual(t, p.open, allowed)
}

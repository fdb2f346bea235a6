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

// take has many take a connection at once.
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

// A few connections are opened at a time; who waits takes one that is given back meanwhile, or that another waited for.
func TestPoolOpensOrTakesWhatIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlowPool(0)
		got := s.take(t.Context(), 20)
		require.EqualValues(t, mostDials, s.begun.Load())
		s.open <- nil
		first := <-got
		require.NoError(t, first.err)
		for range 19 { // the others have the same, one after the other
			first.conn.again = true
			s.put(first.conn)
			next := <-got
			require.Same(t, first.conn, next.conn)
		}
		for range mostDials {
			s.open <- nil
		}
		synctest.Wait()
		require.EqualValues(t, mostDials, s.most.Load())
		require.Len(t, s.idle, mostDials, "what nobody waits for any more is for others")
		require.EqualValues(t, mostDials+1, s.begun.Load())
	})
}

// Requests to a subgraph that is down share a few dials, and so do those of the next second.
func TestPoolOfASubgraphThatIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newSlowPool(0)
		got := s.take(t.Context(), 100)
		refused := errors.New("refused")
		for range mostDials {
			synctest.Wait()
			require.Empty(t, got, "a connection may still be opened")
			s.open <- refused
		}
		for range 100 {
			require.ErrorIs(t, (<-got).err, refused)
		}
		require.ErrorIs(t, (<-s.take(t.Context(), 1)).err, refused)
		require.EqualValues(t, mostDials, s.begun.Load())
		require.Zero(t, s.pool.open)

		time.Sleep(time.Second)
		again := s.take(t.Context(), 1)
		s.open <- syscall.ECONNREFUSED // which is not remembered: it costs no time
		require.ErrorIs(t, (<-again).err, syscall.ECONNREFUSED)
		again = s.take(t.Context(), 1)
		s.open <- nil
		require.NoError(t, (<-again).err)
		require.EqualValues(t, mostDials+2, s.begun.Load())
	})
}

// A dial that fails ends no request that another connection can serve.
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
		for range mostDials {
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
		last := s.take(t.Context(), 2) // which wait for the only connection, and it is closed
		first.conn.again = false
		s.put(first.conn)
		for range 2 {
			require.ErrorIs(t, (<-last).err, refused)
		}
		require.Zero(t, s.pool.open)
	})
}

// Who goes away takes nothing along, and time goes by for who waits.
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
		require.EqualValues(t, 1, s.begun.Load(), "there may be one")
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

// A connection outlives a large request, whose memory it does not keep.
func TestConnectionsKeepLittle(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), true)
	p := c.subgraphs["a"].plain.pool
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

// There are never more connections open than there may be, and all requests are answered.
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
	p := c.subgraphs["a"].plain.pool
	p.mu.Lock()
	defer p.mu.Unlock()
	require.Empty(t, p.waiting)
	require.LessOrEqual(t, p.open, allowed)
}

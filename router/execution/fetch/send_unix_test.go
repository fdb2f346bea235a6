//go:build unix

package fetch

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// readable waits until an idle connection of the client has bytes or is closed.
func readable(t testing.TB, c *Client) {
	t.Helper()
	p := c.subgraphs["a"].http1.pool
	require.Len(t, p.idle, 1)
	require.NoError(t, p.idle[0].SetReadDeadline(time.Now().Add(10*time.Second)))
	require.NoError(t, p.idle[0].raw.Read(func(descriptor uintptr) bool {
		var one [1]byte
		_, _, err := syscall.Recvfrom(int(descriptor), one[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
		return err == nil
	}))
}

// TestHTTP1LeavesConnectionsWithSecondAnswers checks that a late second answer is never taken for
// the answer to the next request.
func TestHTTP1LeavesConnectionsWithSecondAnswers(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	more := make(chan struct{})
	go func() {
		for n := 1; ; n++ {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				from := bufio.NewReader(c)
				for {
					request, err := http.ReadRequest(from)
					if err != nil {
						return
					}
					asked, _ := io.ReadAll(request.Body)
					answer := "HTTP/1.1 200 OK\r\nContent-Length: " + strconv.Itoa(len(asked)) + "\r\n\r\n" + string(asked)
					_, _ = io.WriteString(c, answer)
					<-more
					_, _ = io.WriteString(c, answer)
				}
			}()
		}
	}()
	c := newTestClient(t, "http://"+listener.Addr().String(), true)
	for i := range 50 {
		asked := `{"user":` + strconv.Itoa(i) + `}`
		got, err := c.For(nil, "").Fetch(t.Context(), "a", []byte(asked))
		require.NoError(t, err)
		require.Equal(t, asked, string(got))
		more <- struct{}{}
		readable(t, c)
	}
}

// counting returns a subgraph that counts its requests.
func counting(requests *atomic.Int32) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		_, _ = io.WriteString(w, "{}")
	})
}

// TestHTTP1LeavesClosedConnections checks that a connection that the subgraph has closed is not
// used, and that the request is sent once, on another.
func TestHTTP1LeavesClosedConnections(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	server := httptest.NewServer(counting(&requests))
	t.Cleanup(server.Close)
	c := newTestClient(t, server.URL, true)
	_, code, _ := ask(t, c)
	require.Empty(t, code)
	server.CloseClientConnections()
	readable(t, c)
	_, code, _ = ask(t, c)
	require.Empty(t, code)
	require.EqualValues(t, 2, requests.Load())
	require.Len(t, c.subgraphs["a"].http1.pool.idle, 1)
}

// TestHTTP1LeavesConnectionsThatNobodyUsed checks the same for a connection that was closed before
// its first use: servers give a new connection a few seconds for its first request.
func TestHTTP1LeavesConnectionsThatNobodyUsed(t *testing.T) {
	t.Parallel()
	var requests atomic.Int32
	server := httptest.NewUnstartedServer(counting(&requests))
	accepted := make(chan struct{}, 10)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			accepted <- struct{}{}
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	c := newTestClient(t, server.URL, true)
	p := c.subgraphs["a"].http1.pool
	p.mu.Lock()
	p.open++
	p.opening++
	p.mu.Unlock()
	p.dial()
	<-accepted
	server.CloseClientConnections()
	readable(t, c)
	_, code, _ := ask(t, c)
	require.Empty(t, code)
	require.EqualValues(t, 1, requests.Load())
}

// TestHTTP1IsNotSpokenTo checks that nothing is sent, even after several attempts, to a server
// that speaks first.
func TestHTTP1IsNotSpokenTo(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	var accepted atomic.Int32
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			accepted.Add(1)
			_, _ = io.WriteString(c, "220 mail.example.com\r\n")
			_, _ = io.Copy(io.Discard, c)
			_ = c.Close()
		}
	}()
	_, code, _ := ask(t, newTestClient(t, "http://"+listener.Addr().String(), true))
	require.Equal(t, CodeUnavailable, code)
	require.EqualValues(t, 1, accepted.Load())
}

// TestHTTP1SendsLargeRequests checks that a request that does not fit into the socket's buffer is
// sent in full.
func TestHTTP1SendsLargeRequests(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n, _ := io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, "{"+strconv.FormatInt(n, 10)+"}")
	}))
	t.Cleanup(server.Close)
	c := newTestClient(t, server.URL, true)
	for _, size := range []int{30 << 20, 1, 10 << 20} {
		got, err := c.For(nil, "").Fetch(t.Context(), "a", []byte(strings.Repeat("x", size)))
		require.NoError(t, err)
		require.Equal(t, "{"+strconv.Itoa(size)+"}", string(got))
	}
}

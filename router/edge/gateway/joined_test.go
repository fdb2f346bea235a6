package gateway

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// responder serves responses of the requested size through an exchange, and returns a connection
// to it.
func responder(t testing.TB, join bool) net.Conn {
	t.Helper()
	text := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
	gateway := New(Options{Log: slog.New(slog.DiscardHandler)})
	server := &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var size int
		_, _ = fmt.Sscanf(r.URL.Path, "/%d", &size)
		newExchange(w, r, gateway).respond(http.StatusOK, text[:size])
	})}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	if join {
		listener = JoinWrites(server, listener)
	}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	client, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	require.NoError(t, err)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

func ask(t testing.TB, client net.Conn, from *bufio.Reader, size int) []byte {
	t.Helper()
	_, err := fmt.Fprintf(client, "POST /%d HTTP/1.1\r\nHost: a\r\nX-Request-Id: 1\r\n\r\n", size)
	require.NoError(t, err)
	response, err := http.ReadResponse(from, nil)
	require.NoError(t, err)
	defer response.Body.Close()
	require.EqualValues(t, size, response.ContentLength)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return body
}

// TestJoinedResponsesAreTheSame checks that each response on a connection arrives completely and
// in one write, whether it is shorter or longer than net/http's buffers.
func TestJoinedResponsesAreTheSame(t *testing.T) {
	t.Parallel()
	joined, plain := responder(t, true), responder(t, false)
	fromJoined, fromPlain := bufio.NewReader(joined), bufio.NewReader(plain)
	sizes := []int{0, 1, 2047, 2048, 2049, 8192, 10_000, 87_000, 160_000, 5}
	for size := 3600; size <= 4200; size++ {
		sizes = append(sizes, size)
	}
	for _, size := range sizes {
		require.True(t, bytes.Equal(ask(t, plain, fromPlain, size), ask(t, joined, fromJoined, size)), size)
	}
}

// TestJoinedWriteFails checks that a broken connection leaves no part of a response in the next
// one.
func TestJoinedWriteFails(t *testing.T) {
	t.Parallel()
	server, client := pair(t)
	require.NoError(t, client.Close())
	require.NoError(t, server.SetWriteDeadline(time.Unix(1, 0)))
	server.joins = true
	n, err := server.Write([]byte("first"))
	require.NoError(t, err)
	require.Equal(t, 5, n)
	server.end()
	_, err = server.Write([]byte("second"))
	require.ErrorIs(t, err, net.ErrClosed)
}

func pair(t *testing.T) (*joined, net.Conn) {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	client, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", listener.Addr().String())
	require.NoError(t, err)
	server, err := joining{listener}.Accept()
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	t.Cleanup(func() { _ = server.Close() })
	return server.(*joined), client
}

// BenchmarkRespond measures server and client for a response of 87 KB.
func BenchmarkRespond(b *testing.B) {
	for name, join := range map[string]bool{"joined": true, "plain": false} {
		b.Run(name, func(b *testing.B) {
			client := responder(b, join)
			from, into := bufio.NewReaderSize(client, 128<<10), make([]byte, 87<<10)
			request := []byte("POST /87000 HTTP/1.1\r\nHost: a\r\nX-Request-Id: 1\r\n\r\n")
			b.ReportAllocs()
			for b.Loop() {
				_, err := client.Write(request)
				require.NoError(b, err)
				for line := []byte("-"); len(line) > 2; {
					line, err = from.ReadSlice('\n')
					require.NoError(b, err)
				}
				_, err = io.ReadFull(from, into[:87000])
				require.NoError(b, err)
			}
		})
	}
}

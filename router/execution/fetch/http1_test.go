package fetch

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func newTestClient(t testing.TB, url string, http1 bool) *Client {
	t.Helper()
	c := newClient([]Subgraph{{Name: "a", URL: url, Timeout: 10 * time.Second, ReturnHeaders: []string{"set-cookie"}}},
		Limits{ResponseBytes: 10_000, Connections: 4}, !http1)
	t.Cleanup(c.Close)
	return c
}

// rawServer answers every request on a connection with the text, and then closes the connection if
// closes is true.
func rawServer(t testing.TB, text string, closes bool) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
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
					_, _ = io.Copy(io.Discard, request.Body)
					if _, err = io.WriteString(c, text); err != nil || closes {
						return
					}
				}
			}()
		}
	}()
	return "http://" + listener.Addr().String()
}

// TestHTTP1AgreesWithNetHTTP checks that http1 and net/http read an answer alike, also on a reused
// connection.
func TestHTTP1AgreesWithNetHTTP(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text   string
		closes bool
	}{
		"length":            {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"no reason":         {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\n{}", false},
		"bare line feeds":   {"HTTP/1.1 200 OK\nContent-Length: 2\n\n{}", false},
		"length twice":      {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n{}", false},
		"two lengths":       {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 3\r\n\r\n{}", true},
		"negative length":   {"HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\n{}", true},
		"signed length":     {"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}", true},
		"empty":             {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false},
		"chunked":           {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n", false},
		"chunked, trailer":  {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\nX: y\r\n\r\n", true},
		"broken chunk":      {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n", true},
		"to the end":        {"HTTP/1.1 200 OK\r\n\r\n{}", true},
		"HTTP/1.0":          {"HTTP/1.0 200 OK\r\n\r\n{}", true},
		"closing":           {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}", true},
		"cookies":           {"HTTP/1.1 200 OK\r\nset-cookie: a=1\r\nSet-Cookie:  b=2 \r\nContent-Length: 2\r\n\r\n{}", false},
		"informed before":   {"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false},
		"too short":         {"HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}", true},
		"no content":        {"HTTP/1.1 204 No Content\r\n\r\n", false},
		"redirected":        {"HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 2\r\n\r\n{}", false},
		"too many requests": {"HTTP/1.1 429 Slow Down\r\nContent-Length: 2\r\n\r\n{}", false},
		"server error":      {"HTTP/1.1 503 Oops\r\nContent-Length: 2\r\n\r\n{}", false},
		"client error":      {"HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\n{}", false},
		"not JSON":          {"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<ok>", false},
		"too large":         {"HTTP/1.1 200 OK\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat(" ", 20000), true},
		"too many chunks":   {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4e20\r\n" + strings.Repeat(" ", 20000) + "\r\n0\r\n\r\n", true},
		"nothing":           {"", true},
		"end in the head":   {"HTTP/1.1 200 OK\r\nContent-Le", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := rawServer(t, test.text, test.closes)
			for range 3 {
				want, wantCode, wantHeader := ask(t, newTestClient(t, url, false))
				got, gotCode, gotHeader := ask(t, newTestClient(t, url, true))
				require.Equal(t, wantCode, gotCode)
				require.Equal(t, want, got)
				require.Equal(t, wantHeader, gotHeader)
			}
			c := newTestClient(t, url, true)
			for range 3 {
				_, first, _ := ask(t, c)
				_, again, _ := ask(t, c)
				require.Equal(t, first, again)
			}
		})
	}
}

func ask(t testing.TB, c *Client) (body, code string, returned http.Header) {
	t.Helper()
	request := c.For(nil, "1")
	content, err := request.Fetch(t.Context(), "a", []byte(`{}`))
	var explained *Error
	if errors.As(err, &explained) {
		return "", explained.Code, request.Returned()
	}
	require.NoError(t, err)
	return string(content), "", request.Returned()
}

// TestHTTP1RefusesGarbage checks that bytes which are not HTTP are not accepted as an answer.
func TestHTTP1RefusesGarbage(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"SSH-2.0-OpenSSH\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n{}", "HTTP/1.1 2x0 OK\r\n\r\n{}", "HTTP/1.1 200 OK\r\nbad header\r\n\r\n{}",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("y", 9000) + "\r\n\r\n{}",
		"HTTP/1.1 200 OK\r\n" + strings.Repeat("X: y\r\n", 300) + "\r\n{}",
	} {
		_, code, _ := ask(t, newTestClient(t, rawServer(t, text, true), true))
		require.Equal(t, CodeUnavailable, code, "%.60q", text)
	}
}

// TestHTTP1LeavesUnfinishedConnections checks that a connection from which more bytes may come is
// not reused.
func TestHTTP1LeavesUnfinishedConnections(t *testing.T) {
	t.Parallel()
	c := newTestClient(t, rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{\"evil\":1}", false), true)
	for range 4 {
		body, code, _ := ask(t, c)
		require.Equal(t, "{}", body+code)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := c.For(nil, "").Fetch(ctx, "a", nil)
	require.ErrorIs(t, err, context.Canceled)
	p := c.subgraphs["a"].http1.pool
	p.mu.Lock() // a connection that nobody needs any more may still be opened
	defer p.mu.Unlock()
	require.Equal(t, p.open, len(p.idle)+p.opening, "all connections are back")
}

func TestHTTP1RefusesLineBreaks(t *testing.T) {
	t.Parallel()
	url := rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false)
	for _, http1 := range []bool{true, false} {
		c := newTestClient(t, url, http1)
		to := c.subgraphs["a"]
		to.ForwardHeaders = []string{"X-Tenant"}
		c.subgraphs["a"] = to
		_, err := c.For(http.Header{"X-Tenant": {"a\r\nAuthorization: b"}}, "").Fetch(t.Context(), "a", nil)
		require.Error(t, err)
	}
}

// TestHTTP1Allocates bounds the allocations of a fetch. (Allocations cannot be counted in
// parallel.)
func TestHTTP1Allocates(t *testing.T) {
	c := newTestClient(t, rawServer(t, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), true)
	request := c.For(http.Header{"Authorization": {"Bearer token"}}, "1")
	allocations := testing.AllocsPerRun(100, func() {
		answer, err := request.Fetch(t.Context(), "a", []byte(`{"query":"{a}"}`))
		if err != nil {
			t.Fatal(err)
		}
		request.Release(answer)
	})
	require.LessOrEqual(t, allocations, 30.0, "client and server together")
}

func BenchmarkFetch(b *testing.B) {
	for _, http1 := range []bool{true, false} {
		name := map[bool]string{true: "http1", false: "nethttp"}[http1]
		b.Run(name, func(b *testing.B) {
			c := newTestClient(b, rawServer(b, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", false), http1)
			request := c.For(http.Header{"Authorization": {"Bearer token"}}, "1")
			b.ReportAllocs()
			for b.Loop() {
				answer, err := request.Fetch(b.Context(), "a", []byte(`{"query":"{a}"}`))
				if err != nil {
					b.Fatal(err)
				}
				request.Release(answer)
			}
		})
	}
}

func TestHostPort(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"http://shop/graphql":       "shop:80",
		"http://shop:4001/graphql":  "shop:4001",
		"http://[::1]/graphql":      "[::1]:80",
		"http://[::1]:4001/graphql": "[::1]:4001",
	} {
		u, err := url.Parse(address)
		require.NoError(t, err)
		require.Equal(t, want, hostPort(u))
	}
}

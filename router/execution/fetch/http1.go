package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

// http1 sends requests to one subgraph by HTTP/1.1 without TLS. The caller's goroutine writes the
// request with one call, and reads the answer. net/http passes each request to one goroutine and
// gets the answer from another, and keeps all headers in maps. BenchmarkFetch, client and server:
// 173 µs and 80 allocations through net/http, 50 µs and 23 through http1. In the benchmark of the
// README, `unique` takes 66 % more processor time through net/http. Addresses that are not plain
// http use net/http, and so does NewPlainClient.
type http1 struct {
	pool    *pool
	buffers *Buffers
	// head is the constant part of the request's head.
	head string
	// limit is the size of the largest answer.
	limit int64
	// returned are the names of the headers that are passed to the client.
	returned []string
	// rules read further headers; nil reads none.
	rules *headers.Response
}

// speaksHTTP1 reports whether http1 can call the address: its scheme is http, and it has no user
// information.
func speaksHTTP1(u *url.URL) bool { return u.Scheme == "http" && u.User == nil && u.Host != "" }

func hostPort(u *url.URL) string {
	if u.Port() == "" {
		return net.JoinHostPort(u.Hostname(), "80")
	}
	return u.Host
}

func newHTTP1(u *url.URL, p *pool, b *Buffers, limit int64, returned []string) *http1 {
	head := "POST " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host +
		"\r\nContent-Type: " + contentType + "\r\nAccept: " + accept +
		"\r\nAccept-Encoding: " + identity + "\r\n"
	return &http1{pool: p, buffers: b, head: head, limit: limit, returned: returned}
}

// post sends a request and reads the whole answer.
func (h *http1) post(ctx context.Context, q *question) (answer, error) {
	for {
		c, err := h.pool.get(ctx, q.now, q.deadline)
		if err != nil {
			return answer{}, fmt.Errorf("%w: %w", errUnsent, because(ctx, err))
		}
		got, err := h.postOn(ctx, c, q)
		again := c.aged && errors.Is(err, errStray) // retry on another connection: nothing was sent
		h.pool.put(c)
		if !again {
			return got, err
		}
	}
}

func (h *http1) postOn(ctx context.Context, c *conn, q *question) (answer, error) {
	c.again = false
	if err := c.SetDeadline(q.deadline); err != nil {
		return answer{}, err
	}
	c.hook.Hang(ctx, c)
	got, err := h.exchange(c, q)
	// If the hook is running, another goroutine may set the deadline, so the connection is not
	// reused.
	c.again = c.hook.Take() && c.again
	if err != nil {
		return answer{}, because(ctx, err)
	}
	return got, nil
}

// errUnsent is the error of a request that got no connection.
var errUnsent = errors.New("the request was not sent")

// because returns the reason why the context ended, if it has ended, instead of the resulting
// error.
func because(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

func (h *http1) exchange(c *conn, q *question) (answer, error) {
	h.write(c, q)
	a, r, err := h.readHead(c.reader)
	if err != nil {
		return answer{}, err
	}
	if a.body, err = h.readBody(c.reader, &r, q.budget); err != nil {
		return answer{}, err
	}
	c.again = r.keepAlive && c.reader.Buffered() == 0
	return a, nil
}

// write prepares head and body, which are sent with one call when the answer is read.
func (h *http1) write(c *conn, q *question) {
	out := append(c.out[:0], h.head...)
	out = append(out, q.forwarded.text...)
	out = append(append(append(out, RequestIDHeader+": "...), q.id[0]...), "\r\n"...)
	out = strconv.AppendInt(append(out, "Content-Length: "...), int64(len(q.body)), 10)
	out = append(append(out, "\r\n\r\n"...), q.body...)
	c.out, c.unsent = out, out
}

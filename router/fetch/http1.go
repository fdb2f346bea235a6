package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
)

// http1 posts to one subgraph by HTTP/1.1 without TLS: the caller's goroutine writes the request by one call, and reads
// the answer. net/http hands each request to one goroutine and gets the answer from another, and keeps all headers in maps.
// BenchmarkFetch, both sides: 173 µs and 80 allocations through net/http, 50 and 23 through this. What is not plain http
// goes through net/http.
type http1 struct {
	pool    *pool
	buffers *Buffers
	// head is the request's head as far as it is always the same.
	head string
	// limit is the greatest answer.
	limit int64
	// returned are the names of the headers that are passed on to the client.
	returned []string
}

// isPlain reports whether an address is one for http1: http, and nothing unusual.
func isPlain(u *url.URL) bool { return u.Scheme == "http" && u.User == nil && u.Host != "" }

func hostPort(u *url.URL) string {
	if u.Port() == "" {
		return net.JoinHostPort(u.Hostname(), "80")
	}
	return u.Host
}

func newHTTP1(u *url.URL, p *pool, b *Buffers, limit int64, returned []string) *http1 {
	head := "POST " + u.RequestURI() + " HTTP/1.1\r\nHost: " + u.Host + "\r\nContent-Type: " + contentType + "\r\nAccept: " + accept +
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
		again := c.aged && errors.Is(err, errStray) // on another: the request was not sent
		h.pool.put(c)
		if !again {
			return got, err
		}
	}
}

func (h *http1) postOn(ctx context.Context, c *conn, q *question) (answer, error) {
	c.again = false
	if err := c.arm(q.now, q.deadline); err != nil {
		return answer{}, err
	}
	c.hook.Hang(ctx, c)
	got, err := h.exchange(c, q)
	// One whose deadline another goroutine sets is not used again.
	c.again = c.hook.Take() && c.again
	if err != nil {
		return answer{}, because(ctx, err)
	}
	return got, nil
}

// errUnsent is the error of a request that got no connection.
var errUnsent = errors.New("the request was not sent")

// because prefers the reason why a request was ended to what came of that.
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

// write writes head and body, with the headers beyond those of the head, to be sent by one call when the answer is read.
func (h *http1) write(c *conn, q *question) {
	out := append(c.out[:0], h.head...)
	out = append(out, q.forwarded.text...)
	out = append(append(append(out, RequestIDHeader+": "...), q.id[0]...), "\r\n"...)
	out = strconv.AppendInt(append(out, "Content-Length: "...), int64(len(q.body)), 10)
	out = append(append(out, "\r\n\r\n"...), q.body...)
	c.out, c.unsent = out, out
}

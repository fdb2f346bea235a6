package gateway

import (
	"context"
	"net"
	"net/http"
)

// net/http sends a response that is larger than its buffer by two writes: the head with the beginning of the body, to fill
// the buffer of 4 KB, and the rest. Each wakes the client. Here the first is kept until the second comes, and both leave by
// one system call. Processor time of a request with a response of 87 KB that 50 clients share, on a busy machine: 116 µs by two
// writes, 108 by one. BenchmarkRespond.

// JoinWrites makes a server on that listener send each response of the gateway by one write. It is the same server
// without.
func JoinWrites(server *http.Server, listener net.Listener) net.Listener {
	server.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		return context.WithValue(ctx, joinedKey{}, c)
	}
	return joining{listener}
}

// joining is a listener whose connections can join writes.
type joining struct{ net.Listener }

func (l joining) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if plain, ok := c.(*net.TCPConn); ok {
		return &joined{TCPConn: plain}, err
	}
	return c, err
}

// joinedKey is of a request's connection in its context: net/http has no other way from a handler to it.
type joinedKey struct{}

// joined is a connection that can join a write with the next.
type joined struct {
	*net.TCPConn
	// joins: the next write is to be kept. kept is what was.
	joins   bool
	kept    []byte
	parts   [2][]byte
	buffers net.Buffers // of parts
}

// joinWrites lets the next two writes of a request's connection be one, until it is ended; nil if it cannot.
func joinWrites(r *http.Request) *joined {
	c, ok := r.Context().Value(joinedKey{}).(*joined)
	if ok {
		c.joins = true
	}
	return c
}

// Write keeps what is to be joined with the next write: the caller's memory is its own again.
func (c *joined) Write(p []byte) (int, error) {
	switch {
	case c.joins:
		c.joins = false
		c.kept = append(c.kept, p...)
		return len(p), nil
	case len(c.kept) == 0:
		return c.TCPConn.Write(p)
	}
	c.parts = [2][]byte{c.kept, p}
	c.buffers = c.parts[:]
	before := len(c.kept)
	sent, err := c.buffers.WriteTo(c.TCPConn)
	c.kept, c.parts = c.kept[:0], [2][]byte{}
	return max(int(sent)-before, 0), err
}

// end sends what is still kept. If that fails, what comes after must not be sent either.
func (c *joined) end() {
	if c == nil {
		return
	}
	c.joins = false
	if len(c.kept) == 0 {
		return
	}
	if _, err := c.Write(nil); err != nil {
		_ = c.Close()
	}
}

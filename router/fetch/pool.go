package fetch

import (
	"bufio"
	"context"
	"errors"
	"net"
	"sync"
	"syscall"
	"time"
)

// idleFor is how long a connection is kept that is not used.
const idleFor = 90 * time.Second

// pool is the connections to one address. A request has one for itself while it lasts.
type pool struct {
	address string
	// permits has an item for each connection in use; nil if there may be any number.
	permits chan struct{}

	mu     sync.Mutex
	idle   []*conn // the one used last is the last
	closed bool
}

// conn is a connection with its buffers.
type conn struct {
	net.Conn
	reader *bufio.Reader // of this
	out    []byte
	since  time.Time // it was asked last
	armed  time.Time // its deadline
	// again is true if the connection may be used for another request, used if it was.
	again, used bool

	// unsent is the request as long as it waits: to read an answer is to send it before.
	unsent  []byte
	raw     syscall.RawConn
	onReady func(descriptor uintptr) bool
	into    []byte
	read    int
	failure error
}

// errStray is that of a connection on which nothing was sent, for it was closed or not silent.
var errStray = errors.New("the connection is closed, or has an answer that nobody asked for")

// Read sends the request that waits, if one does, and reads.
func (c *conn) Read(into []byte) (int, error) {
	if len(c.unsent) == 0 {
		return c.Conn.Read(into)
	}
	n, err := c.send(into)
	c.unsent = nil
	return n, err
}

func newPool(address string, connections int) *pool {
	p := &pool{address: address}
	if connections > 0 {
		p.permits = make(chan struct{}, connections)
	}
	return p
}

// get takes the connection that was used last, for that is most likely to be alive, or dials: by the deadline. It is for one
// who has entered.
func (p *pool) get(ctx context.Context, now, deadline time.Time) (*conn, error) {
	for c := p.pop(); c != nil; c = p.pop() {
		if now.Sub(c.since) < idleFor {
			c.since = now
			return c, nil
		}
		_ = c.Close()
	}
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive, Deadline: deadline}
	dialled, err := dialer.DialContext(ctx, "tcp", p.address)
	if err != nil {
		return nil, err
	}
	return newConn(dialled, now)
}

func newConn(dialled net.Conn, now time.Time) (*conn, error) {
	c := &conn{Conn: dialled, since: now}
	if err := c.open(); err != nil {
		_ = dialled.Close()
		return nil, err
	}
	c.reader = bufio.NewReaderSize(c, lineBytes)
	return c, nil
}

// enter waits if too many connections are in use.
func (p *pool) enter(ctx context.Context, deadline time.Time) error {
	if p.permits == nil {
		return nil
	}
	select {
	case p.permits <- struct{}{}:
		return nil
	default:
	}
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	select {
	case p.permits <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (p *pool) leave() {
	if p.permits != nil {
		<-p.permits
	}
}

func (p *pool) pop() *conn {
	p.mu.Lock()
	defer p.mu.Unlock()
	last := len(p.idle) - 1
	if last < 0 {
		return nil
	}
	c := p.idle[last]
	p.idle[last] = nil
	p.idle = p.idle[:last]
	return c
}

// put gives a connection back. One that has idled for too long goes at this opportunity.
func (p *pool) put(c *conn) {
	if !c.again || cap(c.out) > LargestKept {
		_ = c.Close()
		return
	}
	c.used = true
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		_ = c.Close()
		return
	}
	if len(p.idle) > 0 && c.since.Sub(p.idle[0].since) > idleFor {
		_ = p.idle[0].Close()
		p.idle = append(p.idle[:0], p.idle[1:]...)
	}
	p.idle = append(p.idle, c)
}

// close ends the idle connections; those in use end with their requests.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		_ = c.Close()
	}
	p.idle = nil
}

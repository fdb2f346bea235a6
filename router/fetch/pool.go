package fetch

import (
	"bufio"
	"context"
	"net"
	"sync"
	"time"
)

const (
	// idleFor is how long a connection is kept that is not used.
	idleFor = 90 * time.Second
	// trustedFor is how long one is taken to be alive without a look: a moment, in which a subgraph that means to close
	// it would have said so with its answer. Under load most are used again at once, and a look is a system call.
	trustedFor = 5 * time.Millisecond
)

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
	reader *bufio.Reader
	out    []byte
	since  time.Time // idle
	// again is true if the connection may be used for another request.
	again bool
}

func newPool(address string, connections int) *pool {
	p := &pool{address: address}
	if connections > 0 {
		p.permits = make(chan struct{}, connections)
	}
	return p
}

// get takes the connection that was used last, for that is most likely to be alive, or dials. It waits if too many
// are in use. It has until the deadline.
func (p *pool) get(ctx context.Context, deadline time.Time) (*conn, error) {
	if err := p.enter(ctx, deadline); err != nil {
		return nil, err
	}
	for c := p.pop(); c != nil; c = p.pop() {
		if idle := time.Since(c.since); idle < trustedFor || idle < idleFor && alive(c.Conn) {
			return c, nil
		}
		_ = c.Close()
	}
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive, Deadline: deadline}
	dialled, err := dialer.DialContext(ctx, "tcp", p.address)
	if err != nil {
		p.leave()
		return nil, err
	}
	return &conn{Conn: dialled, reader: bufio.NewReaderSize(dialled, lineBytes)}, nil
}

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
	defer p.leave()
	if !c.again || cap(c.out) > LargestKept {
		_ = c.Close()
		return
	}
	c.since = time.Now()
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

package fetch

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// idleFor is how long an unused connection is kept.
	idleFor = 90 * time.Second
	// largestOut is how much memory for requests a connection keeps. Without it, a request with
	// many representations left a megabyte with its connection for as long as that was used, and
	// there are hundreds of connections.
	largestOut = 64 << 10
	// maxDials is how many connections to one address are opened at a time.
	maxDials = 4
)

// pool holds the connections to one address. A request has a connection to itself while it lasts.
//
//	get ──idle──▶ conn                put ──▶ the oldest waiter, or idle
//	get ──▶ waits ◀── a new connection or one that was put back, whichever is first
//
// A request that finds no idle connection waits. While any request waits, a few connections at a
// time are opened. A burst does not open one for each request, because the first answers arrive
// before the last connection is open.
//
// If a dial fails, the requests wait for connections that are open or being opened. If there are
// none, all waiting requests get the error, and so do those that come within the next second: see
// dialer.failure.
type pool struct {
	// most is how many connections may be open; 0 for any number.
	most   int
	dialer *dialer
	// connect opens a connection.
	connect func() (*conn, error)

	mu      sync.Mutex
	idle    []*conn // the one used last comes last
	waiting []chan found
	// open counts the connections that are open or being opened, opening only the latter.
	open, opening int
	closed        bool
	// failure is the last failed dial, if none has succeeded since.
	failure failure
}

// found is the result of waiting.
type found struct {
	conn *conn
	err  error
}

func newPool(d *dialer, address string, connections int) *pool {
	return &pool{dialer: d, most: connections, connect: func() (*conn, error) {
		return connect(d, address)
	}}
}

// get takes the connection that was used last, because it is most likely to be alive, or waits for
// one until the deadline.
func (p *pool) get(ctx context.Context, now, deadline time.Time) (*conn, error) {
	p.mu.Lock()
	if c := p.pop(now); c != nil {
		p.mu.Unlock()
		return c, nil
	}
	wait := make(chan found, 1)
	p.waiting = append(p.waiting, wait)
	p.openMore()
	p.mu.Unlock()
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	select {
	case f := <-wait:
		if f.conn != nil {
			f.conn.since = now
		}
		return f.conn, f.err
	case <-ctx.Done():
		p.leave(wait)
		return nil, ctx.Err()
	}
}

// pop takes the last idle connection that has not been idle for too long.
func (p *pool) pop(now time.Time) *conn {
	for len(p.idle) > 0 {
		last := len(p.idle) - 1
		c := p.idle[last]
		p.idle = slices.Delete(p.idle, last, last+1)
		if now.Sub(c.since) < idleFor {
			c.since = now
			return c
		}
		p.drop(c)
	}
	return nil
}

// drop closes a connection, so that another can be opened.
func (p *pool) drop(c *conn) {
	_ = c.Close()
	p.open--
}

// leave stops a wait. A connection that arrived meanwhile goes to others.
func (p *pool) leave(wait chan found) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.waiting, wait); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	} else if f := <-wait; f.conn != nil {
		p.give(f.conn)
	}
}

// give gives a connection to the request that has waited longest.
func (p *pool) give(c *conn) {
	switch {
	case len(p.waiting) > 0:
		p.waiting[0] <- found{conn: c}
		p.waiting = slices.Delete(p.waiting, 0, 1)
	case p.closed:
		p.drop(c)
	default:
		c.aged = true
		p.idle = append(p.idle, c)
	}
}

// put gives a connection back. It also closes the oldest connection if that has been idle for too
// long.
func (p *pool) put(c *conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.idle) > 0 && c.since.Sub(p.idle[0].since) > idleFor {
		p.drop(p.idle[0])
		p.idle = slices.Delete(p.idle, 0, 1)
	}
	if c.again {
		if c.aged = true; cap(c.out) > largestOut {
			c.out = nil
		}
		p.give(c)
		return
	}
	p.drop(c)
	p.openMore()
}

// openMore opens connections while more requests wait than connections are being opened, within
// the limits.
func (p *pool) openMore() {
	if err := p.failure.lasts(); err != nil {
		p.giveUp(err)
		return
	}
	for len(p.waiting) > p.opening && p.opening < maxDials && (p.most <= 0 || p.open < p.most) {
		p.open++
		p.opening++
		go p.dial()
	}
}

// dial opens a connection for whichever request waits then. It has a timeout of its own: the
// waiting requests may have less time, but others will come.
func (p *pool) dial() {
	c, err := p.connect()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opening--
	if err != nil {
		p.open--
		p.failure = p.dialer.failure(err)
		p.giveUp(err)
		return
	}
	p.failure = failure{}
	p.give(c)
	p.openMore()
}

// giveUp fails all waiting requests, unless a connection is open or being opened, which they will
// get.
func (p *pool) giveUp(err error) {
	if p.open > 0 {
		return
	}
	for _, wait := range p.waiting {
		wait <- found{err: err}
	}
	clear(p.waiting)
	p.waiting = p.waiting[:0]
}

// close closes the idle connections. Those in use are closed when their requests end.
func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, c := range p.idle {
		p.drop(c)
	}
	p.idle = nil
}

func connect(d *dialer, address string) (*conn, error) {
	dialled, err := d.connect(context.Background(), address)
	if err != nil {
		return nil, err
	}
	return newConn(dialled)
}

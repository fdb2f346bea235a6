package fetch

import (
	"context"
	"slices"
	"sync"
	"time"
)

const (
	// idleFor is how long a connection is kept that is not used.
	idleFor = 90 * time.Second
	// largestOut is how much memory for requests a connection keeps: one with many representations had its connection keep
	// a megabyte for as long as it is used, each of hundreds.
	largestOut = 64 << 10
	// mostDials is how many connections to one address are opened at a time.
	mostDials = 4
)

// pool is the connections to one address. A request has one for itself while it lasts.
//
//	get ──an idle one──▶ conn          put ──▶ who waits longest, or idle
//	get ──▶ waits ◀── opened, or given back, whichever is first
//
// Who finds none idle waits, and as long as anybody does, connections are opened, a few at a time: not one for each request of a
// burst, when the first answers are there before the last connection is open.
//
// If opening one fails, the others that are open or being opened serve those who wait. Only if there
// are none, all who wait get the error, and so do those who come in the next second: dialer.failure.
type pool struct {
	// most is how many may be open; 0: any number.
	most   int
	dialer *dialer
	// connect opens a connection.
	connect func() (*conn, error)

	mu      sync.Mutex
	idle    []*conn // the one used last is the last
	waiting []chan found
	// open counts those that are being opened, too; of these alone, opening.
	open, opening int
	closed        bool
	// failure is the last one to open a connection, if none was opened since.
	failure failure
}

// found is what came of waiting.
type found struct {
	conn *conn
	err  error
}

func newPool(d *dialer, address string, connections int) *pool {
	return &pool{dialer: d, most: connections, connect: func() (*conn, error) { return connect(d, address) }}
}

// get takes the connection that was used last, for that is most likely to be alive, or waits for one: until the deadline.
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

// drop closes a connection, which makes room for another.
func (p *pool) drop(c *conn) {
	_ = c.Close()
	p.open--
}

// leave is for one who waits no longer. What it was given meanwhile is for others.
func (p *pool) leave(wait chan found) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if at := slices.Index(p.waiting, wait); at >= 0 {
		p.waiting = slices.Delete(p.waiting, at, at+1)
	} else if f := <-wait; f.conn != nil {
		p.give(f.conn)
	}
}

// give gives a connection to the one who waits longest.
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

// put gives a connection back. One that has idled for too long goes at this opportunity.
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

// openMore opens connections as long as more wait for one than are being opened, and it may.
func (p *pool) openMore() {
	if err := p.failure.lasts(); err != nil {
		p.giveUp(err)
		return
	}
	for len(p.waiting) > p.opening && p.opening < mostDials && (p.most <= 0 || p.open < p.most) {
		p.open++
		p.opening++
		go p.dial()
	}
}

// dial opens a connection, for whoever waits then. It has its own time: who waits may have less, but others come.
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

// giveUp ends all waiting with an error, unless a connection is open or being opened: that one is
// given to those who wait when it is ready or comes back.
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

// close ends the idle connections; those in use end with their requests.
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

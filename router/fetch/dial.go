package fetch

import (
	"context"
	"net"
)

// openMore opens connections as long as more wait for one than are being opened, and it may.
func (p *pool) openMore() {
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
	if err == nil {
		p.give(c)
		p.openMore()
		return
	}
	p.open--
	for _, wait := range p.waiting {
		wait <- found{err: err}
	}
	clear(p.waiting)
	p.waiting = p.waiting[:0]
}

func connect(address string) (*conn, error) {
	dialer := net.Dialer{Timeout: dialTimeout, KeepAlive: keepAlive}
	dialled, err := dialer.DialContext(context.Background(), "tcp", address)
	if err != nil {
		return nil, err
	}
	return newConn(dialled)
}

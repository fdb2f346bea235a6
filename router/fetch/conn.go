package fetch

import (
	"bufio"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/trefoil-graph/trefoil/router/inflight"
)

// conn is a connection with its buffers.
type conn struct {
	net.Conn
	reader *bufio.Reader // of this
	out    []byte
	since  time.Time // it was asked last
	armed  time.Time // its deadline
	// again is true if the connection may be used for another request; aged if it may have been closed meanwhile, for it was used or
	// has been idle.
	again, aged bool
	hook        inflight.Hook // on the context of the request

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

// Ended ends the request that is on its way, as its context has ended.
func (c *conn) Ended() { _ = c.SetDeadline(time.Unix(1, 0)) }

func newConn(dialled net.Conn) (*conn, error) {
	c := &conn{Conn: dialled, since: time.Now()}
	if err := c.open(); err != nil {
		_ = dialled.Close()
		return nil, err
	}
	c.reader = bufio.NewReaderSize(c, lineBytes)
	return c, nil
}

package fetch

import (
	"bufio"
	"errors"
	"net"
	"syscall"
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/inflight"
)

// conn is a connection with its buffers.
type conn struct {
	net.Conn
	reader *bufio.Reader // reads from this connection
	out    []byte
	since  time.Time // start of its last request
	// again is true if the connection can be used for another request. aged is true if it has been
	// used or idle, so that the subgraph may have closed it.
	again, aged bool
	hook        inflight.Hook // on the request's context

	// unsent is the request until it is sent. Reading the answer sends it first.
	unsent  []byte
	raw     syscall.RawConn
	onReady func(descriptor uintptr) bool
	into    []byte
	read    int
	failure error
}

// errStray is the error of a connection that was closed or not silent before the request. Nothing
// was sent on it.
var errStray = errors.New("the connection is closed, or has unexpected data")

// Read sends the unsent request, if there is one, and reads.
func (c *conn) Read(into []byte) (int, error) {
	if len(c.unsent) == 0 {
		return c.Conn.Read(into)
	}
	n, err := c.send(into)
	c.unsent = nil
	return n, err
}

// Ended aborts the request in progress, because its context has ended.
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

//go:build unix

package fetch

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// send sends the request that waits, and reads the beginning of the answer: of a connection that is silent. One that is closed,
// or has bytes that nobody has asked for, is not sent the request: what it has may be the second answer to another request, of
// another user; and whether a request that is sent on a closed connection was executed, nobody knows. (What comes between the
// look and the answer cannot be told from the answer: HTTP/1.1 does not say what an answer is to.)
//
// The look costs nothing. To read an answer that is not there yet is a system call in vain, by which the goroutine learns that
// it has to wait: it is made before the request is written, not behind, so that there are three calls as without a look. A look
// of its own was a fourth, 2 µs: it was left out for connections that had been used in the last 5 ms, where a late second answer
// is likeliest.
func (c *conn) send(into []byte) (int, error) {
	c.into, c.read, c.failure = into, 0, nil
	if err := c.raw.Read(c.onReady); err != nil {
		return 0, err
	}
	if len(c.unsent) > 0 && c.failure == nil { // there is no more room in the socket now
		rest := c.unsent
		c.unsent = nil
		if _, err := c.Write(rest); err != nil {
			return 0, err
		}
		return c.Conn.Read(into)
	}
	return c.read, c.failure
}

// sendOrRead is called when the socket may have something to read, and at first. It returns false to be called again.
func (c *conn) sendOrRead(descriptor uintptr) (done bool) {
	n, err := uninterrupted(syscall.Read, int(descriptor), c.into)
	switch silent := errors.Is(err, syscall.EAGAIN); {
	case silent && len(c.unsent) > 0:
		return c.sendSome(int(descriptor))
	case silent:
		return false
	case len(c.unsent) > 0:
		c.failure = errStray
	case err != nil:
		c.failure = os.NewSyscallError("read", err)
	case n == 0:
		c.failure = io.EOF
	default:
		c.read = n
	}
	return true
}

// sendSome sends what there is room for: as a rule, all.
func (c *conn) sendSome(descriptor int) (done bool) {
	n, err := uninterrupted(syscall.Write, descriptor, c.unsent)
	if err != nil && !errors.Is(err, syscall.EAGAIN) {
		c.failure = os.NewSyscallError("write", err)
		return true
	}
	c.unsent = c.unsent[max(n, 0):]
	return len(c.unsent) > 0
}

func uninterrupted(call func(int, []byte) (int, error), descriptor int, buffer []byte) (int, error) {
	for {
		if n, err := call(descriptor, buffer); !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// open finds the connection's socket.
func (c *conn) open() (err error) {
	c.onReady = c.sendOrRead
	c.raw, err = c.Conn.(syscall.Conn).SyscallConn()
	return err
}

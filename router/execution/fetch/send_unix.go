//go:build unix

package fetch

import (
	"errors"
	"io"
	"os"
	"syscall"
)

// send sends the unsent request on a silent connection, and reads the beginning of the answer. If
// the connection is closed, or has unexpected bytes, the request is not sent: the bytes may be a
// second answer to an earlier request of another user, and nobody can know whether a request that
// was sent on a closed connection was executed. (Bytes that come between the check and the answer
// look like the answer: HTTP/1.1 does not say which request an answer belongs to.)
//
// The check costs nothing. A read before the answer has arrived is a failed system call by which
// the goroutine learns that it must wait. This read comes before the request is written instead of
// after it, so there are three calls with and without the check. A separate check was a fourth
// call of 2 µs; it had been skipped for connections that were used in the last 5 ms, where a late
// second answer is most likely.
func (c *conn) send(into []byte) (int, error) {
	c.into, c.read, c.failure = into, 0, nil
	if err := c.raw.Read(c.onReady); err != nil {
		return 0, err
	}
	if len(c.unsent) > 0 && c.failure == nil { // the socket's buffer is full
		rest := c.unsent
		c.unsent = nil
		if _, err := c.Write(rest); err != nil {
			return 0, err
		}
		return c.Conn.Read(into)
	}
	return c.read, c.failure
}

// sendOrRead is called once at first, and then when the socket may have bytes. It returns false to
// be called again.
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

// sendSome sends as much as fits into the socket's buffer, which is usually everything.
func (c *conn) sendSome(descriptor int) (done bool) {
	n, err := uninterrupted(syscall.Write, descriptor, c.unsent)
	if err != nil && !errors.Is(err, syscall.EAGAIN) {
		c.failure = os.NewSyscallError("write", err)
		return true
	}
	c.unsent = c.unsent[max(n, 0):]
	return len(c.unsent) > 0
}

func uninterrupted(
	call func(int, []byte) (int, error), descriptor int, buffer []byte,
) (int, error) {
	for {
		if n, err := call(descriptor, buffer); !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// open gets the connection's socket.
func (c *conn) open() (err error) {
	c.onReady = c.sendOrRead
	c.raw, err = c.Conn.(syscall.Conn).SyscallConn()
	return err
}

//go:build !unix

package fetch

// send sends the unsent request, and reads the beginning of the answer. On this system it cannot
// check that the connection is silent before.
func (c *conn) send(into []byte) (int, error) {
	request := c.unsent
	c.unsent = nil
	if _, err := c.Write(request); err != nil {
		return 0, err
	}
	return c.Conn.Read(into)
}

func (*conn) open() error { return nil }

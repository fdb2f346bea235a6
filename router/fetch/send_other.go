//go:build !unix

package fetch

// send sends the request that waits, and reads the beginning of the answer. Whether the connection is silent before cannot be
// known here.
func (c *conn) send(into []byte) (int, error) {
	request := c.unsent
	c.unsent = nil
	if _, err := c.Write(request); err != nil {
		return 0, err
	}
	return c.Conn.Read(into)
}

func (*conn) open() error { return nil }

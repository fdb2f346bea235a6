package bus

import "time"

// WithAckWait returns the consumer with another time after which the server delivers a message
// again that nobody works on.
func WithAckWait(c Consumer, wait time.Duration) Consumer {
	c.ackWait = wait
	return c
}

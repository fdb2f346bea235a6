package bus

import "time"

// WithAckWait returns the consumer with another value for ackWait.
func WithAckWait(c Consumer, wait time.Duration) Consumer {
	c.ackWait = wait
	return c
}

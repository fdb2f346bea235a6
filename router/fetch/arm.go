package fetch

import "time"

// slack is by which part of the time that a request has a connection's deadline may be later than the request's.
const slack = 10

// arm gives the connection a deadline, unless the one that it has will do: it may be a tenth of the request's time too late, and
// is never too soon. To set one changes two timers of the runtime: a connection under load now has it set ten times in the time
// of a timeout, not with each request. Whoever must not wait that long has a context that ends, which is heeded at once.
func (c *conn) arm(now, deadline time.Time) error {
	latest := deadline.Add(deadline.Sub(now) / slack)
	if !c.armed.Before(deadline) && !c.armed.After(latest) {
		return nil
	}
	c.armed = latest
	return c.SetDeadline(latest)
}

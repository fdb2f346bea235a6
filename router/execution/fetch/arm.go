package fetch

import "time"

// slack bounds how late a connection's deadline may be: by a hundredth of the request's time. A
// timeout of 2 s ends a request after at most 2.02 s.
const slack = 100

// arm sets the connection's deadline unless the current one is good enough: not too early, and too
// late by the slack at most. Setting a deadline changes two timers of the runtime. A connection
// under load sets one a hundred times within a timeout, and not with each request.
func (c *conn) arm(now, deadline time.Time) error {
	latest := deadline.Add(deadline.Sub(now) / slack)
	if !c.armed.Before(deadline) && !c.armed.After(latest) {
		return nil
	}
	c.armed = latest
	return c.SetDeadline(latest)
}

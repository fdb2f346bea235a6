package fetch

import "time"

// slack is the part of a request's time by which the deadline of a connection may be too late: a
// hundredth, so a timeout of 2 s ends a request after 2.02 s at most.
const slack = 100

// arm gives the connection a deadline, unless the one that it has will do: it is never too soon, and
// too late by the slack at most. To set a deadline changes two timers of the runtime. A connection
// under load has it set a hundred times in the time of a timeout, and not with each request.
func (c *conn) arm(now, deadline time.Time) error {
	latest := deadline.Add(deadline.Sub(now) / slack)
	if !c.armed.Before(deadline) && !c.armed.After(latest) {
		return nil
	}
	c.armed = latest
	return c.SetDeadline(latest)
}

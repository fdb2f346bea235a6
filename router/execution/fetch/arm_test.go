package fetch

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// deadlines is a connection that records its deadlines.
type deadlines struct {
	net.Conn
	all []time.Time
}

func (d *deadlines) SetDeadline(t time.Time) error {
	d.all = append(d.all, t)
	return nil
}

// TestArm checks that a connection's deadline is never before the request's, and at most a
// hundredth of the request's time after it.
func TestArm(t *testing.T) {
	t.Parallel()
	set := new(deadlines)
	c := &conn{Conn: set}
	now := time.Now()
	for i := range 1000 {
		timeout := 10 * time.Second
		if i%100 == 0 {
			timeout = 20 * time.Millisecond // a short one
		}
		now = now.Add(time.Millisecond)
		require.NoError(t, c.arm(now, now.Add(timeout)))
		has := set.all[len(set.all)-1].Sub(now)
		require.GreaterOrEqual(t, has, timeout)
		require.LessOrEqual(t, has, timeout+timeout/100)
	}
	require.LessOrEqual(t, len(set.all), 4*10)
}

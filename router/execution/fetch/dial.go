package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"runtime"
	"sync"
	"syscall"
	"time"
)

const (
	// DefaultConnectTimeout is used if Limits have no ConnectTimeout.
	DefaultConnectTimeout = 300 * time.Millisecond
	keepAlive             = 30 * time.Second
	// addresses is how many addresses of one name are tried.
	addresses = 3
	// timeoutSteps is the number of steps in which the timeout is waited for: see dialer.bound.
	timeoutSteps = 3
)

var (
	// errConnect is the error of a request that got no connection. It was not sent.
	errConnect = errors.New("no connection to the subgraph")
	errSilent  = errors.New("the host or its name server did not answer in time")
)

// dialer opens connections for http1 and net/http.
type dialer struct {
	net.Dialer
	// timeout bounds the DNS look-up of a name, and the dial to each of its addresses.
	timeout time.Duration
	// failureLasts is for how long a failed attempt also fails the requests after it, so that they
	// do not wait for the same host.
	failureLasts time.Duration
}

func newDialer(limits Limits) *dialer {
	timeout := limits.ConnectTimeout
	if timeout <= 0 {
		timeout = DefaultConnectTimeout
	}
	return &dialer{
		Dialer: net.Dialer{KeepAlive: keepAlive}, timeout: timeout, failureLasts: time.Second,
	}
}

// connect tries the addresses of a host in sequence. net.Dialer would spend most of its time on
// the first, so that one dead replica made the whole subgraph unavailable.
func (d *dialer) connect(ctx context.Context, address string) (net.Conn, error) {
	found, port, err := d.lookUp(ctx, address)
	for _, ip := range found[:min(len(found), addresses)] {
		var c net.Conn
		if c, err = d.dial(ctx, net.JoinHostPort(ip.String(), port)); err == nil {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: %w", errConnect, err)
}

func (d *dialer) dial(ctx context.Context, address string) (net.Conn, error) {
	ctx, end := d.bound(ctx)
	defer end()
	c, err := d.DialContext(ctx, "tcp", address)
	return c, inTime(ctx, err)
}

func (d *dialer) lookUp(
	ctx context.Context, address string,
) (found []net.IPAddr, port string, err error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, "", err
	}
	ctx, end := d.bound(ctx)
	defer end()
	resolver := d.Resolver
	if resolver == nil {
		resolver = net.DefaultResolver
	}
	// LookupHost obeys a deadline, but not a cancellation.
	found, err = resolver.LookupIPAddr(ctx, host)
	return found, port, inTime(ctx, err)
}

// inTime returns the reason why the context ended, if it has ended, instead of the resulting
// error.
func inTime(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

// bound ends the context after the timeout, which it waits for in steps. A pause in which the
// router gets no processor is not the host's fault: at most one step of it counts. Nor is other
// work of the router: the runtime prefers a goroutine whose timer has fired to one whose
// connection is open. With a deadline instead, on a machine with a load of 35, dials failed
// although the connection was already open.
func (d *dialer) bound(ctx context.Context) (bounded context.Context, end func()) {
	bounded, cancel := context.WithCancelCause(ctx)
	go func() {
		timer := time.NewTimer(d.timeout / timeoutSteps)
		defer timer.Stop()
		for range timeoutSteps {
			select {
			case <-timer.C:
				runtime.Gosched() // lets a dial that is ready continue first
				timer.Reset(d.timeout / timeoutSteps)
			case <-bounded.Done():
				return
			}
		}
		cancel(errSilent)
	}()
	return bounded, func() { cancel(nil) }
}

// failure is the last failure to connect to an address. The zero value is no failure.
type failure struct {
	err   error
	until time.Time
}

// failure returns the failure to remember for an error. A refused connection is not remembered: it
// costs no time, and the host may listen again a moment later.
func (d *dialer) failure(err error) failure {
	if errors.Is(err, syscall.ECONNREFUSED) {
		return failure{}
	}
	return failure{err, time.Now().Add(d.failureLasts)}
}

// lasts returns the error while the failure lasts, and nil afterwards.
func (f failure) lasts() error {
	if f.err == nil || !time.Now().Before(f.until) {
		return nil
	}
	return f.err
}

// hosts opens connections for net/http as a pool does for http1. A failure is remembered, and
// requests wait instead of failing while another connection to the host is open that they may get.
type hosts struct {
	dialer *dialer

	mu        sync.Mutex
	byAddress map[string]*host
}

// host is the state of an address.
type host struct {
	open    int
	failure failure
}

func newHosts(d *dialer) *hosts { return &hosts{dialer: d, byAddress: map[string]*host{}} }

// dial is the DialContext of http.Transport. While it waits, the transport gives the request a
// connection that becomes free. dial waits only once, because the transport does not cancel it
// when the request has a connection.
func (h *hosts) dial(ctx context.Context, _, address string) (net.Conn, error) {
	c, wait, err := h.try(ctx, address)
	if err == nil || wait <= 0 {
		return c, err
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		c, _, err = h.try(ctx, address)
		return c, err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// try opens a connection, unless that failed a moment ago. After a failure, wait is how long to
// wait for a connection that becomes free; 0 if none is open.
func (h *hosts) try(
	ctx context.Context, address string,
) (c net.Conn, wait time.Duration, err error) {
	h.mu.Lock()
	of := h.byAddress[address]
	if of == nil {
		of = &host{}
		h.byAddress[address] = of
	}
	err = of.failure.lasts()
	h.mu.Unlock()
	if err == nil {
		c, err = h.dialer.connect(ctx, address)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case err == nil:
		of.failure = failure{}
		of.open++
		return &counted{Conn: c, close: sync.OnceFunc(func() { h.closed(of) })}, 0, nil
	case ctx.Err() != nil:
		return nil, 0, err // the request ended; the host did not fail
	case of.failure.lasts() == nil:
		of.failure = h.dialer.failure(err)
	}
	if of.open > 0 {
		wait = h.dialer.failureLasts
	}
	return nil, wait, err
}

func (h *hosts) closed(of *host) {
	h.mu.Lock()
	defer h.mu.Unlock()
	of.open--
}

// counted is a connection that reports when it is closed.
type counted struct {
	net.Conn
	close func()
}

// Close closes the connection.
func (c *counted) Close() error {
	c.close()
	return c.Conn.Close()
}

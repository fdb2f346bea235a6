package fetch

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// byName returns a client of a subgraph whose name a DNS server of the test resolves.
func byName(t testing.TB, http1 bool, dns *dnsServer) *Client {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "{}") }))
	everywhere, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp4", "0.0.0.0:0")
	require.NoError(t, err)
	server.Listener = everywhere
	server.Start()
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(everywhere.Addr().String())
	require.NoError(t, err)
	c := newTestClient(t, "http://subgraph.test:"+port, http1)
	to := c.subgraphs["a"]
	to.Timeout = 4 * time.Second // less than a resolver's 5 s for a name server
	c.subgraphs["a"] = to
	c.dialer.Resolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", dns.address)
	}}
	return c
}

// dnsServer answers every question, or none.
type dnsServer struct {
	address string
	answers atomic.Bool
}

func newDNSServer(t testing.TB) *dnsServer {
	t.Helper()
	socket, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = socket.Close() })
	s := &dnsServer{address: socket.LocalAddr().String()}
	go func() {
		question := make([]byte, 512)
		for {
			n, from, err := socket.ReadFrom(question)
			if err != nil {
				return
			}
			if s.answers.Load() {
				_, _ = socket.WriteTo(answerTo(question[:n]), from)
			}
		}
	}()
	return s
}

// answerTo returns a DNS message with the addresses 127.0.0.1 and 127.0.0.2 for the name in the
// question, and no IPv6 address.
func answerTo(question []byte) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	isA := question[end+2] == 1
	message := append([]byte{question[0], question[1], 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0}, question[12:end+5]...)
	if isA {
		message[7] = 2
		for last := range byte(2) {
			message = append(message, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1+last)
		}
	}
	return message
}

func requireUnavailable(t testing.TB, err error) {
	t.Helper()
	var e *Error
	require.ErrorAs(t, err, &e)
	code, message, retryable := e.Explain()
	require.Equal(t, CodeUnavailable, code, err)
	require.True(t, retryable)
	require.Equal(t, `The subgraph "a" does not answer.`, message)
}

// TestSilentDNSIsNotWaitedForAgain checks that a silent DNS server makes a subgraph unavailable
// once for all requests of the next second, and that the subgraph is found when the server
// answers.
func TestSilentDNSIsNotWaitedForAgain(t *testing.T) {
	t.Parallel()
	for name, http1 := range map[string]bool{"http1": true, "net/http": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dns := newDNSServer(t)
			c := byName(t, http1, dns)
			c.dialer.failureLasts = time.Hour
			_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
			requireUnavailable(t, err)
			dns.answers.Store(true)
			for range 10 { // a further DNS query would succeed
				_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
				requireUnavailable(t, err)
			}

			c = byName(t, http1, dns)
			c.dialer.failureLasts = 0
			answer, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
			require.NoError(t, err)
			require.Equal(t, "{}", string(answer))
		})
	}
}

// TestDialsAreBounded checks that a host that does not answer a dial makes a subgraph unavailable
// long before the request's own timeout.
func TestDialsAreBounded(t *testing.T) {
	t.Parallel()
	for name, http1 := range map[string]bool{"http1": true, "net/http": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTestClient(t, "http://127.0.0.1:9", http1)
			c.dialer.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
				<-ctx.Done()
				return ctx.Err()
			}
			_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
			requireUnavailable(t, err)
		})
	}
}

// TestAnotherAddressIsTried checks that one address that does not answer does not prevent the use
// of another.
func TestAnotherAddressIsTried(t *testing.T) {
	t.Parallel()
	for name, http1 := range map[string]bool{"http1": true, "net/http": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dns := newDNSServer(t)
			dns.answers.Store(true)
			c := byName(t, http1, dns)
			var dials atomic.Int32
			c.dialer.ControlContext = func(ctx context.Context, _, _ string, _ syscall.RawConn) error {
				if dials.Add(1) == 1 {
					<-ctx.Done()
				}
				return ctx.Err()
			}
			answer, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
			require.NoError(t, err)
			require.Equal(t, "{}", string(answer))
			require.EqualValues(t, 2, dials.Load())
		})
	}
}

// TestFailedDialEndsNoRequestThatCanBeServed checks that requests get a busy connection when it
// becomes free, even though dials fail meanwhile.
func TestFailedDialEndsNoRequestThatCanBeServed(t *testing.T) {
	t.Parallel()
	for name, http1 := range map[string]bool{"http1": true, "net/http": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const waiting = 10
			arrived, release := make(chan struct{}, 1+waiting), make(chan struct{})
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				arrived <- struct{}{}
				<-release
				_, _ = io.WriteString(w, "{}")
			}))
			t.Cleanup(server.Close)
			c := newTestClient(t, server.URL, http1)
			c.dialer.failureLasts = time.Hour // no further dial: only the busy connection can serve them
			errs := make(chan error, 1+waiting)
			ask := func() {
				_, err := c.For(nil, "").Fetch(t.Context(), "a", nil)
				errs <- err
			}
			go ask()
			<-arrived
			failed := make(chan struct{}, waiting)
			c.dialer.ControlContext = func(context.Context, string, string, syscall.RawConn) error {
				failed <- struct{}{}
				return errors.New("refused")
			}
			for range waiting {
				go ask()
			}
			<-failed
			close(release)
			for range 1 + waiting {
				require.NoError(t, <-errs)
			}
		})
	}
}

// TestConnectTimeoutInSteps checks that the steps add up to the connect timeout, and that no
// goroutine is left.
func TestConnectTimeoutInSteps(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDialer(Limits{})
		ctx, end := d.bound(t.Context())
		time.Sleep(DefaultConnectTimeout - time.Nanosecond)
		synctest.Wait()
		require.NoError(t, ctx.Err())
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		require.ErrorIs(t, context.Cause(ctx), errSilent)
		end()

		ctx, end = d.bound(t.Context())
		end()
		require.ErrorIs(t, context.Cause(ctx), context.Canceled)
	})
}

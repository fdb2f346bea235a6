//go:build e2e

package e2e

import (
	"errors"
	"net"
	"strconv"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// reserveAddress finds a port of 127.0.0.1 for a process to be started later. Until the test ends
// no other process gets the port, while the process can listen there, be killed, and listen
// again.
//
// Opening a listener on port 0 and closing it is not enough: the port may go to another listener
// or an outgoing connection before the process listens. This socket is bound with SO_REUSEADDR
// and never listens: Linux then does not assign the port to others, but lets a listener that also
// sets SO_REUSEADDR, as Go's do, bind it explicitly. Until then, connections are refused.
func reserveAddress(t *testing.T) string {
	t.Helper()
	syscall.ForkLock.RLock() // so that no process started now inherits the socket
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(socket)
	}
	syscall.ForkLock.RUnlock()
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(socket) })
	require.NoError(t, syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1))
	require.NoError(t, syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}))
	name, err := syscall.Getsockname(socket)
	require.NoError(t, err)
	return net.JoinHostPort("127.0.0.1", strconv.Itoa(name.(*syscall.SockaddrInet4).Port))
}

// The ports of two systems differ, whatever else opens ports, and a process gets its port again
// after a restart.
func TestAddressesAreKept(t *testing.T) {
	t.Parallel()
	kept := map[string]bool{}
	for range 300 {
		kept[reserveAddress(t)] = true
	}
	require.Len(t, kept, 300)
	for range 20_000 { // Linux assigns about 28,000 ports
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		require.NoError(t, err)
		require.NoError(t, listener.Close())
		require.False(t, kept[listener.Addr().String()], listener.Addr())
	}
	for address := range kept {
		for range 2 {
			_, err := net.Dial("tcp", address)
			require.ErrorIs(t, err, syscall.ECONNREFUSED)
			listener, err := net.Listen("tcp", address)
			require.NoError(t, err)
			conn, err := net.Dial("tcp", address)
			require.NoError(t, err)
			accepted, err := listener.Accept()
			require.NoError(t, err)
			require.NoError(t, errors.Join(listener.Close(), accepted.Close(), conn.Close()))
		}
	}
}

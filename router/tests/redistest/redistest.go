// Package redistest runs a Redis server for a test.
//
// The program is redis-server, or the one that TEST_REDIS_SERVER names, such as valkey-server.
// If TEST_REDIS_SERVER is not set and redis-server is not installed, the test is skipped.
package redistest

import (
	"context"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	variable  = "TEST_REDIS_SERVER"
	startWait = 10 * time.Second
)

// Server is a Redis server without persistence that listens on a Unix socket, so no two tests want
// the same port.
type Server struct {
	// URL is the server's address for go-redis. It stays the same after a restart.
	URL     string
	program string
	socket  string
	stop    func()
}

// Start runs a server until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	program := os.Getenv(variable)
	if program == "" {
		program = "redis-server"
		if _, err := exec.LookPath(program); err != nil {
			t.Skip("redis-server is not installed, and " + variable + " is not set")
		}
	}
	// The path of a socket has at most 108 bytes.
	folder, err := os.MkdirTemp("", "redis") //nolint:usetesting // t.TempDir may be longer
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	socket := filepath.Join(folder, "s")
	s := &Server{URL: "unix://" + socket, program: program, socket: socket}
	s.Start(t)
	t.Cleanup(s.Stop)
	return s
}

// Start runs the server again after Stop. It returns when the server accepts connections.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	command := exec.CommandContext(context.WithoutCancel(t.Context()), s.program, "--port", "0",
		"--unixsocket", s.socket, "--save", "", "--appendonly", "no", "--daemonize", "no",
		"--dir", filepath.Dir(s.socket))
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatalf("start %s: %v", s.program, err)
	}
	ended := make(chan struct{})
	go func() {
		_, _ = io.Copy(io.Discard, out)
		_ = command.Wait()
		close(ended)
	}()
	s.stop = func() {
		_ = command.Process.Kill()
		<-ended
		_ = os.Remove(s.socket)
	}
	deadline := time.Now().Add(startWait)
	for !s.accepts(t) {
		select {
		case <-ended:
			t.Fatalf("%s has ended", s.program)
		case <-time.After(time.Millisecond):
		}
		if time.Now().After(deadline) {
			s.stop()
			t.Fatalf("%s accepts no connection after %s", s.program, startWait)
		}
	}
}

func (s *Server) accepts(t testing.TB) bool {
	t.Helper()
	c, err := (&net.Dialer{}).DialContext(context.WithoutCancel(t.Context()), "unix", s.socket)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// Client returns a client of the server that is closed when the test ends.
func (s *Server) Client(t testing.TB) *redis.Client {
	t.Helper()
	options, err := redis.ParseURL(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := redis.NewClient(options)
	t.Cleanup(func() { _ = client.Close() })
	return client
}

// Stop kills the server. It keeps no data.
func (s *Server) Stop() { s.stop() }

// Package natstest runs a real message server, with JetStream, inside a test.
package natstest

import (
	"net"
	"os"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
)

// Server is a message server on loopback. It can be stopped and started again
// at the same address, with its files or without.
type Server struct {
	URL    string
	dir    string
	port   int
	server *server.Server
}

// Start runs a server until the test ends.
func Start(t testing.TB) *Server {
	t.Helper()
	s := &Server{dir: t.TempDir(), port: server.RANDOM_PORT}
	s.Restart(t)
	t.Cleanup(s.Stop)
	return s
}

// Stop stops the server; its files stay.
func (s *Server) Stop() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}

// Restart starts a stopped server at the same URL, with the files it had.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	started, err := server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: s.port, JetStream: true, StoreDir: s.dir, NoLog: true, NoSigs: true,
	})
	if err != nil {
		t.Fatalf("nats-server: %v", err)
	}
	started.Start()
	if !started.ReadyForConnections(10 * time.Second) {
		t.Fatal("nats-server does not answer")
	}
	s.server, s.URL = started, started.ClientURL()
	if address, ok := started.Addr().(*net.TCPAddr); ok {
		s.port = address.Port
	}
}

// Forget deletes the files of a stopped server: all streams and consumers.
func (s *Server) Forget(t testing.TB) {
	t.Helper()
	if err := os.RemoveAll(s.dir); err != nil {
		t.Fatalf("forget: %v", err)
	}
}

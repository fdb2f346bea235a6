// Package natstest runs a real message server in a test, with JetStream and the permissions of
// the shop. A client connects with the key of a service and has its permissions.
package natstest

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/nats-io/nats.go"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/busserver"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/events"
)

// Server is a message server on loopback. A test can stop it and start it again at the same
// address, with or without its files.
type Server struct {
	URL     string
	Data    string // a data folder with the keys, for services that connect
	options busserver.Options
	server  *busserver.Server
}

// Start runs a server until the test ends. By default the services have the access of
// events.Access.
func Start(t testing.TB, access ...bus.Access) *Server {
	t.Helper()
	return StartWith(t, busserver.Options{Access: access})
}

// StartWith is Start with more options. It sets the address and the folders.
func StartWith(t testing.TB, o busserver.Options) *Server {
	t.Helper()
	s := &Server{Data: t.TempDir(), options: defaults(o)}
	s.options.Listen, s.options.Folder = "127.0.0.1:0", filepath.Join(s.Data, "nats")
	s.options.Keys, s.options.OperatorKeys = buskey.Folder(s.Data), buskey.Folder(s.Data)
	s.Restart(t)
	t.Cleanup(s.Stop)
	return s
}

func defaults(o busserver.Options) busserver.Options {
	if len(o.Access) == 0 {
		o.Access = events.Access()
	}
	return o
}

// Stop stops the server; its files stay.
func (s *Server) Stop() { s.server.Stop() }

// Restart starts a stopped server again at the same URL with the same files.
func (s *Server) Restart(t testing.TB) {
	t.Helper()
	started, err := busserver.Start(t.Context(), s.options)
	if err != nil {
		t.Fatalf("message server: %v", err)
	}
	s.server, s.URL, s.options.Listen = started, started.URL(), started.Address()
}

// Forget deletes the files of a stopped server, and with them all streams and consumers. The keys
// stay.
func (s *Server) Forget(t testing.TB) {
	t.Helper()
	if err := os.RemoveAll(s.options.Folder); err != nil {
		t.Fatalf("forget: %v", err)
	}
}

// KeyFile returns the path of the key of a service or of buskey.Operator.
func (s *Server) KeyFile(name string) string {
	return filepath.Join(buskey.Folder(s.Data), name, "key")
}

// Key returns the key of a service or of buskey.Operator.
func (s *Server) Key(t testing.TB, name string) string {
	t.Helper()
	return key(t, s.Data, name)
}

func key(t testing.TB, data, name string) string {
	t.Helper()
	seed, err := buskey.Ensure(buskey.Folder(data), name)
	if err != nil {
		t.Fatalf("key of %s: %v", name, err)
	}
	return seed
}

// Connect connects as a service until the test ends.
func (s *Server) Connect(t testing.TB, service string) *bus.Bus {
	t.Helper()
	return connect(t, bus.Config{URL: s.URL, Name: service, Key: s.Key(t, service)})
}

func connect(t testing.TB, config bus.Config) *bus.Bus {
	t.Helper()
	config.Log = slog.New(slog.DiscardHandler)
	connected, err := bus.Connect(config)
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(connected.Close)
	return connected
}

// Operator connects as the operator, who may do everything, until the test ends.
func (s *Server) Operator(t testing.TB) *nats.Conn {
	t.Helper()
	connection, err := busserver.ConnectOperator(s.URL, s.Key(t, buskey.Operator))
	if err != nil {
		t.Fatalf("connect: %v", err)
	}
	t.Cleanup(connection.Close)
	return connection
}

// Package busserver runs the message server, with permissions made of a table of bus.Access.
//
//	table, keys ──Authorization──▶ configuration ──Start──▶ server ──operator──▶ streams
//
// Every client proves with a key who it is; without a key it is refused. The system account has no
// users. The server makes the streams of the table when it starts, and again when one is missing.
package busserver

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/buskey"
)

const (
	startWait  = time.Minute
	streamWait = 10 * time.Second
	interval   = 5 * time.Second
)

// storage is the part of the configuration that says how messages are stored.
const storage = `jetstream {
  max_file_store: 1GB
  # An acknowledged message is on the disk: by default it would be there within two minutes.
  sync_interval: always
}
`

// Options are what Start needs.
type Options struct {
	Folder  string // of the server's files
	Keys    string // the folder of the services' keys
	Listen  string // host:port; port 0 takes a free one
	Monitor string // host:port of NATS's own HTTP pages; empty for none
	// TLSCert and TLSKey are files: with them clients must use TLS.
	TLSCert, TLSKey string
	// OperatorKeys is the folder of the operator's key.
	OperatorKeys string
	Access       []bus.Access
	Replicas     int    // of each stream, on as many servers of a cluster; 0 is 1
	Name         string // of the server within a cluster
	Cluster      string // more configuration: the part cluster {…}
	Log          *slog.Logger
}

// Server is a running message server.
type Server struct {
	options  Options
	operator string
	server   *server.Server
	fatal    chan error // why the server does not go on
}

// New makes the keys that are missing, and a server that does not run yet.
func New(o Options) (*Server, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	authorization, operator, err := keyed(o)
	if err != nil {
		return nil, err
	}
	config := new(server.Options)
	if err := config.ProcessConfigString(storage + o.Cluster + authorization); err != nil {
		return nil, fmt.Errorf("configuration of the bus: %w", err)
	}
	if err := o.apply(config); err != nil {
		return nil, err
	}
	made, err := server.NewServer(config)
	if err != nil {
		return nil, fmt.Errorf("make the bus: %w", err)
	}
	fatal := make(chan error, 1)
	to := logger{o.Log, fatal}
	made.SetLoggerV2(to, to.on(slog.LevelDebug), false, false)
	return &Server{options: o, operator: operator, server: made, fatal: fatal}, nil
}

// Start runs a server. It returns when the server takes connections and has the streams.
func Start(ctx context.Context, o Options) (*Server, error) {
	s, err := New(o)
	if err != nil {
		return nil, err
	}
	if err := s.Run(); err != nil {
		return nil, err
	}
	return s, s.Streams(ctx)
}

// Run starts the server, and returns when it takes connections.
func (s *Server) Run() error {
	s.server.Start()
	ready := make(chan error, 1)
	go func() {
		if !s.server.ReadyForConnections(startWait) {
			ready <- errors.New("the bus does not answer")
		}
		close(ready)
	}()
	var err error
	select {
	case err = <-ready:
	case err = <-s.fatal:
	}
	if err != nil {
		s.Stop()
	}
	return err
}

// keyed returns the part of the configuration about users, and the operator's key.
func keyed(o Options) (authorization, operator string, err error) {
	operator, err = buskey.Ensure(o.OperatorKeys, buskey.Operator)
	if err != nil {
		return "", "", err
	}
	public, err := PublicKeys(o.Access, o.Keys)
	if err != nil {
		return "", "", err
	}
	publicOperator, err := buskey.Public(operator)
	return Authorization(o.Access, public, publicOperator), operator, err
}

// PublicKeys returns the public half of each service's key, and makes the keys that are missing.
func PublicKeys(access []bus.Access, folder string) (map[string]string, error) {
	public := map[string]string{}
	for _, a := range access {
		key, err := buskey.Ensure(folder, a.Service)
		if err != nil {
			return nil, err
		}
		if public[a.Service], err = buskey.Public(key); err != nil {
			return nil, err
		}
	}
	return public, nil
}

// apply puts what differs from one installation to the next into the server's options.
func (o Options) apply(config *server.Options) (err error) {
	config.NoSigs, config.StoreDir, config.ServerName = true, o.Folder, o.Name
	config.DisableJetStreamBanner = true
	if config.Host, config.Port, err = split(o.Listen); err != nil {
		return err
	}
	if o.Monitor != "" {
		if config.HTTPHost, config.HTTPPort, err = split(o.Monitor); err != nil {
			return err
		}
	}
	if o.TLSCert == "" && o.TLSKey == "" {
		return nil
	}
	config.TLS = true
	files := server.TLSConfigOpts{CertFile: o.TLSCert, KeyFile: o.TLSKey}
	config.TLSConfig, err = server.GenTLSConfig(&files)
	if err != nil {
		return fmt.Errorf("TLS of the bus: %w", err)
	}
	return nil
}

func split(address string) (host string, port int, err error) {
	resolved, err := net.ResolveTCPAddr("tcp", address)
	if err != nil {
		return "", 0, fmt.Errorf("address of the bus: %w", err)
	}
	host, _, _ = net.SplitHostPort(address)
	if port = resolved.Port; port == 0 {
		port = server.RANDOM_PORT
	}
	return host, port, nil
}

// Streams makes the streams that are missing or differ: as the operator, within the process.
func (s *Server) Streams(ctx context.Context) error {
	connection, err := ConnectOperator("nats://in-process", s.operator, nats.InProcessServer(s.server))
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, streamWait)
	defer cancel()
	return EnsureStreams(ctx, connection, s.options.Access, s.options.Replicas)
}

// URL is where clients find the server.
func (s *Server) URL() string { return s.server.ClientURL() }

// Address is the host and port that the server listens on.
func (s *Server) Address() string { return s.server.Addr().String() }

// Leads tells whether the server leads a stream of a cluster.
func (s *Server) Leads(stream string) bool {
	return s.server.JetStreamIsStreamLeader(server.DEFAULT_GLOBAL_ACCOUNT, stream)
}

// Peers is how many servers of its cluster a server knows that leads them; 0 if it leads none.
func (s *Server) Peers() int {
	if !s.server.JetStreamIsLeader() {
		return 0
	}
	return len(s.server.JetStreamClusterPeers())
}

// Stop ends the server and waits until it is gone. Its files stay.
func (s *Server) Stop() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}

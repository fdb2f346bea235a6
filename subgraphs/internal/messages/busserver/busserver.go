// Package busserver runs the message server. It makes the server's permissions from a table of
// bus.Access.
//
//	table, keys ──Authorization──▶ configuration ──Start──▶ server ──operator──▶ streams
//
// Every client proves its name with a key; the server refuses clients without one. The system
// account has no users. The server creates the streams of the table when it starts, and again
// when one is missing.
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

	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/bus"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/messages/buskey"
)

const (
	startWait  = time.Minute
	streamWait = 10 * time.Second
	interval   = 5 * time.Second
)

// storage is the part of the configuration about the storage of messages.
const storage = `jetstream {
  max_file_store: 1GB
  # An acknowledged message is on the disk. By default it may take two minutes to get there.
  sync_interval: always
}
`

// Options configures a Server.
type Options struct {
	Folder  string // for the server's files
	Keys    string // the folder of the services' keys
	Listen  string // host:port; port 0 picks a free one
	Monitor string // host:port of NATS's own HTTP pages; empty for none
	// TLSCert and TLSKey are files. If they are set, clients must use TLS.
	TLSCert, TLSKey string
	// OperatorKeys is the folder of the operator's key.
	OperatorKeys string
	Access       []bus.Access
	Replicas     int    // how many servers of a cluster keep each stream; 0 means 1
	Name         string // the server's name in the cluster
	Cluster      string // more configuration: the block cluster {…}
	Log          *slog.Logger
}

// Server is a running message server.
type Server struct {
	options  Options
	operator string
	server   *server.Server
	fatal    chan error // receives the error that stops the server
}

// New creates the missing keys and a server that is not running yet.
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

// Start runs a server. It returns when the server accepts connections and has its streams.
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

// Run starts the server and returns when it accepts connections.
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

// keyed returns the configuration of the users, and the operator's key.
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

// PublicKeys returns the public part of each service's key. It creates the missing keys.
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

// apply sets the options that differ between installations.
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

// Streams creates missing streams and updates those that differ from the table. It connects as
// the operator, within the process.
func (s *Server) Streams(ctx context.Context) error {
	inProcess := nats.InProcessServer(s.server)
	connection, err := ConnectOperator("nats://in-process", s.operator, inProcess)
	if err != nil {
		return err
	}
	defer connection.Close()
	ctx, cancel := context.WithTimeout(ctx, streamWait)
	defer cancel()
	return EnsureStreams(ctx, connection, s.options.Access, s.options.Replicas)
}

// URL returns the URL at which clients reach the server.
func (s *Server) URL() string { return s.server.ClientURL() }

// Address returns the host and port on which the server listens.
func (s *Server) Address() string { return s.server.Addr().String() }

// Leads reports whether the server leads a stream of a cluster.
func (s *Server) Leads(stream string) bool {
	return s.server.JetStreamIsStreamLeader(server.DEFAULT_GLOBAL_ACCOUNT, stream)
}

// Peers returns how many servers the leader of the cluster knows, or 0 if this server is not the
// leader.
func (s *Server) Peers() int {
	if !s.server.JetStreamIsLeader() {
		return 0
	}
	return len(s.server.JetStreamClusterPeers())
}

// Stop shuts the server down and waits until it has ended. Its files stay.
func (s *Server) Stop() {
	s.server.Shutdown()
	s.server.WaitForShutdown()
}

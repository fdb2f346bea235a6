package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/router/config"
	"github.com/trefoil-graph/trefoil/router/gateway"
	"github.com/trefoil-graph/trefoil/web"
)

// drainFor is how long requests in flight may take when the router stops.
const drainFor = 10 * time.Second

// serveCommand answers requests until the context ends.
func serveCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := newFlags("serve")
	path := flags.String("config", "router.yaml", "`file` of the configuration")
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	c, err := config.Load(*path, os.LookupEnv)
	if err != nil {
		fmt.Fprintln(stderr, "router:", err)
		return 1
	}
	log := slog.New(slog.NewJSONHandler(stderr, nil)).With("service", "router")
	keepHeapFloor()
	s, err := newServer(*path, c, log)
	if err == nil {
		err = s.serve(ctx)
	}
	if err != nil {
		log.Error("stopped", "error", err)
		return 1
	}
	return 0
}

// server is the router as a process.
type server struct {
	path    string // of the configuration
	config  config.Config
	log     *slog.Logger
	gateway *gateway.Gateway
}

func newServer(path string, c config.Config, log *slog.Logger) (*server, error) {
	tree, err := web.Files()
	if err != nil {
		return nil, err
	}
	pages, err := web.NewHandler(tree)
	if err != nil {
		return nil, err
	}
	return &server{path: path, config: c, log: log, gateway: gateway.New(gateway.Options{
		BodyBytes: c.Limits.BodyBytes, QueryPlan: c.QueryPlan, AccessLog: c.AccessLog, Web: pages, Log: log,
	})}, nil
}

func (s *server) serve(ctx context.Context) error {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.Listen)
	if err != nil {
		return err
	}
	http := &http.Server{
		Handler:           s.gateway,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return listen(http, gateway.JoinWrites(http, listener)) })
	group.Go(func() error { return s.keepSchema(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		return drain(http)
	})
	s.log.Info("listening", "address", listener.Addr().String())
	return group.Wait()
}

func listen(server *http.Server, listener net.Listener) error {
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// drain lets requests in flight end, for a while.
func drain(server *http.Server) error {
	ctx, cancel := context.WithTimeout(context.Background(), drainFor)
	defer cancel()
	return server.Shutdown(ctx)
}

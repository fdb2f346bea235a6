package main

import (
	"context"
	"net"
	"net/http"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/router/ops/admin"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// shown is a configuration with the time since which it is in use.
type shown struct {
	config config.Config
	since  time.Time
}

// reloadRequest is an operator's request to read the configuration again.
type reloadRequest struct{ done chan error }

// answer ends the request; nil is none.
func (r *reloadRequest) answer(err error) {
	if r != nil {
		r.done <- err
	}
}

// serveAdmin starts the listener for operators, if there is one.
func (s *server) serveAdmin(ctx context.Context, group *errgroup.Group) error {
	address := s.config.Admin.Listen
	if address == "" {
		return nil
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return err
	}
	s.log.Info("listening for operators", "address", listener.Addr().String())
	server := &http.Server{
		Handler:           admin.NewHandler(operators{s}, address, s.log),
		ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second,
		IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
	}
	group.Go(func() error { return listen(server, listener) })
	group.Go(func() error {
		<-ctx.Done()
		return server.Close()
	})
	return nil
}

// operators implements admin.Router for the running server.
type operators struct{ s *server }

// IsReady implements admin.Router.
func (o operators) IsReady() bool { return o.s.gateway.Load().Engine() != nil }

// PrintConfig implements admin.Router.
func (o operators) PrintConfig() ([]byte, error) { return o.s.shown.Load().config.Print() }

// Reload implements admin.Router.
func (o operators) Reload(r *http.Request) error {
	asked := &reloadRequest{done: make(chan error, 1)}
	select {
	case o.s.reloads <- asked:
	case <-r.Context().Done():
		return r.Context().Err()
	}
	select {
	case err := <-asked.done:
		return err
	case <-r.Context().Done():
		return r.Context().Err()
	}
}

// State implements admin.Router.
func (o operators) State() any {
	shown := o.s.shown.Load()
	state := map[string]any{
		"configurationSince": shown.since.UTC().Format(time.RFC3339),
		"process": map[string]any{
			"goroutines": runtime.NumGoroutine(), "processors": runtime.GOMAXPROCS(0),
		},
	}
	if engine := o.s.gateway.Load().Engine(); engine != nil {
		state["engine"] = engine.State()
	}
	return state
}

// Package serve runs a service: its HTTP server, its work in the background,
// and a stop that loses nothing.
//
//	request ──log, limits──▶ /graphql ──origin──▶ transport ──▶ gqlgen ──▶ resolvers
//	                     ├─▶ /healthz   the process lives
//	                     ├─▶ /readyz    the database answers
//	                     └─▶ Routes     of the service's own
//
// GraphQL builds the handler for /graphql from what gqlgen generated; Run
// serves it until SIGINT, SIGTERM or the end of its context. Then requests in
// flight are finished, after them the background work ends, and Run returns.
package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	headerTimeout = 5 * time.Second
	readTimeout   = 15 * time.Second
	writeTimeout  = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 10 * time.Second
	readyTimeout  = 2 * time.Second
)

// Config is what Run needs.
type Config struct {
	Listen  string // address; port 0 takes a free one
	Log     *slog.Logger
	GraphQL http.Handler // for /graphql
	// Ready tells whether the service can do its work.
	Ready func(ctx context.Context) error
	// Routes are further handlers by http.ServeMux pattern.
	Routes map[string]http.Handler
	// Background is work that goes on until its context ends. When one part
	// fails the service stops.
	Background []func(ctx context.Context) error
	// OnListen, if set, is called with the address once requests are taken.
	OnListen func(address net.Addr)
}

// Run serves until ctx ends or the process is told to stop, and returns nil
// after a stop that went well.
func Run(ctx context.Context, config Config) error {
	ctx, release := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer release()
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", config.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	server := &http.Server{
		Handler:           Handler(config),
		ReadHeaderTimeout: headerTimeout,
		ReadTimeout:       readTimeout,
		WriteTimeout:      writeTimeout,
		IdleTimeout:       idleTimeout,
		ErrorLog:          slog.NewLogLogger(config.Log.Handler(), slog.LevelDebug),
	}
	// What streams ends with the service; all other answers are finished first.
	streams, endStreams := context.WithCancel(context.WithoutCancel(ctx))
	defer endStreams()
	server.BaseContext = func(net.Listener) context.Context {
		return context.WithValue(context.WithoutCancel(ctx), streamsKey{}, streams)
	}
	server.RegisterOnShutdown(endStreams)
	config.Log.Info("listening", "address", listener.Addr().String())
	if config.OnListen != nil {
		config.OnListen(listener.Addr())
	}
	err = serve(ctx, server, listener, config.Background)
	config.Log.Info("stopped", "error", err)
	return err
}

// serve stops in order: first the server, with its requests in flight, and then
// the background, which may still have to send on what they decided.
func serve(ctx context.Context, server *http.Server, listener net.Listener, background []func(context.Context) error) error {
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	work, workCtx := errgroup.WithContext(workCtx)
	for _, part := range background {
		work.Go(func() error { return part(workCtx) })
	}
	work.Go(func() error {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	select {
	case <-ctx.Done():
	case <-workCtx.Done(): // a part has failed
	}
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	err := server.Shutdown(stopCtx)
	stopWork()
	return errors.Join(work.Wait(), err)
}

// Handler is what Run serves: for tests that need no listener.
func Handler(config Config) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/graphql", guarded(config.GraphQL))
	mux.Handle("GET /healthz", plain("ok"))
	mux.Handle("GET /readyz", ready(config))
	for pattern, handler := range config.Routes {
		mux.Handle(pattern, handler)
	}
	return logged(config.Log, recovered(config.Log, mux))
}

func plain(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = fmt.Fprintln(w, text)
	}
}

func ready(config Config) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		if err := config.Ready(ctx); err != nil {
			config.Log.Warn("not ready", "error", err)
			http.Error(w, "not ready", http.StatusServiceUnavailable)
			return
		}
		plain("ready")(w, r)
	}
}

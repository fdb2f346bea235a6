// Package serve runs a service: its HTTP server, its work in the background,
// and a stop that loses nothing.
//
//	request ──log, limits──▶ /graphql ──origin──▶ transport ──▶ gqlgen ──▶ resolvers
//	                     ├─▶ /healthz   the process lives
//	                     ├─▶ /readyz    the database takes writes
//	                     └─▶ Routes     of the service's own
//
// GraphQL builds the handler for /graphql from what gqlgen generated; Run
// serves it until SIGINT, SIGTERM or the end of its context. Then requests in
// flight are finished, after them the background work ends, and Run returns,
// within the 10 s that container engines wait before they kill.
//
// # Limits of a request
//
// Before an operation is executed, router/limits validates its document, and its cost is checked:
// OPERATION_TOO_LARGE. While it is executed, fields and bytes of the response are counted:
// RESPONSE_TOO_LARGE. After 10 s, or once the client has gone, no further resolver is called.
package serve

import (
	"cmp"
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
	readyTimeout  = 2 * time.Second

	// A stop takes at most drainTimeout and settleTimeout together. That is less than the 10 s after
	// which container engines kill.
	drainTimeout  = 6 * time.Second
	settleTimeout = 2 * time.Second
)

// Config is what Run needs.
type Config struct {
	Listen  string // address; port 0 takes a free one
	Log     *slog.Logger
	GraphQL http.Handler // for /graphql
	// Ready returns nil if the service's database takes writes.
	Ready func(ctx context.Context) error
	// Bus, if set, reports whether the message server is connected. The service is ready without
	// it: messages wait.
	Bus func() bool
	// Routes are further handlers by http.ServeMux pattern.
	Routes map[string]http.Handler
	// Background is work that goes on until its context ends. When one part
	// fails the service stops.
	Background []func(ctx context.Context) error
	// Drain is how long requests in flight may take once the service stops; 6 s if it is 0. After it,
	// those that are left, such as a body that comes slowly, are cut off.
	Drain time.Duration
	// OnListen, if set, is called with the address once requests are taken.
	OnListen func(address net.Addr)
}

// Signals returns a context that ends when the process is told to stop. A main function begins with
// it, so that a stop during the start succeeds too: without it the signal ends the process, or Go ends
// it with status 2 where it is the first process of a container.
func Signals() (context.Context, context.CancelFunc) {
	return signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
}

// Stopped reports whether err is only that ctx, of Signals, ended while the service was starting.
func Stopped(ctx context.Context, err error) bool {
	return ctx.Err() != nil && errors.Is(err, context.Canceled)
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
	err = serve(ctx, server, listener, config)
	config.Log.Info("stopped", "error", err)
	return err
}

// serve stops in order: first the server, with its requests in flight, and then the background, which
// may still have to send on what they decided.
func serve(ctx context.Context, server *http.Server, listener net.Listener, config Config) error {
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	defer stopWork()
	work, workCtx := errgroup.WithContext(workCtx)
	for _, part := range config.Background {
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
	drain(context.WithoutCancel(ctx), server, config)
	stopWork()
	return settle(work, config.Log)
}

// drain lets requests in flight end for a while and then cuts off those that are left. A client that
// is slow is no failure of the service.
func drain(ctx context.Context, server *http.Server, config Config) {
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(config.Drain, drainTimeout))
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		config.Log.Warn("requests cut off", "error", err)
		_ = server.Close()
	}
}

// settle waits for the background to end, for a while. What it leaves undone it takes up again after
// the next start, as after kill -9.
func settle(work *errgroup.Group, log *slog.Logger) error {
	ended := make(chan error, 1)
	go func() { ended <- work.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-time.After(settleTimeout):
		log.Warn("background work cut off")
		return nil
	}
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

// ready names the part that is down, and leaves the reason to the log.
func ready(config Config) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
		defer cancel()
		bus := ""
		if config.Bus != nil && !config.Bus() {
			bus = "; message server: not connected, messages wait"
		}
		if err := config.Ready(ctx); err != nil {
			config.Log.Warn("not ready", "error", err)
			http.Error(w, "not ready; database: takes no writes"+bus, http.StatusServiceUnavailable)
			return
		}
		plain("ready"+bus)(w, r)
	}
}

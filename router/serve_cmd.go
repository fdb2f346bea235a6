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
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/compression"
	"github.com/trefoil-graph/trefoil/router/edge/cors"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/ops/watch"
	"github.com/trefoil-graph/trefoil/router/shared/browser"
	"github.com/trefoil-graph/trefoil/router/shared/logging"
	"github.com/trefoil-graph/trefoil/web"
)

// drainFor is how long requests in flight may take when the router stops. It is less than the 10 s
// after which container engines kill the process.
const drainFor = 6 * time.Second

// serveCommand serves requests until the context ends.
func serveCommand(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := newFlags("serve")
	path := flags.String("config", "router.yaml", "`file` of the configuration")
	if status, done := parseFlags(flags, args, stdout, stderr); done {
		return status
	}
	// From here on SIGHUP does not end the process.
	hangup := make(chan os.Signal, 1)
	signal.Notify(hangup, syscall.SIGHUP)
	defer signal.Stop(hangup)
	c, err := config.Load(*path, os.LookupEnv)
	if err != nil {
		fmt.Fprintln(stderr, "router:", err)
		return 1
	}
	log, err := logging.New("router", stderr, os.Getenv)
	if err != nil {
		fmt.Fprintln(stderr, "router:", err)
		return 1
	}
	if !c.Plain {
		keepHeapFloor()
	}
	s, err := newServer(*path, c, log)
	if err == nil {
		s.hangup = hangup
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
	path string // the path of the configuration
	// config is the configuration in use. Only keepSchema changes it.
	config config.Config
	log    *slog.Logger
	pages  http.Handler
	// hangup receives SIGHUP, and reloads the requests of operators.
	hangup  <-chan os.Signal
	reloads chan *reloadRequest
	// shown is what operators see of the configuration. keepSchema replaces it.
	shown atomic.Pointer[shown]
	// watcher notices changes of what the configuration names. Only keepSchema uses it.
	watcher *watch.Watcher
	// gateway is replaced as a whole: the gateway with which a request starts also answers it.
	gateway atomic.Pointer[generation]
	// ended is closed when the requests of all gateways that were replaced have ended; nil before
	// the first. Only swap uses it.
	ended <-chan struct{}
	// authenticator is the gateway's; nil if nothing is authenticated. Only newGateway changes it.
	authenticator *authentication.Authenticator
	// lasting are the parts that outlive a reload. Only keepSchema changes them.
	lasting lasting
	// drain is how long requests in flight may take when the router stops.
	drain time.Duration
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
	s := &server{
		path: path, config: c, log: log, pages: pages, drain: drainFor,
		reloads: make(chan *reloadRequest),
	}
	s.shown.Store(&shown{config: c, since: time.Now()})
	s.watcher = watch.New(log)
	first, err := s.newGateway(c, lasting{})
	if err != nil {
		return nil, err
	}
	s.gateway.Store(newGeneration(first))
	return s, nil
}

func (s *server) newGateway(c config.Config, parts lasting) (*gateway.Gateway, error) {
	guard, err := guardOf(c.CSRF)
	if err != nil {
		return nil, err
	}
	policy, err := policyOf(c.CORS)
	if err != nil {
		return nil, err
	}
	decoder, err := compression.NewDecoder(c.Compression.Requests)
	if err != nil {
		return nil, err
	}
	encoder, err := compression.NewEncoder(c.Compression.Responses, c.Compression.MinBytes)
	if err != nil {
		return nil, err
	}
	authenticator, err := s.newAuthenticator(c.Authentication)
	if err != nil {
		return nil, err
	}
	s.authenticator = authenticator
	batched := 0
	if c.Batching.Enabled {
		batched = c.Batching.MaxOperations
	}
	return gateway.New(gateway.Options{
		BodyBytes: c.Limits.BodyBytes, QueryPlan: c.QueryPlan, AccessLog: c.AccessLog,
		CORS: policy, Guard: guard, Decoder: decoder, Encoder: encoder,
		Authenticator: authenticator, BatchedOperations: batched, ETag: c.ETag,
		Plain:     c.Plain,
		Documents: parts.documents.value, RateLimit: parts.limiter.value,
		Web: s.pages, Log: s.log,
	}), nil
}

// policyOf returns the configured policy; nil if it allows no origin.
func policyOf(c config.CORS) (*cors.Policy, error) {
	return cors.New(cors.Options{
		Origins: c.Origins, Suffixes: c.Suffixes, Patterns: c.Patterns,
		Methods: c.Methods, Headers: c.Headers, ExposedHeaders: c.ExposeHeaders,
		Credentials: c.Credentials, MaxAge: c.MaxAge,
	})
}

// newAuthenticator returns an authenticator that knows what the one in use knows. It is nil if
// nothing is authenticated.
func (s *server) newAuthenticator(c config.Authentication) (
	*authentication.Authenticator, error,
) {
	if !c.Enabled() {
		return nil, nil
	}
	options, err := authentication.Configured(c, s.log)
	if err == nil {
		var next *authentication.Authenticator
		if next, err = authentication.New(options, s.authenticator); err == nil {
			return next, nil
		}
	}
	return nil, fmt.Errorf("authentication: %w", err)
}

// guardOf returns the configured guard; nil if it is switched off.
func guardOf(c config.CSRF) (*browser.Guard, error) {
	if !c.Enabled {
		return nil, nil
	}
	return browser.NewGuard(c.TrustedOrigins...)
}

// ServeHTTP passes the request to the current gateway.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	current := s.gateway.Load()
	for !current.begin() {
		current = s.gateway.Load()
	}
	defer current.end()
	current.ServeHTTP(w, r)
}

// close ends what the router does in the background, and closes its connections.
func (s *server) close() {
	s.gateway.Load().Close()
	s.lasting.stopUnless(lasting{})
	s.lasting.closeUnless(lasting{})
}

func (s *server) serve(ctx context.Context) error {
	defer s.close()
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.config.Listen)
	if err != nil {
		return err
	}
	http := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      2 * time.Minute,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	connected, err := connect(s.config, http, listener, s.log)
	if err != nil {
		_ = listener.Close()
		return err
	}
	s.log.Info("listening", "address", listener.Addr().String())
	group, ctx := errgroup.WithContext(ctx)
	if err := s.serveAdmin(ctx, group); err != nil {
		_ = listener.Close()
		return err
	}
	group.Go(func() error { return listen(http, connected) })
	group.Go(func() error { return s.keepSchema(ctx) })
	group.Go(func() error {
		<-ctx.Done()
		s.stop(http)
		return nil
	})
	return group.Wait()
}

func listen(server *http.Server, listener net.Listener) error {
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// stop lets requests in flight end for a while, and then cuts off the others, such as one whose
// body arrives slowly. A slow client is not a failure of the router.
func (s *server) stop(server *http.Server) {
	ctx, cancel := context.WithTimeout(context.Background(), s.drain)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		s.log.Warn("requests cut off", "error", err)
		_ = server.Close()
	}
}

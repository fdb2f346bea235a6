package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/settings"
)

// patience is how long a process may take to start.
const patience = time.Minute

// system is the shop's processes and their data.
type system struct {
	root      string
	folder    string
	addresses map[string]string
	running   []*exec.Cmd
}

func processes() []string { return []string{"nats", "user", "product", "order", "router"} }

func newSystem(ctx context.Context, root string) (*system, error) {
	folder, err := os.MkdirTemp("", "trefoil-bench-")
	if err != nil {
		return nil, err
	}
	root, err = filepath.Abs(root)
	s := &system{root: root, folder: folder, addresses: map[string]string{}}
	for _, name := range processes() {
		listener, failure := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
		if failure != nil {
			return nil, errors.Join(failure, s.close())
		}
		defer listener.Close() // when all are open, so that no port is used twice
		s.addresses[name] = listener.Addr().String()
	}
	return s, err
}

func (s *system) url(name string) string { return "http://" + s.addresses[name] }

func (s *system) natsURL() string { return "nats://" + s.addresses["nats"] }

func (s *system) environment() []string {
	return append(os.Environ(),
		"DATA_DIR="+s.folder, "NATS_LISTEN="+s.addresses["nats"], "NATS_URL="+s.natsURL(),
		"USER_LISTEN="+s.addresses["user"], "USER_URL="+s.url("user"),
		"PRODUCT_LISTEN="+s.addresses["product"], "PRODUCT_URL="+s.url("product"),
		"ORDER_LISTEN="+s.addresses["order"], "ORDER_URL="+s.url("order"),
		"ROUTER_LISTEN="+s.addresses["router"])
}

// open opens a service's database as the service does.
func (s *system) open(ctx context.Context, service string) (*sqldb.DB, error) {
	getenv := func(name string) string {
		if name == "DATA_DIR" {
			return s.folder
		}
		return os.Getenv(name)
	}
	of, _, err := settings.Parse(service, "", nil, getenv, io.Discard)
	if err != nil {
		return nil, err
	}
	return sqldb.Open(ctx, of.Database())
}

func (s *system) startAll(ctx context.Context) error {
	for _, name := range processes() {
		if err := s.start(ctx, name, s.arguments(name)...); err != nil {
			return err
		}
	}
	return nil
}

func (s *system) arguments(name string) []string {
	if name == "router" {
		return []string{"serve", "--config", filepath.Join(s.root, "router/router.yaml")}
	}
	return nil
}

// start starts a process and waits until it is ready.
func (s *system) start(ctx context.Context, name string, arguments ...string) error {
	binary := filepath.Join(s.root, "bin", name)
	log, err := os.Create(filepath.Join(s.folder, name+".log"))
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	process := exec.CommandContext(ctx, binary, arguments...)
	process.Env, process.Stdout, process.Stderr = s.environment(), log, log
	process.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := process.Start(); err != nil {
		return fmt.Errorf("%w (run make build first)", err)
	}
	s.running = append(s.running, process)
	if err := await(ctx, patience, func() error { return s.ready(ctx, name) }); err != nil {
		text, _ := os.ReadFile(log.Name())
		return fmt.Errorf("%s is not ready: %w\n%s", name, err, text[max(0, len(text)-1000):])
	}
	return nil
}

func (s *system) ready(ctx context.Context, name string) error {
	if name == "nats" {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", s.addresses[name])
		if err != nil {
			return err
		}
		return connection.Close()
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url(name)+"/readyz", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return errors.New(answer.Status)
	}
	return nil
}

// await calls check until it succeeds or the limit is over.
func await(ctx context.Context, limit time.Duration, check func() error) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	return repeat.UntilNil(ctx, 50*time.Millisecond, func(context.Context) error { return check() })
}

// stop stops all processes with SIGTERM, the newest first.
func (s *system) stop() {
	for i := len(s.running) - 1; i >= 0; i-- {
		_ = s.running[i].Process.Signal(syscall.SIGTERM)
		_ = s.running[i].Wait()
	}
	s.running = nil
}

func (s *system) close() error {
	s.stop()
	return os.RemoveAll(s.folder)
}

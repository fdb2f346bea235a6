//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/repeat"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sqldbtest"
)

// patience bounds every wait.
const patience = 30 * time.Second

// names returns the processes in the order in which they start.
func names() []string { return []string{"nats", "user", "product", "order", "router"} }

// system is the five processes, each of which can be killed and started again.
type system struct {
	t         *testing.T
	root      string // the repository
	data      string
	settings  []string // further environment variables, NAME=value
	database  string   // on Postgres; empty if the services use files in data
	logs      string
	addresses map[string]string
	mu        sync.Mutex
	running   map[string]*exec.Cmd
	umask     string // umask of the processes; empty means that of the test
	// violations is how often the bus must refuse clients of the test.
	violations int
}

// start starts everything, with further settings, and waits until all processes are ready.
func start(t *testing.T, settings ...string) *system {
	t.Helper()
	s := newSystem(t, settings...)
	s.run(names()...)
	return s
}

// newSystem returns a system that is not running yet.
func newSystem(t *testing.T, settings ...string) *system {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	s := &system{
		t: t, root: root, data: t.TempDir(), logs: t.TempDir(), settings: settings,
		addresses: map[string]string{}, running: map[string]*exec.Cmd{},
	}
	if sqldbtest.OnPostgres() {
		s.database = sqldbtest.Shared(t)
	}
	for _, name := range names() {
		s.addresses[name] = reserveAddress(t)
	}
	t.Cleanup(func() {
		s.kill(names()...)
		s.requirePermitted()
		if t.Failed() {
			s.showLogs()
		}
	})
	return s
}

func (s *system) url(name string) string { return "http://" + s.addresses[name] }

func (s *system) environment() []string {
	return append(append(os.Environ(), s.settings...),
		"DATA_DIR="+s.data, "DATABASE_URL="+s.database,
		"NATS_LISTEN="+s.addresses["nats"], "NATS_URL=nats://"+s.addresses["nats"],
		"USER_LISTEN="+s.addresses["user"], "USER_URL="+s.url("user"),
		"PRODUCT_LISTEN="+s.addresses["product"], "PRODUCT_URL="+s.url("product"),
		"ORDER_LISTEN="+s.addresses["order"], "ORDER_URL="+s.url("order"),
		"ROUTER_LISTEN="+s.addresses["router"],
	)
}

func (s *system) command(name string) *exec.Cmd {
	words := []string{filepath.Join(s.root, "bin", name)}
	if name == "router" {
		words = append(words, "serve", "--config", filepath.Join(s.root, "router/router.yaml"))
	}
	if s.umask != "" {
		words = append([]string{"sh", "-c", "umask " + s.umask + `; exec "$@"`, "sh"}, words...)
	}
	return exec.Command(words[0], words[1:]...)
}

// run starts processes and waits until they are ready.
func (s *system) run(processes ...string) {
	s.t.Helper()
	for _, name := range processes {
		require.NoError(s.t, s.launch(name), "make build makes bin/")
	}
	for _, name := range processes {
		s.awaitReady(name)
	}
}

func (s *system) launch(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	command := s.command(name)
	log, err := os.OpenFile(filepath.Join(s.logs, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command.Env, command.Stdout, command.Stderr = s.environment(), log, log
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	s.running[name] = command
	return command.Start()
}

// kill ends processes with kill -9, and waits until they are gone.
func (s *system) kill(processes ...string) {
	for _, name := range processes {
		s.signal(name, syscall.SIGKILL)
		s.mu.Lock()
		command := s.running[name]
		delete(s.running, name)
		s.mu.Unlock()
		if command != nil {
			_ = command.Wait()
		}
	}
}

func (s *system) signal(name string, signal syscall.Signal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if command := s.running[name]; command != nil && command.Process != nil {
		_ = command.Process.Signal(signal)
	}
}

// restart kills a process with kill -9 and starts it again, without waiting until it is ready.
func (s *system) restart(name string) error {
	s.kill(name)
	return s.launch(name)
}

func (s *system) awaitReady(name string) {
	s.t.Helper()
	if name == "nats" {
		eventually(s.t, name+" listens", func() error {
			conn, err := net.Dial("tcp", s.addresses[name])
			if err == nil {
				_ = conn.Close()
			}
			return err
		})
		return
	}
	eventually(s.t, name+" is ready", func() error {
		answer, err := http.Get(s.url(name) + "/readyz")
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			return fmt.Errorf("%s", answer.Status)
		}
		return nil
	})
}

// eventually repeats check until it returns no error.
func eventually(t *testing.T, what string, check func() error) {
	t.Helper()
	within(t, patience, what, check)
}

func within(t *testing.T, limit time.Duration, what string, check func() error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	err := repeat.UntilNil(ctx, 20*time.Millisecond, func(context.Context) error { return check() })
	require.NoError(t, err, "%s did not happen within %s", what, limit)
}

func (s *system) showLogs() {
	for _, name := range names() {
		text, _ := os.ReadFile(filepath.Join(s.logs, name))
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		s.t.Logf("%s, end of its log:\n%s", name, strings.Join(lines[max(0, len(lines)-15):], "\n"))
	}
}

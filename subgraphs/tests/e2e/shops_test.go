//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestTwoShopsAreStoppedSeparately runs two shops on one machine, as make run starts them, and
// stops a process of the second with the command that the second prints.
func TestTwoShopsAreStoppedSeparately(t *testing.T) {
	t.Parallel()
	first, second := startSupervisor(t, "14000"), startSupervisor(t, "15000")
	require.NotEqual(t, first.flag, second.flag)
	require.NotContains(t, []string{first.flag, second.flag}, "8555", "a command without -p must reach no shop")
	first.becomes(t, "*product")
	second.becomes(t, "*product")
	out, err := second.order("stop", "product")
	require.NoError(t, err, "%s", out)
	second.becomes(t, " product")
	first.becomes(t, "*product")
}

// supervisor is goreman on the port that make run gives it, with processes that only wait.
type supervisor struct{ root, flag string }

var printedOrder = regexp.MustCompile(`bin/goreman -p (\d+) run stop product`)

func startSupervisor(t *testing.T, routerPort string) supervisor {
	t.Helper()
	root, err := filepath.Abs("../../..")
	require.NoError(t, err)
	dry := exec.Command("make", "-s", "-C", root, "print-ready", "ROUTER_PORT="+routerPort)
	dry.Env = withoutMake()
	printed, err := dry.CombinedOutput()
	require.NoError(t, err, "%s", printed)
	port := printedOrder.FindSubmatch(printed)
	require.NotNil(t, port, "%s", printed)
	s := supervisor{root: root, flag: string(port[1])}
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "Procfile"), []byte("product: exec sleep 600\nother: exec sleep 600\n"), 0o600))
	running := exec.Command(filepath.Join(root, "bin/goreman"), "-p", s.flag, "-set-ports=false", "start")
	running.Dir, running.Env = folder, append(os.Environ(), "GOREMAN_RPC_ADDR=127.0.0.1")
	require.NoError(t, running.Start(), "make build makes bin/")
	t.Cleanup(func() {
		_ = running.Process.Signal(syscall.SIGTERM)
		_ = running.Wait()
	})
	return s
}

// withoutMake returns the environment without the variables that make sets for its children.
func withoutMake() (environment []string) {
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "MAKE") && !strings.HasPrefix(entry, "MFLAGS") {
			environment = append(environment, entry)
		}
	}
	return environment
}

func (s supervisor) order(words ...string) ([]byte, error) {
	return exec.Command(filepath.Join(s.root, "bin/goreman"), append([]string{"-p", s.flag, "run"}, words...)...).CombinedOutput()
}

// becomes waits for a line of the status, where goreman marks running processes with a star.
func (s supervisor) becomes(t *testing.T, line string) {
	t.Helper()
	eventually(t, line, func() error {
		out, err := s.order("status")
		if err == nil && !strings.Contains("\n"+string(out), "\n"+line+"\n") {
			err = fmt.Errorf("%s", out)
		}
		return err
	})
}

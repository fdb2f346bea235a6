// Package routertest runs the router as a process for a test.
//
//	Build ──▶ binary ──Serve, configuration──▶ URL of the GraphQL endpoint
package routertest

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// limit is how long a process may run.
const limit = 5 * time.Minute

// Build builds the router, and returns the path of its binary.
func Build(t testing.TB) string {
	t.Helper()
	return BuildIn(t, "github.com/trefoil-graph/trefoil/router", "")
}

// BuildIn builds a command in a folder, and returns the path of its binary. An empty folder is the
// current one.
func BuildIn(t testing.TB, command, folder string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "command")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, command)
	build.Dir = folder
	out, err := build.CombinedOutput()
	require.NoError(t, err, string(out))
	return binary
}

// Serve starts a router, waits until it has a schema, and returns the URL of its GraphQL endpoint.
func Serve(t testing.TB, binary, config string) string {
	t.Helper()
	router := Command(t, binary, "serve", "--config", config)
	stderr, err := router.StderrPipe()
	require.NoError(t, err)
	require.NoError(t, router.Start())
	lines := bufio.NewScanner(stderr)
	var entry struct{ Msg, Address string } // keeps the address of "listening"
	for lines.Scan() {
		if json.Unmarshal(lines.Bytes(), &entry) == nil && entry.Msg == "schema in use" {
			go func() { _, _ = io.Copy(io.Discard, stderr) }()
			return "http://" + entry.Address + "/graphql"
		}
		t.Log(lines.Text())
	}
	require.Fail(t, "the router has no schema")
	return ""
}

// Command returns a command that the caller starts. The test ends its process.
func Command(t testing.TB, program string, arguments ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	command := exec.CommandContext(ctx, program, arguments...)
	t.Cleanup(func() {
		defer cancel()
		if command.Process != nil {
			_ = command.Process.Signal(syscall.SIGTERM)
			_ = command.Wait()
		}
	})
	return command
}

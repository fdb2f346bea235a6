package filelock_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/filelock"
)

func TestALockExcludesOthersUntilItIsClosed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "shop.lock")
	first, err := filelock.Take(path)
	require.NoError(t, err)
	_, err = filelock.Take(path)
	require.ErrorIs(t, err, filelock.ErrTaken)
	require.ErrorContains(t, err, path)
	require.NoError(t, first.Close())
	again, err := filelock.Take(path)
	require.NoError(t, err)
	require.NoError(t, again.Close())
	file, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), file.Mode().Perm())
}

const variable = "FILELOCK_TEST_PATH"

// TestKillFreesTheLock runs this test binary as another process that takes the lock and is
// killed.
func TestKillFreesTheLock(t *testing.T) {
	if path := os.Getenv(variable); path != "" {
		_, err := filelock.Take(path)
		fmt.Println("taken:", err == nil)
		_, _ = io.Copy(io.Discard, os.Stdin) // until it is killed
		return
	}
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.lock")
	other := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestKillFreesTheLock$")
	other.Env = append(os.Environ(), variable+"="+path)
	stdin, err := other.StdinPipe()
	require.NoError(t, err)
	defer func() { _ = stdin.Close() }()
	stdout, err := other.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())
	line, err := bufio.NewReader(stdout).ReadString('\n')
	require.NoError(t, err)
	require.Equal(t, "taken: true\n", line)

	_, err = filelock.Take(path)
	require.ErrorIs(t, err, filelock.ErrTaken)
	require.NoError(t, other.Process.Kill())
	require.Error(t, other.Wait())
	lock, err := filelock.Take(path)
	require.NoError(t, err)
	require.NoError(t, lock.Close())
}

// TestCloseFreesTheLockOfAFileThatAnotherProcessHas passes the file to another process, as a fork
// does.
func TestCloseFreesTheLockOfAFileThatAnotherProcessHas(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "shop.lock")
	lock, err := filelock.Take(path)
	require.NoError(t, err)
	file := filelock.File(lock)
	other := exec.CommandContext(t.Context(), "cat")
	other.ExtraFiles = []*os.File{file}
	stdin, err := other.StdinPipe()
	require.NoError(t, err)
	require.NoError(t, other.Start())
	require.NoError(t, lock.Close())
	again, err := filelock.Take(path)
	require.NoError(t, err)
	require.NoError(t, again.Close())
	require.NoError(t, stdin.Close())
	require.NoError(t, other.Wait())
}

package private_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/private"
)

// TestFilesAreTheirOwnersAlone is not parallel, because the umask belongs to the whole process.
func TestFilesAreTheirOwnersAlone(t *testing.T) {
	for _, umask := range []int{0, 0o022} {
		before := syscall.Umask(umask)
		private.Files()
		folder := filepath.Join(t.TempDir(), "data")
		db, err := sqldb.Open(context.Background(), filepath.Join(folder, "shop.db"))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Join(folder, "mail"), 0o777))
		require.NoError(t, os.WriteFile(filepath.Join(folder, "mail", "letter"), nil, 0o666))
		modes := map[string]os.FileMode{}
		require.NoError(t, filepath.Walk(folder, func(path string, info os.FileInfo, err error) error {
			modes[strings.TrimPrefix(path, folder)] = info.Mode().Perm()
			return err
		}))
		require.NoError(t, db.Close())
		syscall.Umask(before)
		require.Equal(t, map[string]os.FileMode{
			"": 0o700, "/shop.db": 0o600, "/shop.db-wal": 0o600, "/shop.db-shm": 0o600, "/mail": 0o700, "/mail/letter": 0o600,
		}, modes, "umask %#o", umask)
	}
}

// TestCheckNamesPathsThatOthersCanAccess also checks the command that the log suggests.
func TestCheckNamesPathsThatOthersCanAccess(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	require.NoError(t, os.Mkdir(path("mail"), 0o700))
	for name, mode := range map[string]os.FileMode{"user.db": 0o644, "user.db-wal": 0o600, "mail/a": 0o660, "mail/b": 0o600, "other.db": 0o666} {
		require.NoError(t, os.WriteFile(path(name), nil, 0o600))
		require.NoError(t, os.Chmod(path(name), mode))
	}
	require.NoError(t, os.Symlink(path("user.db-wal"), path("mail/c")))
	require.NoError(t, os.Chmod(folder, 0o755))
	warned := func() string {
		var log bytes.Buffer
		private.Check(slog.New(slog.NewTextHandler(&log, nil)), folder, "user.db*", "mail", "nothing")
		return log.String()
	}
	log := warned()
	for name, mode := range map[string]string{folder: "0755", path("user.db"): "0644", path("mail/a"): "0660"} {
		require.Contains(t, log, "path="+name+" mode="+mode+` run="chmod -R go= `+folder+`"`)
	}
	require.Equal(t, 3, strings.Count(log, "\n"))

	for n := range 100 {
		require.NoError(t, os.WriteFile(path("mail/many")+strconv.Itoa(n), nil, 0o600))
		require.NoError(t, os.Chmod(path("mail/many")+strconv.Itoa(n), 0o644))
	}
	require.Equal(t, 10, strings.Count(warned(), "\n"), "a folder with a million letters does not fill the log")

	require.NoError(t, os.Chmod(folder, 0o700))
	require.NoError(t, os.Chmod(path("user.db"), 0o600))
	require.NoError(t, os.RemoveAll(path("mail")))
	require.Empty(t, warned())
}

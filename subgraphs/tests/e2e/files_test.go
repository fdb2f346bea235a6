//go:build e2e

package e2e

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const warning = "other users of this machine can use this path"

// TestOnlyTheOwnerCanReadFiles starts everything with the usual umask, and with one that permits
// everything.
func TestOnlyTheOwnerCanReadFiles(t *testing.T) {
	t.Parallel()
	for _, umask := range []string{"0", "022"} {
		t.Run(umask, func(t *testing.T) {
			t.Parallel()
			s := newSystem(t)
			s.umask, s.data = umask, filepath.Join(s.data, "data")
			s.run(names()...)
			anyone := s.client("router")
			products := anyone.products(t)
			token, _ := anyone.signUp(t)
			anyone.as(token).order(t, products[0], products[1])
			eventually(t, "a mail is written", func() error {
				if len(s.mails(t)) == 0 {
					return errors.New("none")
				}
				return nil
			})
			found := s.requirePrivate(t)
			for _, name := range []string{"order-jwks.json", "product-jwks.json", "key", "jetstream", "mail"} {
				require.Contains(t, found, name)
			}
			for _, name := range names() {
				require.NotContains(t, s.log(t, name), warning)
			}

			mail := filepath.Join(s.data, "mail")
			require.NoError(t, os.Chmod(s.data, 0o755))
			require.NoError(t, os.Chmod(mail, 0o750))
			s.kill("user", "nats")
			s.run("user", "nats")
			for _, name := range []string{"user", "nats"} {
				require.Contains(t, s.log(t, name), warning+`","service":"`+name+`","path":"`+s.data+`","mode":"0755","run":"chmod -R go= `+s.data)
			}
			require.Contains(t, s.log(t, "user"), `"path":"`+mail+`","mode":"0750"`)
		})
	}
}

// requirePrivate checks the modes of all files, and returns their names.
func (s *system) requirePrivate(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	require.NoError(t, filepath.WalkDir(s.data, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) { // NATS creates and deletes temporary files
			return nil
		}
		require.NoError(t, err)
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		require.NoError(t, err)
		found[entry.Name()] = true
		require.Zero(t, info.Mode().Perm()&0o077, "%s has the mode %s", path, info.Mode())
		return nil
	}))
	return found
}

func (s *system) log(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.logs, name))
	require.NoError(t, err)
	return strings.TrimSpace(string(text))
}

//go:build oracle

package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Report keeps differences in files, one each, as there may be many.
type Report struct {
	mu    sync.Mutex
	dir   string
	count int
}

// Fail notes a difference, and fails the test for it.
func (r *Report) Fail(t testing.TB, line, text string) {
	t.Helper()
	t.Errorf("%s: %.200s", r.Note(t, line, text), line)
}

// Note writes a difference into a file: what it is in a line, and all about it.
func (r *Report) Note(t testing.TB, line, text string) (path string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dir == "" {
		dir, err := os.MkdirTemp("", "oracle-") //nolint:usetesting // It is to be read after the test.
		if err != nil {
			t.Fatal(err)
		}
		r.dir = dir
		t.Logf("differences are in %s", dir)
	}
	r.count++
	path = filepath.Join(r.dir, fmt.Sprintf("%04d.txt", r.count))
	if err := os.WriteFile(path, []byte(line+"\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

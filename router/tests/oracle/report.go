//go:build oracle

package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Report writes differences into files, one for each, because there may be many.
type Report struct {
	mu    sync.Mutex
	dir   string
	count int
}

// Fail records a difference, and fails the test.
func (r *Report) Fail(t testing.TB, line, text string) {
	t.Helper()
	t.Errorf("%s: %.200s", r.Note(t, line, text), line)
}

// Note writes a difference into a file: a summary on one line, and all details.
func (r *Report) Note(t testing.TB, line, text string) (path string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dir == "" {
		dir, err := os.MkdirTemp("", "oracle-") //nolint:usetesting // people read it after the test
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

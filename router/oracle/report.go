//go:build oracle

package oracle

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Report fails a test for each difference: in a line, with the rest in a file, as there may be many.
type Report struct {
	mu    sync.Mutex
	dir   string
	count int
}

// Fail notes a difference: what it is in a line, and all about it.
func (r *Report) Fail(t testing.TB, line, text string) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.dir == "" {
		dir, err := os.MkdirTemp("", "oracle-")
		if err != nil {
			t.Fatal(err)
		}
		r.dir = dir
	}
	r.count++
	path := filepath.Join(r.dir, fmt.Sprintf("%04d.txt", r.count))
	if err := os.WriteFile(path, []byte(line+"\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Errorf("%s: %.200s", path, line)
}

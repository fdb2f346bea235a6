package certificates

import (
	"log/slog"
	"os"
	"slices"
	"sync"
)

// followed is a value that is read from files, and read again when they have changed.
type followed[T any] struct {
	paths []string
	read  func() (T, error)
	log   *slog.Logger

	mu    sync.Mutex
	value T
	// seen is the state of the files before they were read, so that a later look notices a change
	// that happens while they are read.
	seen []os.FileInfo
}

// start reads the files for the first time.
func (f *followed[T]) start() (err error) {
	f.seen = f.look()
	f.value, err = f.read()
	return err
}

// current returns the value of the files, or the last good value if the files are broken.
func (f *followed[T]) current() T {
	f.mu.Lock()
	defer f.mu.Unlock()
	now := f.look()
	if slices.EqualFunc(f.seen, now, isSame) {
		return f.value
	}
	f.seen = now
	value, err := f.read()
	if err != nil {
		f.log.Error("the certificate stays as it is", "error", err)
		return f.value
	}
	f.log.Info("certificate changed", "files", f.paths)
	f.value = value
	return value
}

// look returns the state of the files. The state of a missing file is nil.
func (f *followed[T]) look() []os.FileInfo {
	var all []os.FileInfo
	for _, path := range f.paths {
		info, err := os.Stat(path)
		if err != nil {
			info = nil
		}
		all = append(all, info)
	}
	return all
}

func isSame(a, b os.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

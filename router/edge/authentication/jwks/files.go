package jwks

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// readBounded reads a regular file. It refuses a pipe or a device, which may never end.
func readBounded(path string) ([]byte, error) {
	// Without O_NONBLOCK, opening a pipe would wait for a writer.
	file, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	return readAll(file)
}

// store replaces the whole file at once, so a reader never sees half of it.
func store(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	fresh, err := os.CreateTemp(filepath.Dir(path), ".jwks-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(fresh.Name()) }() // fails after the rename, which is fine
	_, err = fresh.Write(text)
	if err = errors.Join(err, fresh.Close()); err != nil {
		return err
	}
	return os.Rename(fresh.Name(), path)
}

package config

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// maxFile bounds a file that the router reads: a schema or a configuration.
const maxFile = 16 << 20

// ReadFile reads a regular file of at most 16 MiB. It refuses all other files, because a pipe or a
// device may never end, and a reload that waits for one would keep the router from any other
// signal.
func ReadFile(path string) ([]byte, error) {
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
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", path, maxFile)
	}
	return text, nil
}

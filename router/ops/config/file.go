package config

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// maxFile bounds the size in bytes of a file that the router reads.
const maxFile = 16 << 20

// ReadFile reads a regular file of at most 16 MiB. It refuses pipes and devices, because they may
// never end, and a reload that waits for one would block all later signals.
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

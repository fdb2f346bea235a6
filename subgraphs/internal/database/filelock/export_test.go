package filelock

import (
	"io"
	"os"
)

// File returns the file of a lock that Take returned.
func File(lock io.Closer) *os.File { return lock.(held).file }

package filelock

import (
	"io"
	"os"
)

// File is the file of a lock that Take returned.
func File(lock io.Closer) *os.File { return lock.(held).file }

// Package filelock lets one process at a time use files, such as a database that only one may serve.
//
// The kernel drops a lock when its process ends, however it ends, so that a start after kill -9 finds
// it free. The package is one because databases and the message server's files are locked alike.
package filelock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// ErrTaken is the error of Take for a lock that another process, or another call, holds.
var ErrTaken = errors.New("another process uses these files; stop it first")

// Take locks the file of the path, which it makes with its folder, until the lock is closed. It does
// not wait. The file stays when the lock ends: to remove it would let two processes lock two files of
// one name.
func Take(path string) (io.Closer, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	lock, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, err
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		err = ErrTaken
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), lock.Close())
	}
	return held{lock}, nil
}

// held is a file that is locked.
type held struct{ file *os.File }

// Close ends the lock. It does not leave that to the end of the file: a process that was just forked
// has the file too, for a moment, and with it the lock.
func (h held) Close() error {
	return errors.Join(syscall.Flock(int(h.file.Fd()), syscall.LOCK_UN), h.file.Close())
}

// Package filelock lets only one process at a time use a set of files, such as a SQLite database
// or the files of the message server.
//
// The kernel releases a lock when its process ends, for whatever reason, so a restart after kill
// -9 finds it free.
package filelock

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// ErrTaken says that another process, or another call of Take, holds the lock.
var ErrTaken = errors.New("another process uses these files; stop it first")

// Take locks the file at path until the lock is closed. It creates the file and its folder, and
// does not wait for the lock. The file stays after the lock ends: if it were removed, two
// processes could lock two files with the same name.
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

// held is a locked file.
type held struct{ file *os.File }

// Close releases the lock. Closing the file is not enough: a process that was just forked shares
// the file, and with it the lock, for a moment.
func (h held) Close() error {
	return errors.Join(syscall.Flock(int(h.file.Fd()), syscall.LOCK_UN), h.file.Close())
}

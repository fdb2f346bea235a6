package siblings

import (
	"errors"
	"sync"
)

// errPanicked is the error of all who share a read that ended in a panic, but for the one who made
// it: they must not take the zero value for what was read.
var errPanicked = errors.New("siblings: the read that others share ended in a panic")

// Once is a value that is read when it is first asked for, and shared with all who ask. It is
// ready for use. The value is only to be read.
type Once[T any] struct {
	once  sync.Once
	value T
	err   error
}

// Get returns the value, or the error of the first read.
func (o *Once[T]) Get(read func() (T, error)) (T, error) {
	o.once.Do(func() {
		o.err = errPanicked
		o.value, o.err = read()
	})
	return o.value, o.err
}

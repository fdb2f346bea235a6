package batch

import (
	"errors"
	"sync"
)

// errPanicked is the error for callers that share a read which panicked. They must not take the
// zero value for the result. The caller whose read panicked gets the panic.
var errPanicked = errors.New("batch: the read that others share ended in a panic")

// Once is a value that is read when it is first needed, and shared by all callers. The zero Once
// is ready to use. Callers must not modify the value.
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

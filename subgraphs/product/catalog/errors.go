package catalog

import (
	"errors"
	"fmt"
)

// ErrNotFound says that no product has the id given.
var ErrNotFound = errors.New("catalog: product not found")

// ChangedError says that a product is not of the version that a change was made for.
type ChangedError struct{ Now *Product }

func (e *ChangedError) Error() string { return "The product was changed meanwhile." }

// InputError is an input that breaks a rule; its message is for the one who sent it.
type InputError struct{ Message string }

func (e *InputError) Error() string { return e.Message }

func invalid(format string, args ...any) error {
	return &InputError{Message: fmt.Sprintf(format, args...)}
}

package catalog

import (
	"errors"
	"fmt"
)

var (
	// ErrNotFound says that no product has the id given.
	ErrNotFound = errors.New("catalog: product not found")
	// ErrNoCategory says that no category has the slug given.
	ErrNoCategory = errors.New("catalog: category not found")
	// ErrKeyReused says that an idempotency key created another product before.
	ErrKeyReused = errors.New("catalog: idempotency key reused")
)

// ChangedError says that a product is not of the version that a change was made for.
type ChangedError struct{ Now *Product }

func (e *ChangedError) Error() string { return "The product was changed meanwhile." }

// TakenError says that another product has what must be a product's own: its slug or its SKU.
type TakenError struct{ Field string }

func (e *TakenError) Error() string { return fmt.Sprintf("Another product has this %s.", e.Field) }

// InputError is an input that breaks a rule; its message is for the one who sent it.
type InputError struct {
	// Field is what the input's field is called in the schema.
	Field   string
	Message string
}

func (e *InputError) Error() string { return e.Message }

func invalid(field, format string, args ...any) error {
	return &InputError{Field: field, Message: fmt.Sprintf(format, args...)}
}

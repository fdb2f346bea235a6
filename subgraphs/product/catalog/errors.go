package catalog

import (
	"errors"
	"fmt"
)

var (
	// ErrNotFound says that no product has the given id.
	ErrNotFound = errors.New("catalog: product not found")
	// ErrNoCategory says that no category has the given slug.
	ErrNoCategory = errors.New("catalog: category not found")
	// ErrKeyReused says that an idempotency key was used before, with another input.
	ErrKeyReused = errors.New("catalog: idempotency key reused")
)

// ChangedError says that a product does not have the version that a change was made for.
type ChangedError struct{ Now *Product }

func (e *ChangedError) Error() string { return "The product was changed meanwhile." }

// TakenError says that another product has the slug or SKU already.
type TakenError struct{ Field string }

func (e *TakenError) Error() string { return fmt.Sprintf("Another product has this %s.", e.Field) }

// InputError says that an input breaks a rule. Its message is for the client.
type InputError struct {
	// Field is the name of the input's field in the schema.
	Field   string
	Message string
}

func (e *InputError) Error() string { return e.Message }

func invalid(field, format string, args ...any) error {
	return &InputError{Field: field, Message: fmt.Sprintf(format, args...)}
}

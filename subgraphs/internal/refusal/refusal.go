// Package refusal has the expected failures of the services: a request that the user can correct.
//
//	domain ──error──▶ Split ──▶ refusals: the `errors` of a payload
//	                        └─▶ another error: the request fails
//
// Each kind of refusal is a type that embeds a Problem and adds the facts of the kind. gqlgen
// binds these types to the graph's user errors, so no package converts them. A domain returns a
// refusal as an error, and several with errors.Join.
package refusal

import (
	"errors"
	"fmt"
)

// Refusal is an expected failure that the user can correct.
type Refusal interface {
	error
	refusal()
}

// Split returns all refusals in an error, or the error if it has another cause.
func Split(err error) ([]Refusal, error) {
	refusals := []Refusal{}
	var joined interface{ Unwrap() []error }
	var one Refusal
	switch {
	case errors.As(err, &joined):
		for _, part := range joined.Unwrap() {
			found, other := Split(part)
			if other != nil {
				return nil, err
			}
			refusals = append(refusals, found...)
		}
	case errors.As(err, &one):
		refusals = append(refusals, one)
	}
	if err != nil && len(refusals) == 0 {
		return nil, err
	}
	return refusals, nil
}

// Problem is common to all refusals: a stable code, a message for people, and the path of the
// input at fault.
type Problem struct {
	Code    string
	Message string
	Path    []string
}

// New returns a problem. Nil is the path of a problem that no part of the input has caused.
func New(code, message string, path []string) Problem { return Problem{code, message, path} }

// Error returns the message.
func (p Problem) Error() string { return p.Message }

func (Problem) refusal() {}

// InvalidInput says that a value breaks a rule for this input.
type InvalidInput struct{ Problem }

// Invalid returns the refusal of an input value.
func Invalid(path []string, format string, args ...any) InvalidInput {
	return InvalidInput{Problem{"INVALID_INPUT", fmt.Sprintf(format, args...), path}}
}

// At returns the path of a field of the mutation's input.
func At(fields ...string) []string { return append([]string{"input"}, fields...) }

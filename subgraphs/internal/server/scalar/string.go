package scalar

import (
	"errors"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalString writes the scalar String.
func MarshalString(text string) graphql.Marshaler { return graphql.MarshalString(text) }

// UnmarshalString reads the scalar String. Unlike gqlgen, it refuses numbers and booleans.
func UnmarshalString(value any) (string, error) {
	text, ok := value.(string)
	if !ok {
		return "", errors.New("String must be a string")
	}
	return text, nil
}

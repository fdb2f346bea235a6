// Package scalar implements the scalars that all schemas share. gqlgen's own are less strict than
// the GraphQL specification.
package scalar

import (
	"errors"
	"time"

	"github.com/99designs/gqlgen/graphql"
)

const layout = "2006-01-02T15:04:05.000Z"

// MarshalDateTime writes an instant as RFC 3339 in UTC with milliseconds.
func MarshalDateTime(t time.Time) graphql.Marshaler {
	return graphql.MarshalString(t.UTC().Format(layout))
}

// UnmarshalDateTime reads any RFC 3339 instant.
func UnmarshalDateTime(value any) (time.Time, error) {
	text, ok := value.(string)
	if !ok {
		return time.Time{}, errors.New("DateTime must be a string")
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		return time.Time{}, errors.New(
			"DateTime must be an RFC 3339 instant such as 2026-01-31T12:34:56.789Z")
	}
	return t.UTC(), nil
}

package scalar

import (
	"encoding/json"
	"errors"
	"math"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalInt writes the scalar Int.
func MarshalInt(n int) graphql.Marshaler { return graphql.MarshalInt(n) }

// UnmarshalInt reads the scalar Int as the GraphQL specification defines it: a whole number of 32
// bits. Unlike gqlgen, it refuses a string that contains a number.
func UnmarshalInt(value any) (int, error) {
	var n int64
	switch v := value.(type) {
	case int:
		n = int64(v)
	case int64:
		n = v
	case json.Number:
		parsed, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			return 0, errInt
		}
		n = parsed
	default:
		return 0, errInt
	}
	if n < math.MinInt32 || n > math.MaxInt32 {
		return 0, errInt
	}
	return int(n), nil
}

var errInt = errors.New("Int must be a whole number of 32 bits")

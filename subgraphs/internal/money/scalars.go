package money

import (
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"github.com/99designs/gqlgen/graphql"
)

// MarshalMinorUnits writes the scalar MinorUnits as a JSON integer.
func MarshalMinorUnits(amount int64) graphql.Marshaler {
	return graphql.WriterFunc(func(w io.Writer) {
		_, _ = io.WriteString(w, strconv.FormatInt(amount, 10))
	})
}

// UnmarshalMinorUnits reads the scalar MinorUnits: an integer from -MaxMinor to MaxMinor. It
// refuses strings and fractions, because their sender does not compute with integers.
func UnmarshalMinorUnits(value any) (int64, error) {
	var amount int64
	switch v := value.(type) {
	case int:
		amount = int64(v)
	case int64:
		amount = v
	case json.Number:
		parsed, err := strconv.ParseInt(v.String(), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("MinorUnits must be a whole number, not %s", v)
		}
		amount = parsed
	default:
		return 0, fmt.Errorf("MinorUnits must be a whole number, not a %T", value)
	}
	if !inRange(amount) {
		return 0, fmt.Errorf("MinorUnits must be between -%d and %d", int64(MaxMinor), int64(MaxMinor))
	}
	return amount, nil
}

// MarshalCurrency writes the scalar Currency as a JSON string.
func MarshalCurrency(code string) graphql.Marshaler { return graphql.MarshalString(code) }

// UnmarshalCurrency reads the scalar Currency: an active ISO 4217 code in capitals.
func UnmarshalCurrency(value any) (string, error) {
	code, ok := value.(string)
	if !ok || !validCurrency(code) {
		return "", fmt.Errorf("Currency must be an ISO 4217 code such as EUR, not %q", fmt.Sprint(value))
	}
	return code, nil
}

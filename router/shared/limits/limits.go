package limits

import (
	"fmt"
	"math"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
)

// CodeTooLarge means that a document or an operation exceeds a limit.
const CodeTooLarge = "OPERATION_TOO_LARGE"

// Limits bound the cost of one operation. Zero does not mean unlimited, so start with Default,
// which sets all limits.
type Limits struct {
	// Objects bounds the objects in the answer: the elements of lists of objects, and the objects of
	// other fields.
	Objects uint64
	// Values bounds the scalar and enum values in the answer, including __typename.
	Values uint64
	// Weight bounds the sum of all weights: 1 for an object and 10 for a root field of a mutation,
	// unless @cost says otherwise, and the weights of arguments and values that have @cost.
	Weight uint64
	// AssumedListSize is the size of a list if neither an argument nor the schema gives a size.
	AssumedListSize uint64
	// RootMutations bounds the root fields of a mutation.
	RootMutations uint64
	// RootFields bounds the root fields of one request to a service, because the service runs
	// separate statements for each. The router counts them in its plan, in which look-ups are root
	// fields, too.
	RootFields uint64
}

// Default returns the limits that the package documentation explains.
func Default() Limits {
	return Limits{
		Objects: 10_000, Values: 30_000, Weight: 20_000, AssumedListSize: 5,
		RootMutations: 10, RootFields: 100,
	}
}

// Total is the cost of one request. Its numbers do not overflow, but are capped at 2^64-1.
type Total struct {
	Objects, Values, Weight, RootMutations uint64
}

// Plus returns the cost of two requests together.
func (t Total) Plus(other Total) Total {
	return Total{
		Objects: add(t.Objects, other.Objects), Values: add(t.Values, other.Values),
		Weight:        add(t.Weight, other.Weight),
		RootMutations: add(t.RootMutations, other.RootMutations),
	}
}

// Excess is a limit that a Total exceeds.
type Excess struct {
	// Limit is the name of the limit: objects, values, weight, rootMutations or rootFields.
	Limit      string
	Max, Value uint64
}

// Exceeded returns the first limit that a total exceeds, or nil.
func (l Limits) Exceeded(t Total) *Excess {
	switch {
	case t.RootMutations > l.RootMutations:
		return &Excess{"rootMutations", l.RootMutations, t.RootMutations}
	case t.Objects > l.Objects:
		return &Excess{"objects", l.Objects, t.Objects}
	case t.Values > l.Values:
		return &Excess{"values", l.Values, t.Values}
	case t.Weight > l.Weight:
		return &Excess{"weight", l.Weight, t.Weight}
	default:
		return nil
	}
}

// ExceedsRootFields returns the excess of a request to a service with count root fields, or nil if
// the count is within the limit.
func (l Limits) ExceedsRootFields(count int) *Excess {
	if n := uint64(count); n > l.RootFields {
		return &Excess{"rootFields", l.RootFields, n}
	}
	return nil
}

// largestExact is the largest number that is shown: many JSON parsers round larger integers.
const largestExact = 1 << 53

// Error returns the error for the client. at is the position of the list that causes most of the
// cost, or of the operation. It may be nil.
func (e *Excess) Error(at *ast.Position) *gqlerror.Error {
	value := min(e.Value, largestExact)
	err := &gqlerror.Error{
		Message:    e.message(value),
		Extensions: map[string]any{"code": CodeTooLarge, "limit": e.Limit, "max": e.Max, "value": value},
	}
	if at != nil {
		err.Locations = []gqlerror.Location{{Line: at.Line, Column: at.Column}}
	}
	return err
}

func (e *Excess) message(value uint64) string {
	switch e.Limit {
	case "rootMutations":
		return fmt.Sprintf("The request has %d mutations, and %d are allowed. "+
			"Send them in several requests.", value, e.Max)
	case "rootFields":
		return fmt.Sprintf("The operation needs %d root fields of one service, look-ups among them, "+
			"and %d are allowed. Send it in several requests.", value, e.Max)
	}
	if e.Limit == "weight" {
		return fmt.Sprintf("The operation has a weight of %d, and %d is allowed. "+
			"Ask for fewer fields or shorter lists.", value, e.Max)
	}
	bound := "up to"
	if value == largestExact {
		bound = "more than"
	}
	return fmt.Sprintf("The operation asks for %s %d %s, and %d are allowed. "+
		"Ask for fewer fields or shorter lists.", bound, value, e.Limit, e.Max)
}

func add(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

func multiply(a, b uint64) uint64 {
	if a != 0 && b > math.MaxUint64/a {
		return math.MaxUint64
	}
	return a * b
}

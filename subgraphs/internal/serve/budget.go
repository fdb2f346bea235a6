package serve

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

const (
	// operationTimeout is more than the router waits for an answer, which is 2 s to 5 s.
	operationTimeout = 10 * time.Second
	// maxFields bounds the work of a response: gqlgen takes 3 µs of processor time for a field, and
	// holds about 600 bytes until all are resolved.
	maxFields = 50_000
	// maxBytes bounds the JSON of a response.
	maxBytes = 4 << 20
	// maxErrors is how many errors a response has.
	maxErrors = 20
	// fieldBytes is the size of a field without its name and its text: quotes, a colon, a comma,
	// and a number, an instant or an enum's value.
	fieldBytes = 16
)

// budget bounds the work and the size of one response.
//
// gqlgen resolves all fields of a response, even after its context has ended, and only then writes
// them. The budget counts fields and bytes as they are resolved. Once it is used up, or the context
// has ended, each further field is null without a call of its resolver, and the response is
// replaced by one error.
type budget struct {
	fields, bytes, errors atomic.Int64
	tooLarge, ended       atomic.Bool
}

// watch makes the budget end with ctx. The caller calls stop when the response is done.
func (b *budget) watch(ctx context.Context) (stop func() bool) {
	return context.AfterFunc(ctx, func() { b.ended.Store(true) })
}

// renew prepares the budget for the next response of a subscription.
func (b *budget) renew() {
	b.fields.Store(0)
	b.bytes.Store(0)
	b.errors.Store(0)
	b.tooLarge.Store(false)
}

// resolve is the middleware of all fields but __typename, which gqlgen writes on its own.
func (b *budget) resolve(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if field.Object == "Subscription" { // its value is a channel, not a part of a response
		return next(ctx)
	}
	if b.ended.Load() || b.tooLarge.Load() {
		return graphql.Null, nil
	}
	value, err := next(ctx)
	if err != nil && b.errors.Add(1) > maxErrors {
		return graphql.Null, nil
	}
	size := len(field.Field.Alias) + fieldBytes + textBytes(value)
	if b.fields.Add(1) > maxFields || b.bytes.Add(int64(size)) > maxBytes {
		b.tooLarge.Store(true)
		return graphql.Null, nil
	}
	return value, err
}

// textBytes is the length of a value that is text; all other values have a bounded size.
func textBytes(value any) int {
	switch value := value.(type) {
	case string:
		return len(value)
	case *string:
		if value != nil {
			return len(*value)
		}
	case []string:
		total := 0
		for _, text := range value {
			total += len(text) + fieldBytes
		}
		return total
	}
	return 0
}

// check returns the response, or in its place the reason why it is not complete. It returns nil
// when the client has gone.
func (b *budget) check(ctx context.Context, response *graphql.Response) (
	*graphql.Response, *apierror.Error,
) {
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, apierror.New(apierror.Timeout, tooLate)
	case ctx.Err() != nil || response == nil:
		return nil, nil
	case b.tooLarge.Load() || len(response.Data) > maxBytes:
		return nil, tooLarge()
	}
	if len(response.Errors) > maxErrors {
		response.Errors = response.Errors[:maxErrors]
	}
	return response, nil
}

const tooLate = "This took too long."

func tooLarge() *apierror.Error {
	return apierror.New(apierror.ResponseTooLarge, fmt.Sprintf(
		"The response would have more than %d fields or %d bytes. Ask for fewer fields or shorter lists.",
		maxFields, maxBytes))
}

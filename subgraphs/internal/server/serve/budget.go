package serve

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/99designs/gqlgen/graphql"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const (
	// operationTimeout is longer than the router waits for an answer, which is 2 s to 5 s.
	operationTimeout = 10 * time.Second
	// maxFields bounds the work for a response: gqlgen spends 3 µs of processor time on a field,
	// and holds about 600 bytes for it until all fields are resolved.
	maxFields = 50_000
	// maxBytes bounds the JSON of a response.
	maxBytes = 4 << 20
	// maxErrors bounds the errors of a response.
	maxErrors = 20
	// fieldBytes is the size of a field without its name and text: the quotes, colon and comma,
	// and a number, an instant or an enum's value.
	fieldBytes = 16
)

// budget bounds the work for a response, and its size.
//
// gqlgen resolves all fields of a response, even after the context has ended, and only then
// writes them. The budget counts fields and bytes as they are resolved. Once it is used up, or
// the context has ended, every further field is null and its resolver is not called. The response
// is then replaced by one error.
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

// resolve is the middleware of all fields except __typename, which gqlgen writes itself.
func (b *budget) resolve(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	if field.Object == "Subscription" { // the value is a channel, not part of a response
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

// textBytes returns the length of a text, or 0 for values of other types, whose size is bounded.
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

// check returns the response, or an error if the response is incomplete. It returns neither if
// the client has disconnected.
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
	const message = "The response would have more than %d fields or %d bytes. " +
		"Ask for fewer fields or shorter lists."
	return apierror.New(apierror.ResponseTooLarge, fmt.Sprintf(message, maxFields, maxBytes))
}

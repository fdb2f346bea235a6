package batch

import (
	"context"

	"github.com/99designs/gqlgen/graphql"
)

// PerResponse returns a schema that begins each response with a new L, which holds what the
// response has loaded. The responses of a subscription do not share one, because their data
// differs.
func PerResponse[L any](schema graphql.ExecutableSchema, begin func() L) graphql.ExecutableSchema {
	return perResponse[L]{schema, begin}
}

type perResponse[L any] struct {
	graphql.ExecutableSchema

	begin func() L
}

type key[L any] struct{}

// Exec resolves an operation as the schema does.
func (p perResponse[L]) Exec(ctx context.Context) graphql.ResponseHandler {
	respond := p.ExecutableSchema.Exec(ctx)
	return func(ctx context.Context) *graphql.Response {
		return respond(context.WithValue(ctx, key[L]{}, p.begin()))
	}
}

// Of returns the L of the response. Outside a response it returns a new one by begin.
func Of[L any](ctx context.Context, begin func() L) L {
	if of, ok := ctx.Value(key[L]{}).(L); ok {
		return of
	}
	return begin()
}

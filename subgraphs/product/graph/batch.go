package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/plugin/federation/fedruntime"
)

// batches is the schema with one batch for each key. gqlgen takes the key of the first
// representation of a type for that of all of them, and would not find, or would find wrong,
// those that come with another.
type batches struct{ graphql.ExecutableSchema }

const (
	entitiesField   = "_entities"
	representations = "representations"
)

// Exec resolves an operation as the schema does, but for the field of entities.
func (b batches) Exec(ctx context.Context) graphql.ResponseHandler {
	operation := graphql.GetOperationContext(ctx)
	resolve := operation.ResolverMiddleware
	operation.ResolverMiddleware = func(ctx context.Context, next graphql.Resolver) (any, error) {
		if graphql.GetFieldContext(ctx).Field.Name != entitiesField {
			return resolve(ctx, next)
		}
		return resolve(ctx, func(ctx context.Context) (any, error) { return eachBatch(ctx, next) })
	}
	return b.ExecutableSchema.Exec(ctx)
}

// batch is the representations of one type and one key, with their places in the whole list.
type batch struct {
	representations []map[string]any
	places          []int
}

// eachBatch resolves batch by batch, and puts what is found into its place.
func eachBatch(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	all, ok := field.Args[representations].([]map[string]any)
	if !ok {
		return next(ctx)
	}
	list := make([]fedruntime.Entity, len(all))
	for _, batch := range split(all) {
		field.Args = map[string]any{representations: batch.representations}
		found, err := next(ctx)
		if err != nil {
			return nil, err
		}
		entities, ok := found.([]fedruntime.Entity)
		if !ok {
			return nil, fmt.Errorf("entities are %T", found)
		}
		for i, place := range batch.places {
			list[place] = entities[i]
		}
	}
	return list, nil
}

// split sorts representations into batches, in the order in which their first ones come. All
// entities of this subgraph have the key id, and another one.
func split(all []map[string]any) []*batch {
	type kind struct {
		name string
		byID bool
	}
	var order []*batch
	byKind := map[kind]*batch{}
	for place, representation := range all {
		name, _ := representation["__typename"].(string)
		of := kind{name: name, byID: representation["id"] != nil}
		if byKind[of] == nil {
			byKind[of] = &batch{}
			order = append(order, byKind[of])
		}
		b := byKind[of]
		b.representations = append(b.representations, representation)
		b.places = append(b.places, place)
	}
	return order
}

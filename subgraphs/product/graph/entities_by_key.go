package graph

import (
	"context"
	"fmt"

	"github.com/99designs/gqlgen/graphql"
	"github.com/99designs/gqlgen/plugin/federation/fedruntime"
)

// entitiesByKey wraps the schema and resolves entities in one batch for each key. gqlgen assumes
// that all representations of a type have the same key as the first one. It would not find the
// others, or find the wrong entities.
type entitiesByKey struct{ graphql.ExecutableSchema }

const (
	entitiesField   = "_entities"
	representations = "representations"
)

// Exec executes an operation, and resolves the field _entities in batches.
func (b entitiesByKey) Exec(ctx context.Context) graphql.ResponseHandler {
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

// keyed holds the representations with one type and one key, and their positions in the whole
// list.
type keyed struct {
	representations []map[string]any
	positions       []int
}

// eachBatch resolves each batch and puts the entities into their positions.
func eachBatch(ctx context.Context, next graphql.Resolver) (any, error) {
	field := graphql.GetFieldContext(ctx)
	all, ok := field.Args[representations].([]map[string]any)
	if !ok {
		return next(ctx)
	}
	list := make([]fedruntime.Entity, len(all))
	for _, part := range split(all) {
		field.Args = map[string]any{representations: part.representations}
		found, err := next(ctx)
		if err != nil {
			return nil, err
		}
		entities, ok := found.([]fedruntime.Entity)
		if !ok {
			return nil, fmt.Errorf("entities are %T", found)
		}
		for i, position := range part.positions {
			list[position] = entities[i]
		}
	}
	return list, nil
}

// split groups representations into batches, in the order of their first members. All entities of
// this subgraph have the key id and one other key.
func split(all []map[string]any) []*keyed {
	type kind struct {
		name string
		byID bool
	}
	var order []*keyed
	byKind := map[kind]*keyed{}
	for position, representation := range all {
		name, _ := representation["__typename"].(string)
		of := kind{name: name, byID: representation["id"] != nil}
		if byKind[of] == nil {
			byKind[of] = &keyed{}
			order = append(order, byKind[of])
		}
		b := byKind[of]
		b.representations = append(b.representations, representation)
		b.positions = append(b.positions, position)
	}
	return order
}

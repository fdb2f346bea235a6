package serve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

// checkEntities refuses representations that have no entity type of the schema, or no key of that
// type. gqlgen refuses them too, but with errors that look like faults of the service.
func checkEntities(schema *ast.Schema) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		field := graphql.GetRootFieldContext(ctx).Field
		if field.Name != "_entities" {
			return next(ctx)
		}
		arguments := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
		representations, ok := arguments["representations"].([]any)
		if !ok { // GraphQL accepts a single value for a list
			representations = []any{arguments["representations"]}
		}
		for i, representation := range representations {
			if fault := representationFault(schema, representation); fault != "" {
				graphql.AddError(ctx, gqlerror.WrapPath(ast.Path{ast.PathName(field.Alias)},
					apierror.New(apierror.BadUserInput, fmt.Sprintf("Representation %d %s.", i, fault))))
				return graphql.Null
			}
		}
		return next(ctx)
	}
}

func representationFault(schema *ast.Schema, representation any) string {
	fields, ok := representation.(map[string]any)
	if !ok {
		return "is not an object"
	}
	name, ok := fields["__typename"].(string)
	if !ok {
		return "has no __typename"
	}
	definition := schema.Types[name]
	if definition == nil || !slices.Contains(schema.Types["_Entity"].Types, name) {
		return "has a __typename that is not an entity of this subgraph"
	}
	for _, key := range definition.Directives.ForNames("key") {
		if hasKey(fields, key.Arguments.ForName("fields").Value.Raw) {
			return ""
		}
	}
	return "has no key of " + name
}

// hasKey reports whether all fields of a key have values. No key in the shop has nested fields.
func hasKey(fields map[string]any, key string) bool {
	for name := range strings.FieldsSeq(key) {
		switch fields[name].(type) {
		case nil, map[string]any, []any:
			return false
		}
	}
	return true
}

package serve

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/99designs/gqlgen/graphql"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

// checkEntities refuses representations that name no entity of the schema, or
// none of its keys. gqlgen finds that too, but with errors that look like ours.
func checkEntities(schema *ast.Schema) graphql.RootFieldMiddleware {
	return func(ctx context.Context, next graphql.RootResolver) graphql.Marshaler {
		field := graphql.GetRootFieldContext(ctx).Field
		if field.Name != "_entities" {
			return next(ctx)
		}
		arguments := field.ArgumentMap(graphql.GetOperationContext(ctx).Variables)
		representations, ok := arguments["representations"].([]any)
		if !ok { // GraphQL takes one thing for a list of it
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
		return "is no object"
	}
	name, ok := fields["__typename"].(string)
	if !ok {
		return "has no __typename"
	}
	definition := schema.Types[name]
	if definition == nil || !slices.Contains(schema.Types["_Entity"].Types, name) {
		return "is of no entity of this subgraph"
	}
	for _, key := range definition.Directives.ForNames("key") {
		if hasKey(fields, key.Arguments.ForName("fields").Value.Raw) {
			return ""
		}
	}
	return "has no key of " + name
}

// hasKey tells whether the leaves of a key, which has no nested fields in the
// shop, are there.
func hasKey(fields map[string]any, key string) bool {
	for name := range strings.FieldsSeq(key) {
		switch fields[name].(type) {
		case nil, map[string]any, []any:
			return false
		}
	}
	return true
}

package access_test

import (
	"context"
	"fmt"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/query/access"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// A client without scopes does not see fields that need one.
func ExampleNeeds_Decide() {
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "user", SDL: `
		extend schema @link(url: "https://specs.apollo.dev/federation/v2.5",
			import: ["@authenticated", "@requiresScopes"])
		type Query { me: User @authenticated }
		type User { name: String email: String @requiresScopes(scopes: [["email"], ["staff"]]) }`}})
	if err != nil {
		panic(err)
	}
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(`{ me { name email } }`, "")
	if err != nil {
		panic(err)
	}
	needs := access.NewRules(schema).Needs(op)
	decision := needs.Decide(context.Background(), access.Claims{Authenticated: true})
	fmt.Println(decision.Paths(nil))
	for _, f := range op.Without(decision).Fields[0].Fields {
		fmt.Println(f.Name, "is left")
	}
	// Output:
	// [[me email]] false
	// name is left
}

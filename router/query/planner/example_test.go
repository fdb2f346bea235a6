package planner_test

import (
	"fmt"
	"log"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

func ExamplePlanner_Plan() {
	const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])`
	schema, _, err := compose.Compose([]subgraph.Source{{
		Name: "products", SDL: link + ` type Query { top: Product }
			type Product @key(fields: "id") { id: ID! title: String! }`,
	}, {
		Name: "stock", SDL: link + ` type Product @key(fields: "id") { id: ID! pieces: Int! }`,
	}})
	if err != nil {
		log.Fatal(err)
	}
	parser := operation.NewParser(schema.API(), operation.DefaultLimits())
	op, err := parser.Parse(`{ top { pieces } }`, "")
	if err != nil {
		log.Fatal(err)
	}
	plan, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(plan)
	// Output:
	// QueryPlan {
	//   Sequence {
	//     Fetch 0 (products) {
	//       top {
	//         id
	//       }
	//     }
	//     Fetch 1 (stock) after 0 {
	//       Flatten top { Product id }
	//         => {
	//         ... on Product {
	//           pieces
	//         }
	//       }
	//     }
	//   }
	// }
}

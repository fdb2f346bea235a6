package contract_test

import (
	"fmt"
	"log"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/contract"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

func ExampleFilter() {
	schema, _, err := compose.Compose([]subgraph.Source{{
		Name: "products", URL: "http://products/graphql",
		SDL: `extend schema
				@link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@tag"])
			type Query { product: Product }
			type Product { title: String cost: Int @tag(name: "internal") }`,
	}})
	if err != nil {
		log.Fatal(err)
	}
	public, err := contract.Filter(schema, contract.Rules{Exclude: []string{"internal"}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Print(supergraph.PrintAPI(public))
	// Output:
	// type Product {
	//   title: String
	// }
	//
	// type Query {
	//   product: Product
	// }
}

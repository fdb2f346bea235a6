package compose_test

import (
	"fmt"
	"log"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

func ExampleCompose() {
	const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key"])`
	schema, hints, err := compose.Compose([]subgraph.Source{{
		Name: "products", URL: "http://products/graphql",
		SDL: link + `
			type Query { product(id: ID!): Product }
			type Product @key(fields: "id") { id: ID! title: String! }`,
	}, {
		Name: "stock", URL: "http://stock/graphql",
		SDL: link + `
			type Product @key(fields: "id") { id: ID! pieces: Int! }`,
	}})
	if err != nil {
		log.Fatal(err) // all errors, each with its code and location
	}
	fmt.Println(len(hints), "hints")
	fmt.Print(supergraph.PrintAPI(schema))
	// Output:
	// 0 hints
	// type Product {
	//   id: ID!
	//   title: String!
	//   pieces: Int!
	// }
	//
	// type Query {
	//   product(id: ID!): Product
	// }
}

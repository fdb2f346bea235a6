package operation_test

import (
	"fmt"
	"log"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

func ExampleParser_Parse() {
	api := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { product(id: ID!): Product }
		type Product { id: ID! title: String! price: Int! }
	`})
	parser := operation.NewParser(api, operation.DefaultLimits())
	op, err := parser.Parse(`
		query Show($id: ID!) { tea: product(id: $id) { id ...Label } }
		fragment Label on Product { title price }
	`, "Show")
	if err != nil {
		log.Fatal(err)
	}
	product := op.Fields[0]
	fmt.Println(op.Kind, op.Name, op.Variables[0].Variable)
	fmt.Println(product.Key, product.Name, product.Type.Name)
	for _, field := range product.Fields { // the fragment's fields are among them
		fmt.Println(" ", field.Key, field.Definition.Type)
	}
	// Output:
	// query Show id
	// tea product Product
	//   id ID!
	//   title String!
	//   price Int!
}

package executor_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// fetcherFunc adapts a function to Fetcher.
type fetcherFunc func(ctx context.Context, subgraph string, body []byte) ([]byte, error)

func (f fetcherFunc) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	return f(ctx, subgraph, body)
}

func ExampleExecutor_Execute() {
	api := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { top: Product }
		type Product { title: String! }
	`})
	parser := operation.NewParser(api, operation.DefaultLimits())
	op, err := parser.Parse(`{ top { name: title } }`, "")
	if err != nil {
		log.Fatal(err)
	}
	fetch := &plan.Fetch{Subgraph: "products", Kind: ast.Query} // see planner.Plan
	fetch.SetDocument(`{ top { name: title } }`)
	answer, err := executor.New(slog.Default()).Execute(context.Background(), executor.Request{
		Plan:  &plan.Plan{Kind: ast.Query, Fetches: []*plan.Fetch{fetch}},
		Shape: response.NewShape(api, op),
		Fetcher: fetcherFunc(func(_ context.Context, subgraph string, body []byte) ([]byte, error) {
			fmt.Printf("%s is asked %s\n", subgraph, body)
			return []byte(`{"data": {"top": {"name": "Tea"}}}`), nil
		}),
	})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s\n", answer.Body)
	// Output:
	// products is asked {"query":"{ top { name: title } }","variables":{}}
	// {"data":{"top":{"name":"Tea"}}}
}

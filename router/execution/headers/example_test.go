package headers_test

import (
	"fmt"
	"log"
	"net/http"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

func ExampleRequest() {
	rules, err := headers.NewRequest([]headers.Rule{
		{Pattern: "x-shop-.*"},
		{Name: "x-tenant", Rename: "x-customer", Value: "nobody"},
		{Action: headers.Set, Name: "x-router", Value: "trefoil"},
	})
	if err != nil {
		log.Fatal(err)
	}
	client := http.Header{"X-Shop-Lang": {"de"}, "X-Other": {"1"}}
	for _, f := range rules.Apply(client, nil) {
		fmt.Println(f.Name, f.Values)
	}
	// Output:
	// X-Shop-Lang [de]
	// X-Customer [nobody]
	// X-Router [trefoil]
}

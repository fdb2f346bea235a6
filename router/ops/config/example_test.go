package config_test

import (
	"fmt"
	"log"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

func ExampleParse() {
	text := []byte(`
listen: ${HOST:-127.0.0.1}:${PORT:-4000}
subgraphs:
  - name: user
    url: http://127.0.0.1:4001/graphql
    timeout: 2s
`)
	variables := map[string]string{"PORT": "8080"}
	lookup := func(name string) (string, bool) { // os.LookupEnv reads the process's environment
		value, ok := variables[name]
		return value, ok
	}
	settings, err := config.Parse(text, lookup)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("listen:", settings.Listen)
	fmt.Println("timeout of user:", settings.Named("user").Timeout)
	fmt.Println("timeout of a request:", settings.Limits.RequestTimeout)
	// Output:
	// listen: 127.0.0.1:8080
	// timeout of user: 2s
	// timeout of a request: 30s
}

package gateway

import (
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// mayShare reports whether the call may use the answer to an equal call in flight: it is a query,
// and its last answer was not particular to one client. If answers are particular, waiting for
// another's means waiting twice.
func (c *call) mayShare() bool {
	return c.engine.options.ShareOperations && !c.trace &&
		c.prepared.operation.Kind == ast.Query && !c.prepared.particular.Load()
}

// key returns everything on which the answer to a prepared operation depends: the variables, and
// the client's headers and cookies that subgraphs get. Each operation, with its schema, has
// flights of its own. The media type affects the header only.
func (c *call) key() []byte {
	key := c.fetcher.AppendIdentity(make([]byte, 0, 256))
	if len(c.params.Variables) == 0 {
		return key
	}
	variables, err := json.Marshal(c.params.Variables) // sorted by name
	if err != nil {
		panic(err) // cannot happen: they were decoded from JSON
	}
	return append(key, variables...)
}

// work executes the call. A response with errors is particular to one client: the errors have the
// request's ID, and a subgraph that was too slow may answer the next request. So is a response
// with headers from subgraphs that may be one person's cookies.
func (c *call) work(ctx context.Context) (a answered, forAll bool) {
	a = c.execute(ctx)
	particular := a.err != nil || a.errors > 0 || c.fetcher.IsForOne()
	c.prepared.particular.Store(particular)
	return a, !particular
}

package gateway

import (
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// mayShare reports whether the call may use the result of an equal call in flight: it is a query,
// and other clients could have used its last response. Otherwise the call would first wait for a
// result that it cannot use, and then for its own.
func (c *call) mayShare() bool {
	return c.engine.options.ShareOperations && !c.trace &&
		c.prepared.operation.Kind == ast.Query && !c.prepared.particular.Load()
}

// key returns everything on which the result of a prepared operation depends: the variables, and
// the client's headers and cookies that subgraphs get. It need not name the operation, because
// each operation of a schema has its own flights, nor the media type, which affects only a header.
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

// work executes the call. forAll is true if equal calls may use the result. They may not use one
// with errors, because the errors have the request's ID, and because a subgraph that was too slow
// may answer the next request; nor one with subgraphs' headers that may be the cookies of one
// client.
func (c *call) work(ctx context.Context) (a answered, forAll bool) {
	a = c.execute(ctx)
	particular := a.err != nil || a.errors > 0 || c.fetcher.IsForOne()
	c.prepared.particular.Store(particular)
	return a, !particular
}

package gateway

import (
	"context"
	"encoding/json"

	"github.com/vektah/gqlparser/v2/ast"
)

// mayShare reports whether the answer may be that of an equal call in flight: a query's, if nothing was particular in
// the last answer to it. Where each answer is particular, to wait for another's would be to wait twice.
func (c *call) mayShare() bool {
	return c.engine.options.ShareOperations && !c.trace && c.prepared.operation.Kind == ast.Query && !c.prepared.particular.Load()
}

// key is all that the answer to a prepared operation depends on: variables, and what subgraphs are sent of the client's.
// The operation itself, with its schema, has flights of its own. The media type is in the header only.
func (c *call) key() []byte {
	key := c.fetcher.AppendIdentity(make([]byte, 0, 256))
	if len(c.variables) == 0 {
		return key
	}
	variables, err := json.Marshal(c.variables) // in the order of their names
	if err != nil {
		panic(err) // they were JSON
	}
	return append(key, variables...)
}

// work executes the call. What has errors is particular: they name the request, and a subgraph that did not answer in
// time may answer another; and so are headers that subgraphs return, which may be cookies of one person.
func (c *call) work(ctx context.Context) (a answered, forAll bool) {
	a = c.execute(ctx)
	particular := a.err != nil || a.errors > 0 || len(a.returned) > 0
	c.prepared.particular.Store(particular)
	return a, !particular
}

package gateway

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

func readBatch(body []byte, most int) ([]graphqlhttp.Params, error) {
	batch, err := graphqlhttp.ReadBatch(body, most)
	switch {
	case errors.Is(err, graphqlhttp.ErrBatchTooLarge):
		return nil, refusal.New(http.StatusBadRequest, codeBatch,
			"The batch has more than %d operations. Split it.", most)
	case err != nil:
		return nil, refusal.New(http.StatusBadRequest, codeBadRequest, "%s", err)
	}
	return batch, nil
}

// batched is one GraphQL request of a batch, with its result.
type batched struct {
	x    *exchange
	call *call
	// refused is the refusal of the operation, or nil.
	refused *refusal.Refusal
	// err is an internal error, or the context's error if the client has left.
	err      error
	body     []byte
	errors   int
	returned http.Header
}

// answerBatch answers a batch with a list of responses, in the order of the operations. Each
// operation passes the steps, and has its own errors. All operations together may cost and return
// as much as one operation.
func (s *serving) answerBatch(x *exchange, engine *Engine) error {
	batch := make([]batched, len(x.batch))
	for i, parameters := range x.batch {
		b := &batch[i]
		b.x, b.call = x, engine.newCall(x, params{Params: parameters})
		if b.call.maxBytes > 0 { // 0 means no limit
			b.call.maxBytes = max(1, b.call.maxBytes/int64(len(batch)))
		}
		if err := b.fail(s.prepare(x, b.call)); err != nil {
			return err
		}
	}
	if err := engine.checkTogether(batch); err != nil {
		return refusalOf(err)
	}
	execute(x.request.Context(), batch)
	body := []byte{'['}
	for i := range batch {
		b := &batch[i]
		if b.err != nil {
			return b.err
		}
		if b.refused != nil {
			b.body, b.errors = x.encode(b.refused), len(b.refused.Errors)
		}
		if i > 0 {
			body = append(body, ',')
		}
		body = append(body, b.body...)
		x.errors += b.errors
		x.addHeader(b.returned)
	}
	x.media = graphqlhttp.JSON // application/graphql-response+json is for a single response
	x.respond(http.StatusOK, append(body, ']'))
	return nil
}

// fail stores an error that is a refusal. It returns any other error.
func (b *batched) fail(err error) error {
	if errors.As(err, &b.refused) {
		return nil
	}
	return err
}

// checkTogether refuses a batch whose operations together cost more than one operation may. It
// does not count an operation that alone costs too much: only that operation is refused.
func (e *Engine) checkTogether(batch []batched) error {
	var priced []operation.Priced
	for _, b := range batch {
		if b.refused != nil {
			continue
		}
		variables, err := b.call.coerce()
		if err == nil {
			err = b.call.prepared.operation.CheckCost(variables)
		}
		if err == nil {
			priced = append(priced, operation.Priced{
				Operation: b.call.prepared.operation, Variables: variables,
			})
		}
	}
	return e.parser.CheckTogether(priced)
}

// execute executes the operations that are not refused. If all are queries, it executes them at
// the same time, and otherwise in order, because a client expects a query to see an earlier
// mutation.
func execute(ctx context.Context, batch []batched) {
	var running sync.WaitGroup
	changes := slices.ContainsFunc(batch, func(b batched) bool {
		return b.refused == nil && b.call.prepared.operation.Kind == ast.Mutation
	})
	for i := range batch {
		b := &batch[i]
		switch {
		case b.refused != nil:
		case changes:
			b.execute(ctx)
		default:
			running.Go(func() { b.execute(ctx) })
		}
	}
	running.Wait()
}

// execute executes one operation. A panic fails this operation only.
func (b *batched) execute(ctx context.Context) {
	defer func() {
		if cause := recover(); cause != nil {
			b.x.logPanic(cause)
			b.refused = internal()
		}
	}()
	b.err = b.fail(b.call.answer(ctx, b))
}

// send stores a copy of the result.
func (b *batched) send(a answered, _ bool) error {
	b.body, b.errors, b.returned = slices.Clone(a.body), a.errors, a.returned
	return a.err
}

package gateway

import (
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/execution/introspection"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// call is one GraphQL request of an exchange. The operation steps fill in its fields.
type call struct {
	engine *Engine
	params params // as the client sent them
	// document is the document that the request's id names, if it has an id.
	document documents.Found
	// prepared is the operation. planStep sets it.
	prepared *prepared
	fetcher  *fetch.Request
	id       string
	began    time.Time
	// maxBytes is EngineOptions.MaxBytes, or in a batch this call's share of it.
	maxBytes int64
	// isPersonal is true if the response may depend on the client's identity: the router
	// authenticates clients, or the operation has restricted fields.
	isPersonal bool
	// trace is true if the response must contain the plan and its execution.
	trace bool
}

// answered is the result of a call: an error or a response.
type answered struct {
	err    error
	body   []byte
	errors int
	// returned are the subgraphs' response headers that the client gets.
	returned http.Header
}

func (e *Engine) newCall(x *exchange, p params) *call {
	return &call{
		engine: e, params: p, id: x.id, began: x.began, maxBytes: e.options.MaxBytes,
		isPersonal: x.gateway.options.Authenticator != nil,
	}
}

// connect creates the fetcher that sends the call's requests to subgraphs.
func (c *call) connect(r *http.Request) {
	e, kind := c.engine, c.prepared.operation.Kind
	c.fetcher = e.client.For(r.Header, c.id)
	if e.options.ShareSubgraphRequests && kind == ast.Query {
		c.fetcher.Share()
	}
	if timeout := e.options.Timeout; timeout > 0 {
		c.fetcher.Until(c.began.Add(timeout))
	}
	if kind == ast.Mutation {
		c.fetcher.Mutate()
		c.fetcher.From(r.RemoteAddr)
	}
}

// receiver gets the result of a call. It must not use the result after send has returned. shared
// is true if the result comes from another, equal call.
type receiver interface {
	send(a answered, shared bool) error
}

// answer executes the call, or waits for the result of an equal call, and sends the result.
func (c *call) answer(ctx context.Context, to receiver) error {
	if !c.mayShare() {
		a, _ := c.work(c.lifetime(ctx))
		defer c.engine.recycle(a)
		return to.send(a, false)
	}
	flight, joined := c.prepared.flights.Do(ctx, c.key(), c.work)
	defer flight.Release()
	return to.send(flight.Value, joined)
}

// lifetime returns the context in which the call is executed. For a query, it ends when the client
// leaves. For a mutation, it does not: the client has not withdrawn the mutation, and if the
// router closed the connection to the subgraph, nobody would know whether the mutation was
// executed. The subgraphs' timeouts still end it.
func (c *call) lifetime(client context.Context) context.Context {
	if c.prepared.operation.Kind == ast.Mutation {
		return context.WithoutCancel(client)
	}
	return client
}

// coerce returns the client's variables, and the variables that replace literals of the document.
func (c *call) coerce() (map[string]any, error) {
	variables, err := c.prepared.operation.Coerce(c.params.Variables)
	if err == nil {
		maps.Copy(variables, c.prepared.literals)
	}
	return variables, err
}

func (c *call) execute(ctx context.Context) (a answered) {
	p := c.prepared
	variables, err := c.coerce()
	if err != nil {
		return answered{err: refusalOf(err)}
	}
	if p.cost == operation.CostOfVariables {
		if err := p.operation.CheckCost(variables); err != nil {
			return answered{err: refusalOf(err)}
		}
	}
	request := executor.Request{
		Plan: p.plan, Shape: p.shape, Variables: variables, Fetcher: c.fetcher, RequestID: c.id,
		Errors: c.engine.options.Errors, Began: c.began, Buffer: c.buffer,
		Plain: c.engine.options.Plain, MaxBytes: c.maxBytes,
	}
	request.Local, err = introspection.Answer(
		ctx, c.engine.api, p.operation, variables, request.MaxBytes)
	if err != nil {
		return answered{err: refusalOf(err)}
	}
	request.Trace, request.Extensions = c.trace, c.extensions(variables)
	got, err := c.engine.executor.Execute(ctx, request)
	if p.operation.Kind == ast.Mutation {
		c.engine.client.Changed()
	}
	p.length.Store(min(int64(len(got.Body)), fetch.LargestKept))
	return answered{
		err: err, body: got.Body, errors: got.Errors, returned: c.returned(got.Errors),
	}
}

// extensions returns the extensions that are known before the execution. If costs are only
// measured, it logs a cost over the limit.
func (c *call) extensions(variables map[string]any) map[string]any {
	o := &c.engine.options
	if !c.trace && !o.ShowCost && !o.Limits.MeasureCost {
		return nil
	}
	extensions := map[string]any{}
	if c.trace {
		extensions["queryPlan"] = c.prepared.printed()
	}
	if !o.ShowCost && !o.Limits.MeasureCost {
		return extensions
	}
	total, excess := c.prepared.operation.TotalCost(variables)
	if excess != nil {
		o.Log.Warn("an operation costs more than the limit", "requestId", c.id,
			"operation", c.prepared.operation.Name, "limit", excess.Limit,
			"max", excess.Max, "value", excess.Value)
	}
	if o.ShowCost {
		extensions["cost"] = map[string]any{"estimated": shownCost(total)}
	}
	return extensions
}

// shownCost returns a cost for clients. It caps numbers at 2^53, because many JSON parsers cannot
// represent larger integers exactly.
func shownCost(t limits.Total) map[string]uint64 {
	const largestExact = 1 << 53
	return map[string]uint64{
		"objects": min(t.Objects, largestExact), "values": min(t.Values, largestExact),
		"weight": min(t.Weight, largestExact),
	}
}

// returned returns the subgraphs' response headers that the client gets. If a rule lets caches
// store responses, returned excepts a response with errors or a trace, a personal response, and
// the response to a mutation. Vary does not make a personal response safe to store: it names the
// headers that subgraphs read, and not the credentials that the router reads.
func (c *call) returned(failures int) http.Header {
	if failures > 0 || c.trace || c.isPersonal || c.prepared.operation.Kind == ast.Mutation {
		c.fetcher.NoStore()
	}
	if c.isPersonal {
		c.fetcher.Personal()
	}
	header := c.fetcher.Returned()
	if len(header["Vary"]) > 0 { // the media type varies
		header["Vary"] = append(header["Vary"], "Accept")
	}
	return header
}

// buffer returns memory for a response. Most responses to one operation have a similar length.
func (c *call) buffer(size int) []byte {
	return c.engine.client.Buffers().Get(max(size, int(c.prepared.length.Load())))
}

// printedPlan is the queryPlan extension.
type printedPlan struct {
	Text string          `json:"text"`
	JSON json.RawMessage `json:"json"`
}

func (p *prepared) printed() printedPlan {
	asJSON, err := json.Marshal(p.plan)
	if err != nil {
		asJSON = []byte("null")
	}
	return printedPlan{Text: p.plan.String(), JSON: asJSON}
}

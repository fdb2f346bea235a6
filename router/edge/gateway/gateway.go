// Package gateway serves GraphQL over HTTP. It reads requests and passes them through the stages.
//
//	HTTP ──httpSteps──▶ readParams ──▶ calls ──operationSteps──▶ Engine ──▶ JSON
//	         │ refused                            │ refused                  │
//	         ▼                                    ▼                          ▼
//	         └─────────────▶ errors in JSON ──────┴──────responseSteps───────┴──▶ HTTP
//
// A step is one rule, for example CSRF prevention. steps.go lists all steps in their order. The
// list has only steps that are configured. A call is one GraphQL request; an HTTP request has one
// call, or in a batch several. The table in rules_test.go says which rule holds on which
// transport.
//
// The engine works in two phases. It runs the first once for each form of documents, and the
// second for each request, or once for all equal requests in flight:
//
//	text ──cache──▶ operation.Parse ──▶ planner.Plan ──▶ response.NewShape
//	variables ──Coerce──▶ executor.Execute ◀──fetch──▶ subgraphs
//
// Input: an HTTP request. Output: the response as application/graphql-response+json or
// application/json, as the client prefers, with the status that GraphQL over HTTP defines. Every
// error has a code and the request's ID, which is also in the X-Request-Id header.
//
// An Engine holds everything that belongs to one schema. It is immutable, except for its caches. A
// reload replaces the engine through one atomic pointer, so the engine with which a request starts
// also answers it.
//
// If an operation selects restricted fields, the step authorize decides for each request which of
// them its client may see. The plan then has only these fields: see package access.
//
// Operations that differ only in their literals share a plan, with variables in place of the
// literals: see operation.Form.
//
// Options.Guard refuses requests that a page of another origin may have sent with a browser's
// cookies: see package browser. A POST must be application/json, and a GET executes only queries.
// A HEAD is a GET whose response has no body. Without Options.CORS, the gateway sends no CORS
// headers, so browsers do not let pages of other origins read its responses.
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"

	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/compression"
	"github.com/trefoil-graph/trefoil/router/edge/cors"
	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/shared/browser"
)

const (
	graphqlPath     = "/graphql"
	queryPlanHeader = "X-Query-Plan"
)

// Options configure a gateway.
type Options struct {
	// BodyBytes is the size of the largest request body, in bytes.
	BodyBytes int64
	// AccessLog logs every GraphQL request, and not only failed ones.
	AccessLog bool
	// BatchedOperations bounds the number of GraphQL requests in a batch; 0 accepts no batches.
	BatchedOperations int
	// ETag adds an ETag to responses to GET, and answers If-None-Match.
	ETag bool
	// QueryPlan lets clients request the query plan with the header X-Query-Plan: 1.
	QueryPlan bool
	// CORS allows pages of other origins to send requests; nil allows none.
	CORS *cors.Policy
	// Guard refuses requests from pages of other origins that CORS does not allow; nil refuses
	// none.
	Guard *browser.Guard
	// Decoder decompresses requests, and Encoder compresses responses; nil does neither.
	Decoder *compression.Decoder
	Encoder *compression.Encoder
	// Authenticator identifies clients; with nil, all clients are anonymous. The gateway closes it.
	Authenticator *authentication.Authenticator
	// Documents finds documents by id; nil accepts only texts.
	Documents *documents.Documents
	// RateLimit limits how often callers may send operations; nil limits nothing.
	RateLimit *ratelimit.Limiter
	// Plain disables optimizations: parameters are read only with encoding/json, and the buffers of
	// bodies are not reused.
	Plain bool
	// Web serves all other paths.
	Web http.Handler
	Log *slog.Logger
}

// Gateway is the router's http.Handler.
type Gateway struct {
	options       Options
	steps         []httpStep
	responseSteps []responseStep
	serving       atomic.Pointer[serving]
	bodies        bodies
}

// serving holds the engines in use, and the steps that their operations pass.
type serving struct {
	engine    *Engine // of the complete schema
	contracts []Contract
	steps     []operationStep
}

// New returns a gateway. It is ready once Use has been called.
func New(options Options) *Gateway {
	return &Gateway{
		options: options, steps: httpSteps(options), responseSteps: responseSteps(options),
		bodies: bodies{isPlain: options.Plain},
	}
}

// Use sets the engines for new requests: the engine of the complete schema, and those of
// contracts, which share its client.
func (g *Gateway) Use(engine *Engine, contracts ...Contract) {
	next := &serving{engine, contracts, operationSteps(g.options)}
	g.serving.Swap(next).close()
}

func (s *serving) close() {
	if s == nil {
		return
	}
	s.engine.Close()
	for _, c := range s.contracts {
		c.Engine.Close()
	}
}

// Engine returns the engine in use; nil if there is none yet.
func (g *Gateway) Engine() *Engine {
	if s := g.serving.Load(); s != nil {
		return s.engine
	}
	return nil
}

// WarmTrusted prepares documents with the engines in use: see Engine.WarmTrusted.
func (g *Gateway) WarmTrusted(ctx context.Context, list []*documents.Document) {
	if s := g.serving.Load(); s != nil {
		s.engine.WarmTrusted(ctx, list)
		for _, c := range s.contracts {
			c.Engine.WarmTrusted(ctx, list)
		}
	}
}

// Close closes the idle connections of the engines, and ends the authenticator's work in the
// background. Requests in progress are still answered; after the last, Close can be called again,
// for their connections.
func (g *Gateway) Close() {
	if g.options.Authenticator != nil {
		g.options.Authenticator.Close()
	}
	g.serving.Load().close()
}

// Contracts returns the contracts in use.
func (g *Gateway) Contracts() []Contract {
	if s := g.serving.Load(); s != nil {
		return s.contracts
	}
	return nil
}

// ServeHTTP serves /graphql, the paths of contracts, /healthz and /readyz, and passes all other
// paths to Options.Web.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(w, r, g)
	defer x.end()
	switch path := r.URL.Path; {
	case isGraphQL(path), g.serving.Load().hasPath(path):
		g.serveGraphQL(x)
	case path == "/healthz":
		x.text(http.StatusOK, "ok")
	case path == "/readyz":
		if g.serving.Load() == nil {
			x.text(http.StatusServiceUnavailable, "no schema yet")
			return
		}
		x.text(http.StatusOK, "ok")
	default:
		g.options.Web.ServeHTTP(x, r)
	}
}

// isGraphQL reports whether GraphQL is served at a path. Some clients add a slash. A redirect
// would not help them: they would send the request twice, or not at all.
func isGraphQL(path string) bool { return path == graphqlPath || path == graphqlPath+"/" }

func (g *Gateway) serveGraphQL(x *exchange) {
	x.isGraphQL = true
	// A response may be personal.
	header := x.Header()
	header["Cache-Control"] = []string{"no-store"}
	browser.Protect(header)
	err := g.answer(x)
	var refused *refusal.Refusal
	switch {
	case err == nil, errors.Is(err, errAnswered):
	case errors.As(err, &refused):
		x.refuse(refused)
	case x.request.Context().Err() != nil:
		// The client has left. As in nginx, this status is only for the log.
		x.status = 499
	default:
		x.log().Error("internal error", "error", err)
		x.refuse(internal())
	}
}

// answer passes a request through the steps and the stages. If it returns an error other than
// errAnswered, it has written nothing.
func (g *Gateway) answer(x *exchange) error {
	for _, step := range g.steps {
		if err := step.pass(x); err != nil {
			x.step = step.name()
			return x.chargeRefused(err)
		}
	}
	return x.chargeRefused(g.execute(x))
}

// execute reads the parameters of a request and executes its calls.
func (g *Gateway) execute(x *exchange) error {
	parameters, err := g.readParams(x)
	if err != nil {
		return err
	}
	defer g.bodies.release(parameters.body)
	s := g.serving.Load()
	if s == nil {
		return refusal.New(http.StatusServiceUnavailable, codeNotReady,
			"The router has no schema yet. Try again soon.")
	}
	engine, err := s.engineFor(x)
	if err != nil {
		return err
	}
	if x.batch != nil {
		return s.answerBatch(x, engine)
	}
	c := engine.newCall(x, parameters)
	if err := s.prepare(x, c); err != nil {
		return err
	}
	return c.answer(x.request.Context(), x)
}

// prepare passes a call through the operation steps. The call can then be executed, and no longer
// uses the body of its request.
func (s *serving) prepare(x *exchange, c *call) error {
	for _, step := range s.steps {
		if err := step.pass(x, c); err != nil {
			x.step = step.name()
			return err
		}
	}
	c.params.raw, c.params.body = nil, nil
	c.connect(x.request)
	return nil
}

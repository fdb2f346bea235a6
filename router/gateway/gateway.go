// Package gateway is GraphQL over HTTP: it takes requests in and leads them through the stages.
//
//	HTTP ──readParams──▶ text, variables ──Engine──▶ response's JSON ──▶ HTTP
//	                                          │
//	       text ──cache──▶ operation.Parse ──▶ planner.Plan ──▶ response.NewShape    once for each text
//	                                          │
//	       variables ──Coerce──▶ executor.Execute ◀──fetch──▶ subgraphs              for each request
//
// Goes in: an HTTP request. Comes out: the response, in application/graphql-response+json or application/json as
// the client asks, with the status that GraphQL over HTTP gives it. Every error has a code and the request's id, which
// is in the header x-request-id too.
//
// An Engine is all that belongs to one schema. It is immutable, but for its cache, and swapped whole through one atomic
// pointer: a request is answered by the engine that it began with.
//
// Browsers' cookies and other origins: a POST has to be application/json, which a page of another origin cannot send
// unasked; a GET executes queries only, and what it answers cannot be read there. No CORS header is ever sent.
package gateway

import (
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/introspection"
)

const (
	graphqlPath     = "/graphql"
	queryPlanHeader = "X-Query-Plan"
)

// Options are what a gateway needs beside a schema.
type Options struct {
	// BodyBytes is the greatest request body.
	BodyBytes int64
	// QueryPlan lets clients have their query's plan by the header x-query-plan: 1.
	QueryPlan bool
	// Web answers whatever is not GraphQL or a probe.
	Web http.Handler
	Log *slog.Logger
}

// Gateway is the router's http.Handler.
type Gateway struct {
	options Options
	engine  atomic.Pointer[Engine]
	bodies  sync.Pool // of *[]byte: responses' memory
}

// largestKept is the largest response whose memory is kept for another.
const largestKept = 1 << 20

// New returns a gateway that is not ready before Use.
func New(options Options) *Gateway { return &Gateway{options: options} }

// Use answers the requests that begin from now on by this engine.
func (g *Gateway) Use(engine *Engine) {
	if old := g.engine.Swap(engine); old != nil {
		old.client.Close()
	}
}

// ServeHTTP answers /graphql, /healthz, /readyz, and by Options.Web the rest.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(w, r, g.options.Log)
	defer x.end()
	switch r.URL.Path {
	case graphqlPath:
		g.serveGraphQL(x)
	case "/healthz":
		x.text(http.StatusOK, "ok")
	case "/readyz":
		if g.engine.Load() == nil {
			x.text(http.StatusServiceUnavailable, "no schema yet")
			return
		}
		x.text(http.StatusOK, "ok")
	default:
		g.options.Web.ServeHTTP(x, r)
	}
}

func (g *Gateway) serveGraphQL(x *exchange) {
	// An answer may be of one person alone.
	x.Header().Set("Cache-Control", "no-store")
	x.Header().Set("X-Content-Type-Options", "nosniff")
	media, ok := negotiate(x.request.Header.Get("Accept"))
	if !ok {
		x.refuse(refuse(http.StatusNotAcceptable, codeUnacceptable, "An answer is %s or %s.", mediaResponse, mediaJSON))
		return
	}
	x.media = media
	body, err := g.answer(x)
	var refused *refusal
	switch {
	case err == nil:
		x.write(http.StatusOK, body)
		if cap(body) <= largestKept {
			g.bodies.Put(&body)
		}
	case errors.As(err, &refused):
		x.refuse(refused)
	case x.request.Context().Err() != nil:
		// Nobody waits for an answer. The status is for the log, as nginx writes it.
		x.status = 499
	default:
		x.log.Error("internal error", "error", err)
		x.refuse(internal())
	}
}

// answer leads a request through the stages. An error is a *refusal, or internal.
func (g *Gateway) answer(x *exchange) ([]byte, error) {
	parameters, err := readParams(x.ResponseWriter, x.request, g.options.BodyBytes)
	if err != nil {
		return nil, err
	}
	engine := g.engine.Load()
	if engine == nil {
		return nil, refuse(http.StatusServiceUnavailable, codeNotReady, "The router has no schema yet. Try again soon.")
	}
	prepared, err := engine.cache.get(parameters.Query, parameters.OperationName)
	if err != nil {
		return nil, refusalOf(err)
	}
	x.operation = prepared.operation.Name
	if x.request.Method == http.MethodGet && prepared.operation.Kind != ast.Query {
		return nil, refuseMethod("POST", "A GET executes queries only: send this by POST.")
	}
	return g.execute(x, engine, prepared, parameters)
}

func (g *Gateway) execute(x *exchange, engine *Engine, p *prepared, parameters params) ([]byte, error) {
	variables, err := p.operation.Coerce(parameters.Variables)
	if err != nil {
		return nil, refusalOf(err)
	}
	fetcher := engine.client.For(x.request.Header, x.id)
	request := p.request(variables, fetcher, x.id)
	if kept, ok := g.bodies.Get().(*[]byte); ok {
		request.Buffer = (*kept)[:0]
	}
	if request.Local, err = introspection.Answer(engine.api, p.operation, variables); err != nil {
		return nil, refusalOf(err)
	}
	if g.options.QueryPlan && wantsPlan(x.request) {
		request.Trace = true
		request.Extensions = map[string]any{"queryPlan": p.printed()}
	}
	answer, err := engine.executor.Execute(x.request.Context(), request)
	if err != nil {
		return nil, err
	}
	x.errors = answer.Errors
	for name, values := range fetcher.Returned() {
		x.Header()[name] = values
	}
	return answer.Body, nil
}

func wantsPlan(r *http.Request) bool {
	wanted, _ := strconv.ParseBool(r.Header.Get(queryPlanHeader))
	return wanted
}

// printedPlan is the extension queryPlan.
type printedPlan struct {
	Text string          `json:"text"`
	JSON json.RawMessage `json:"json"`
}

// Package gateway is GraphQL over HTTP: it takes requests in and leads them through the stages.
//
//	HTTP ──readParams──▶ text, variables ──Engine──▶ response's JSON ──▶ HTTP
//	                                          │
//	       text ──cache──▶ operation.Parse ──▶ planner.Plan ──▶ response.NewShape    once for each form of texts
//	                                          │
//	       variables ──Coerce──▶ executor.Execute ◀──fetch──▶ subgraphs              for each request, or for
//	                                                                                 all equal ones in flight
//
// Goes in: an HTTP request. Comes out: the response, in application/graphql-response+json or application/json as
// the client asks, with the status that GraphQL over HTTP gives it. Every error has a code and the request's id, which
// is in the header x-request-id too.
//
// An Engine is all that belongs to one schema. It is immutable, but for its cache, and swapped whole through one atomic
// pointer: a request is answered by the engine that it began with.
//
// Operations that differ only in their literals share a plan, with variables in place of the literals: operation.Form.
//
// Options.Guard refuses requests that a page of another origin may have sent with a browser's cookies: package browser. A
// POST has to be application/json, and a GET executes queries only. A HEAD is a GET whose answer has
// no body. No CORS header is ever sent.
package gateway

import (
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/shared/browser"
)

const (
	graphqlPath     = "/graphql"
	queryPlanHeader = "X-Query-Plan"
)

// Options are what a gateway needs beside a schema.
type Options struct {
	// BodyBytes is the greatest request body.
	BodyBytes int64
	// AccessLog logs each GraphQL request, and not only those that did not go well.
	AccessLog bool
	// QueryPlan lets clients have their query's plan by the header x-query-plan: 1.
	QueryPlan bool
	// Guard refuses what pages of other origins send; nil: they are not refused.
	Guard *browser.Guard
	// Web answers whatever is not GraphQL or a probe.
	Web http.Handler
	Log *slog.Logger
}

// Gateway is the router's http.Handler.
type Gateway struct {
	options Options
	engine  atomic.Pointer[Engine]
	bodies  bodies
}

// New returns a gateway that is not ready before Use.
func New(options Options) *Gateway { return &Gateway{options: options} }

// Use answers the requests that begin from now on by this engine.
func (g *Gateway) Use(engine *Engine) {
	if old := g.engine.Swap(engine); old != nil {
		old.client.Close()
	}
}

// Close ends the idle connections to subgraphs. Requests that have begun are still answered.
func (g *Gateway) Close() {
	if engine := g.engine.Load(); engine != nil {
		engine.client.Close()
	}
}

// ServeHTTP answers /graphql, /healthz, /readyz, and by Options.Web the rest.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := newExchange(w, r, g.options)
	defer x.end()
	switch path := r.URL.Path; {
	case isGraphQL(path):
		g.serveGraphQL(x)
	case path == "/healthz":
		x.text(http.StatusOK, "ok")
	case path == "/readyz":
		if g.engine.Load() == nil {
			x.text(http.StatusServiceUnavailable, "no schema yet")
			return
		}
		x.text(http.StatusOK, "ok")
	default:
		g.options.Web.ServeHTTP(x, r)
	}
}

// isGraphQL reports whether GraphQL is served at a path. Some clients add a slash. With a redirect
// they would send the request twice, or not at all.
func isGraphQL(path string) bool { return path == graphqlPath || path == graphqlPath+"/" }

func (g *Gateway) serveGraphQL(x *exchange) {
	// An answer may be of one person alone.
	header := x.Header()
	header["Cache-Control"] = []string{"no-store"}
	browser.Protect(header)
	media, ok := negotiate(x.request.Header.Get("Accept"))
	if !ok {
		x.refuse(refuse(http.StatusNotAcceptable, codeUnacceptable, "An answer is %s or %s.", mediaResponse, mediaJSON))
		return
	}
	x.media = media
	if err := g.options.Guard.Check(x.request); err != nil {
		x.refuse(refuse(http.StatusForbidden, browser.CodeRefused, "%s", err))
		return
	}
	err := g.answer(x)
	var refused *refusal
	switch {
	case err == nil:
	case errors.As(err, &refused):
		x.refuse(refused)
	case x.request.Context().Err() != nil:
		// Nobody waits for an answer. The status is for the log, as nginx writes it.
		x.status = 499
	default:
		x.log().Error("internal error", "error", err)
		x.refuse(internal())
	}
}

// answer leads a request through the stages. An error is a *refusal, or internal, and nothing is written then.
func (g *Gateway) answer(x *exchange) error {
	parameters, err := g.readParams(x)
	if err != nil {
		return err
	}
	defer g.bodies.release(parameters.body)
	engine := g.engine.Load()
	if engine == nil {
		return refuse(http.StatusServiceUnavailable, codeNotReady, "The router has no schema yet. Try again soon.")
	}
	prepared, err := engine.find(x.request.Context(), parameters)
	if err != nil {
		return refusalOf(err)
	}
	x.operation = prepared.operation.Name
	if x.request.Method != http.MethodPost && prepared.operation.Kind != ast.Query {
		return refuseMethod("POST", "A GET executes queries only: send this by POST.")
	}
	c := engine.newCall(x, prepared, parameters.Variables)
	c.trace = g.options.QueryPlan && wantsPlan(x.request)
	return c.answer(x)
}

func wantsPlan(r *http.Request) bool {
	wanted, _ := strconv.ParseBool(r.Header.Get(queryPlanHeader))
	return wanted
}

package gateway

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/executor"
	"github.com/trefoil-graph/trefoil/router/fetch"
	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/plan"
	"github.com/trefoil-graph/trefoil/router/planner"
	"github.com/trefoil-graph/trefoil/router/querygraph"
	"github.com/trefoil-graph/trefoil/router/response"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// Engine answers operations over one schema.
type Engine struct {
	api      *ast.Schema
	parser   *operation.Parser
	planner  *planner.Planner
	executor *executor.Executor
	client   *fetch.Client
	cache    *cache
}

// NewEngine makes an engine over the schema that asks its subgraphs through the client. It keeps so many operations
// prepared.
func NewEngine(schema *supergraph.Schema, client *fetch.Client, cachedOperations int, log *slog.Logger) (*Engine, error) {
	api := schema.API()
	e := &Engine{
		api:      api,
		parser:   operation.NewParser(api, operation.DefaultLimits()),
		planner:  planner.New(querygraph.New(schema), api),
		executor: executor.New(log),
		client:   client,
	}
	var err error
	if e.cache, err = newCache(cachedOperations, e.prepare); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return e, nil
}

// prepared is what is made of a document once, whatever its variables.
type prepared struct {
	operation *operation.Operation
	plan      *plan.Plan
	shape     *response.Shape
}

func (e *Engine) prepare(text, name string) (*prepared, error) {
	op, err := e.parser.Parse(text, name)
	if err != nil {
		return nil, err
	}
	if op.Kind == ast.Subscription {
		return nil, wellFormed(refuse(http.StatusBadRequest, codeUnsupported, "Subscriptions are not served."))
	}
	made, err := e.planner.Plan(op)
	if err != nil {
		return nil, err
	}
	return &prepared{operation: op, plan: made, shape: response.NewShape(e.api, op)}, nil
}

func (p *prepared) request(variables map[string]any, fetcher executor.Fetcher, id string) executor.Request {
	return executor.Request{Plan: p.plan, Shape: p.shape, Variables: variables, Fetcher: fetcher, RequestID: id}
}

func (p *prepared) printed() printedPlan {
	asJSON, err := json.Marshal(p.plan)
	if err != nil {
		asJSON = []byte("null")
	}
	return printedPlan{Text: p.plan.String(), JSON: asJSON}
}

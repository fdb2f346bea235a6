package gateway

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/executor"
	"github.com/trefoil-graph/trefoil/router/fetch"
	"github.com/trefoil-graph/trefoil/router/inflight"
	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/plan"
	"github.com/trefoil-graph/trefoil/router/response"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// EngineOptions are what an engine needs beside a schema and a client.
type EngineOptions struct {
	// CachedOperations is how many operations are kept prepared.
	CachedOperations int
	// MostBytes is how many bytes the subgraphs' answers to one request may have together, and its response; 0: no limit.
	MostBytes int64
	// ShareOperations and ShareSubgraphRequests: equal ones in flight at the same time are one. Queries only.
	ShareOperations, ShareSubgraphRequests bool
	// OverrideLabels are the labels of @override that are active, beside each percent(x) in its share of requests.
	OverrideLabels []string
	// Random draws from 0 to 1 for percent(x); nil: as chance will have it.
	Random func() float64
	// Errors say what clients see of the errors that subgraphs report.
	Errors executor.ErrorRules
	// Limits of the documents; zero stands for the defaults.
	Limits operation.Limits
	// Timeout is how long a request may take from the time that its operation is known; 0: no limit.
	Timeout time.Duration
	// Plain takes none of the executor's short cuts.
	Plain bool
	Log   *slog.Logger
}

// Engine answers operations over one schema.
type Engine struct {
	options  EngineOptions
	api      *ast.Schema
	parser   *operation.Parser
	labels   *labels
	planners *planners
	executor *executor.Executor
	client   *fetch.Client
	cache    *cache
	slots    slots // to prepare operations
	seen     *seen
	forms    *bounded[key, *planned]
}

// NewEngine makes an engine over the schema that asks its subgraphs through the client.
func NewEngine(schema *supergraph.Schema, client *fetch.Client, options EngineOptions) (*Engine, error) {
	api := schema.API()
	e := &Engine{
		options:  options,
		api:      api,
		parser:   operation.NewParser(api, options.Limits),
		labels:   newLabels(schema, options.OverrideLabels, options.Random, options.Log),
		executor: executor.New(options.Log),
		client:   client,
		slots:    newSlots(),
	}
	var err error
	if e.planners, err = newPlanners(schema, e.labels); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if e.forms, err = newBounded[key, *planned](options.CachedOperations); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if e.seen, err = newSeen(options.CachedOperations); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if e.cache, err = newCache(options.CachedOperations, e.prepare); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	return e, nil
}

// planned is what is made once of all documents of a form: operation.Form.
type planned struct {
	operation *operation.Operation
	plan      *plan.Plan
	shape     *response.Shape
	size      int
	cost      operation.Cost // what it depends on
}

// fields is how many the operation has.
func (p *planned) fields() int { return p.size }

// prepared is what is made of a document once, whatever its variables.
type prepared struct {
	*planned
	// literals are the values of the variables that stand for the document's literals.
	literals map[string]any

	// flights are the calls of it that are being answered, to be shared by equal ones.
	flights *inflight.Group[answered]
	// particular is true if the last answer was for one client only.
	particular atomic.Bool
	// length is that of the last answer.
	length atomic.Int64
}

func (e *Engine) newPrepared(p *planned, literals map[string]any) *prepared {
	return &prepared{planned: p, literals: literals, flights: inflight.New(e.recycle)}
}

func (e *Engine) plan(op *operation.Operation, labels string) (*planned, error) {
	if op.Kind == ast.Subscription {
		return nil, wellFormed(refuse(http.StatusBadRequest, codeUnsupported, "Subscriptions are not served."))
	}
	made, err := e.planners.in(labels).Plan(op)
	if err != nil {
		return nil, err
	}
	for _, f := range made.Fetches {
		if err := e.parser.CheckRootFields(f.RootFields()); err != nil {
			return nil, err
		}
	}
	return &planned{operation: op, plan: made, shape: response.NewShape(e.api, op), size: count(op.Fields), cost: op.Cost()}, nil
}

func count(fields []*operation.Field) int {
	n := len(fields)
	for _, f := range fields {
		n += count(f.Fields)
	}
	return n
}

// recycle takes the memory of a response that nobody reads any more.
func (e *Engine) recycle(a answered) { e.client.Buffers().Put(a.body) }

package gateway

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
	"github.com/trefoil-graph/trefoil/router/execution/inflight"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/access"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// EngineOptions configure an engine.
type EngineOptions struct {
	// CachedOperations is how many prepared operations are cached.
	CachedOperations int
	// MaxBytes limits the total size of the subgraphs' answers to one request, and the size of
	// its response, in bytes; 0 means no limit.
	MaxBytes int64
	// ShareOperations and ShareSubgraphRequests let equal requests in flight share one execution.
	// They apply to queries only.
	ShareOperations, ShareSubgraphRequests bool
	// OverrideLabels are the active labels of @override. Each percent(x) is also active in its
	// share of requests.
	OverrideLabels []string
	// Random returns a number from 0 to 1 for percent(x); nil uses a random generator.
	Random func() float64
	// Errors define how much clients see of errors that subgraphs report.
	Errors executor.ErrorRules
	// Limits are the limits for documents; zero values mean the defaults.
	Limits operation.Limits
	// ShowCost adds the cost of an operation to the extensions of its response.
	ShowCost bool
	// HidesPlan refuses Options.QueryPlan: clients of this schema must not see the plan, which
	// names fields that the schema hides.
	HidesPlan bool
	// Timeout limits the duration of a request from the time at which its operation is known; 0
	// means no limit.
	Timeout time.Duration
	// Authorization says how access directives are enforced.
	Authorization Authorization
	// Plain disables all optimizations, sharing included. The responses stay the same, so that
	// tests can compare both. The client has optimizations of its own: see fetch.NewPlainClient.
	Plain bool
	Log   *slog.Logger
}

// Engine executes operations over one schema.
type Engine struct {
	options  EngineOptions
	api      *ast.Schema
	parser   *operation.Parser
	labels   *labels
	planners *planners
	executor *executor.Executor
	client   *fetch.Client
	cache    *cache
	slots    slots // for preparing operations
	seen     *seen
	forms    *bounded[key, *planned]
	// restrictions are nil if nothing in the schema is restricted.
	restrictions *restrictions
	byID         *bounded[documentKey, *prepared]
}

// NewEngine returns an engine for the schema that calls its subgraphs through the client.
func NewEngine(
	schema *supergraph.Schema, client *fetch.Client, options EngineOptions,
) (*Engine, error) {
	if options.Plain {
		options.ShareOperations, options.ShareSubgraphRequests = false, false
	}
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
	if e.restrictions, err = newRestrictions(schema, options); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if e.planners, err = newPlanners(schema, e.labels); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if e.forms, err = newBounded[key, *planned](options.CachedOperations); err != nil {
		return nil, fmt.Errorf("gateway: %w", err)
	}
	if e.byID, err = newBounded[documentKey, *prepared](options.CachedOperations); err != nil {
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

// planned is the part of a prepared operation that all documents of a form share: see
// operation.Form.
type planned struct {
	operation *operation.Operation
	plan      *plan.Plan
	shape     *response.Shape
	size      int
	cost      operation.Cost // on which values the cost depends
	// labels is the state of the @override labels for which it is planned.
	labels string
	// needs is what a client must have to see all of it; nil for nothing.
	needs *access.Needs
}

// fields returns the number of the operation's fields.
func (p *planned) fields() int { return p.size }

// prepared is a document that is ready to execute, with any variables.
type prepared struct {
	*planned
	// literals are the values of the variables that replace the document's literals.
	literals map[string]any

	// flights are the calls in progress, which equal ones may join.
	flights *inflight.Group[answered]
	// particular is true if the last answer was for one client only.
	particular atomic.Bool
	// length is the length of the last answer.
	length atomic.Int64
	// kept is true if the operation is cached.
	kept bool
}

func (e *Engine) newPrepared(p *planned, literals map[string]any) *prepared {
	return &prepared{planned: p, literals: literals, flights: inflight.New(e.recycle)}
}

func (e *Engine) plan(op *operation.Operation, labels string) (*planned, error) {
	if op.Kind == ast.Subscription {
		return nil, refusal.New(http.StatusBadRequest, codeUnsupported,
			"Subscriptions are not supported.").OfDocument()
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
	return &planned{
		operation: op, plan: made, shape: response.NewShape(e.api, op),
		size: count(op.Fields), cost: op.Cost(), labels: labels, needs: e.restrictions.needs(op),
	}, nil
}

func count(fields []*operation.Field) int {
	n := len(fields)
	for _, f := range fields {
		n += count(f.Fields)
	}
	return n
}

// State is what operators see of an engine.
type State struct {
	// Types is the number of types of the API schema.
	Types int `json:"types"`
	// CachedOperations and CachedForms are how many documents and forms of documents are cached.
	CachedOperations int `json:"cachedOperations"`
	CachedForms      int `json:"cachedForms"`
}

// State returns the engine's state.
func (e *Engine) State() State {
	return State{
		Types:            len(e.api.Types),
		CachedOperations: len(e.cache.entries.keys()), CachedForms: len(e.forms.keys()),
	}
}

// Close closes the idle connections to subgraphs and to the endpoint of policies. Requests in
// progress are still answered.
func (e *Engine) Close() {
	e.client.Close()
	e.options.Authorization.Policies.Close()
}

// recycle takes back the memory of a response that nobody reads any more.
func (e *Engine) recycle(a answered) { e.client.Buffers().Put(a.body) }

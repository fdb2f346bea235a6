// Package executor carries out a plan: it asks the subgraphs, in the order of what they need from each other, and
// gives the client's response.
//
//	Plan ──▶ ready fetches ──body──▶ Fetcher ──answer──▶ Tape ──▶ Data ──Shape.Complete──▶ response
//	             ▲                                                 │
//	             └─ representations, contexts' values, read from ──┘
//
// One goroutine, that of Execute, owns the response's data: it writes the requests' bodies, attaches what was
// answered, and completes the response. Fetches that are on their way together wait for their answers and parse them
// each in a goroutine of its own, and hand them over by a channel; one for which all to come is waiting is waited for
// right there. A fetch begins as soon as those it depends on have ended; there are no waves. Of many requests that could take a step,
// the one that began first does: package turn.
//
// A fetch that fails ends nothing else. It leaves marks on the objects that it was for, and the fetches that need
// its data leave theirs; so do those that need a value that is null for an error: such a null is never sent. Completion makes an
// error of each field that is null because of a mark. An object that lacks what some fields of a look-up require is asked for the
// others, by a look-up of its own in the same request.
//
// What clients see of the errors in an answer is decided where they are read, by ErrorRules: disclose.go.
//
// Where a plan reads arguments from contexts, the objects of a look-up are grouped by the values that stand above them:
//
//	objects ──▶ values of the nearest that set the contexts ──▶ groups ──▶ one document, an _entities field for each
//
// In such a plan no two objects share an entity: what is inside it may differ. An object whose value is null, though the
// argument takes none, is not asked for; its field has an error CONTEXT_VALUE_NULL.
//
//	executor := executor.New(log)
//	answer, err := executor.Execute(ctx, executor.Request{
//		Plan: plan, Shape: shape,      // of one operation; kept for all requests with it
//		Variables: variables,          // coerced: Operation.Coerce
//		Fetcher: client.For(headers),  // of this request: identity is the Fetcher's business
//		Local: local,                  // introspection.Answer
//		RequestID: id,
//	})
//	// answer.Body is the response, with data and errors; err only if the client is gone, or for a bug.
package executor

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"sync"
	"time"

	"github.com/trefoil-graph/trefoil/router/plan"
	"github.com/trefoil-graph/trefoil/router/response"
	"github.com/trefoil-graph/trefoil/router/turn"
)

// Fetcher asks a subgraph. It is used by many goroutines at once, and returns when the context ends.
//
// The body is a GraphQL request in JSON: query and, if there are any, variables; it is not to be touched once Fetch
// has returned. The answer belongs to the executor from then on. A Fetcher that has a method
//
//	Release(answer []byte)
//
// is given answers back when the response is written, so that it may use their memory again.
//
// An error that has a method
//
//	Explain() (code, message string, retryable bool)
//
// says by it what clients are told of it: one of the codes SUBGRAPH_UNAVAILABLE, TIMEOUT, SUBGRAPH_BAD_RESPONSE
// and the like, and a message without internals. Of any other error they are told that the subgraph is unavailable.
type Fetcher interface {
	Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error)
}

// Request is one client request.
type Request struct {
	Plan  *plan.Plan
	Shape *response.Shape
	// Variables are the client's, coerced.
	Variables map[string]any
	Fetcher   Fetcher
	// Local are the data of root fields that the router answers itself, as a JSON object: __schema and __type.
	Local []byte
	// Began is when the client asked: of all requests that could go on, the one that began first does.
	Began time.Time
	// RequestID stands in the extensions of errors, and in the log.
	RequestID string
	// Extensions are the response's extensions; there are none if it is empty.
	Extensions map[string]any
	// Errors say what the client sees of the errors that subgraphs report.
	Errors ErrorRules
	// Trace asks for Response.Trace, and for it in the response's extensions.
	Trace bool
	// Plain takes none of the short cuts. The response is the same: it is there to be compared, by tests and in doubt.
	Plain bool
	// MostBytes is how many bytes the answers may have together, and how many the response; 0 if there is no limit. Beyond it, the
	// response is an error RESPONSE_TOO_LARGE, and no data. A Fetcher that has a method
	//
	//	Limit(bytes int64)
	//
	// is told before the first fetch, so that it does not read more.
	MostBytes int64
	// Buffer, if given, returns memory for the response, empty and with room for so many bytes: about as many as it will be.
	Buffer func(size int) []byte
}

// Response is the answer to a client request.
type Response struct {
	// Body is the response: {"errors":[…],"data":…}; without errors if there are none.
	Body []byte
	// Errors is how many errors are in it.
	Errors int
	// Trace tells of the fetches, if it was asked for.
	Trace []FetchTrace
}

// FetchTrace tells what became of one fetch of the plan.
type FetchTrace struct {
	Fetch    int    `json:"fetch"`
	Subgraph string `json:"subgraph"`
	// Sent is false if there was nothing to ask.
	Sent            bool    `json:"sent"`
	Milliseconds    float64 `json:"milliseconds"`
	Representations int     `json:"representations"`
	// Code is that of the failure, if the fetch failed.
	Code string `json:"code,omitempty"`
}

// Executor carries out plans. It keeps memory from one request for the next, and nothing else; it is safe for use
// by many goroutines.
type Executor struct {
	log  *slog.Logger
	runs sync.Pool
}

// New returns an executor that logs why fetches failed.
func New(log *slog.Logger) *Executor {
	lines := turn.New()
	return &Executor{log: log, runs: sync.Pool{New: func() any { return &run{place: lines.Place()} }}}
}

// Execute answers a client request. What subgraphs do wrong is in the response; an error is returned only if ctx
// was cancelled, or for a bug in the router. At ctx's deadline, the response is what there is by then.
func (e *Executor) Execute(ctx context.Context, request Request) (answer Response, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			err = fmt.Errorf("executing a plan: panic: %v\n%s", cause, debug.Stack())
		}
	}()
	r := e.runs.Get().(*run)
	r.reset(e.log, request)
	if err := r.fetchAll(ctx); err != nil {
		return Response{}, err
	}
	answer = r.complete()
	// Calls that nobody waited for still use the memory.
	if r.inFlight == 0 {
		r.release()
		e.runs.Put(r)
	}
	return answer, nil
}

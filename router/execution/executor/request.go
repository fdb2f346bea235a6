package executor

import (
	"context"
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// Fetcher calls a subgraph. It must be safe for concurrent use, and return when the context ends.
//
// The body is a GraphQL request in JSON: query and variables. The Fetcher must not use it after
// Fetch has returned. The answer then belongs to the executor. If a Fetcher has a
// method
//
//	Release(answer []byte)
//
// the executor calls it with each answer when the response is complete, so that the Fetcher can
// reuse the memory.
//
// If an error has a method
//
//	Explain() (code, message string, retryable bool)
//
// it returns what clients see: one of the codes SUBGRAPH_UNAVAILABLE, TIMEOUT,
// SUBGRAPH_BAD_RESPONSE and so on, and a message without internals. For any other error, clients
// see that the subgraph is unavailable.
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
	// Local is the data of root fields that the router answers itself, __schema and __type, as a
	// JSON object.
	Local []byte
	// Began is when the client's request started. If several requests can take a step, the oldest
	// goes first.
	Began time.Time
	// RequestID goes into the extensions of errors and into the log.
	RequestID string
	// Extensions are the response's extensions; empty for none.
	Extensions map[string]any
	// Errors define how much the client sees of errors that subgraphs report.
	Errors ErrorRules
	// Trace requests Response.Trace, and its copy in the response's extensions.
	Trace bool
	// Plain disables all optimizations, and lets requests take steps in any order. The response
	// stays the same, so that tests can compare both.
	Plain bool
	// MaxBytes limits the total size of the answers, and the size of the response, in bytes; 0
	// means no limit. Beyond it, the response is an error RESPONSE_TOO_LARGE without data. If the
	// Fetcher has a method
	//
	//	Limit(bytes int64)
	//
	// it is called with the limit before the first fetch, so that the Fetcher does not read more.
	MaxBytes int64
	// Buffer, if set, returns an empty buffer for the response with room for size bytes, which is
	// about its length.
	Buffer func(size int) []byte
}

// Response is the answer to a client request.
type Response struct {
	// Body is the response: {"errors":[…],"data":…}. Without errors, it has no member errors.
	Body []byte
	// Errors is the number of errors in it.
	Errors int
	// Trace describes the fetches, if it was requested.
	Trace []FetchTrace
}

// FetchTrace describes one fetch of the plan.
type FetchTrace struct {
	Fetch    int    `json:"fetch"`
	Subgraph string `json:"subgraph"`
	// Sent is false if there was nothing to request.
	Sent            bool    `json:"sent"`
	Milliseconds    float64 `json:"milliseconds"`
	Representations int     `json:"representations"`
	// Code is the failure's code, if the fetch failed.
	Code string `json:"code,omitempty"`
}

// ErrorRules define how much clients see of errors that subgraphs report. Clients always see the
// path, the subgraph's name and the code. The zero value shows nothing else, because a message may
// contain an address or a password.
type ErrorRules struct {
	// Unmasked shows every message and all extensions.
	Unmasked bool
	// Codes are the codes of the errors whose messages are shown.
	Codes []string
	// Extensions are the names of the extensions that are shown.
	Extensions []string
}

package executor

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

const (
	codeUnavailable = "SUBGRAPH_UNAVAILABLE"
	codeTimeout     = "TIMEOUT"
	codeBadResponse = "SUBGRAPH_BAD_RESPONSE"
	codeContextNull = "CONTEXT_VALUE_NULL"
	codeDownstream  = "DOWNSTREAM_SERVICE_ERROR"
)

// ask is everything that a fetch's goroutine needs. Of the run it has only the tape for the
// answer.
type ask struct {
	fetch     int // the fetch's number
	fetcher   Fetcher
	subgraph  string
	body      []byte
	tape      *response.Tape
	expected  *response.Expected
	shared    bool
	log       *slog.Logger
	requestID string
	timed     bool // measure how long it takes
}

func (a *ask) send(ctx context.Context, done chan<- result) { done <- a.do(ctx) }

// do sends the request, waits for the answer and parses it. A panic fails only this fetch.
func (a *ask) do(ctx context.Context) (r result) {
	if a.timed {
		began := time.Now()
		defer func() { r.elapsed = time.Since(began) }()
	}
	defer func() {
		if cause := recover(); cause != nil {
			a.log.ErrorContext(ctx, "panic in a fetch", "requestId", a.requestID, "subgraph", a.subgraph,
				"cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			r = result{fetch: a.fetch, failure: internal(a.subgraph)}
		}
	}()
	answer, err := a.fetcher.Fetch(ctx, a.subgraph, a.body)
	if err != nil {
		a.log.WarnContext(ctx, "fetch failed", "requestId", a.requestID, "subgraph", a.subgraph, "error", err)
		return result{fetch: a.fetch, failure: failureOf(a.subgraph, err)}
	}
	if err := a.tape.ParseExpected(answer, a.expected, a.shared); err != nil {
		a.log.WarnContext(ctx, "cannot parse the answer of a subgraph", "requestId", a.requestID, "subgraph", a.subgraph, "error", err)
		return result{fetch: a.fetch, failure: badResponse(a.subgraph)}
	}
	return result{fetch: a.fetch, answer: answer}
}

// failureOf returns the failure that clients see for an error.
func failureOf(subgraph string, err error) response.Failure {
	var explained interface {
		Explain() (code, message string, retryable bool)
	}
	switch {
	case errors.As(err, &explained):
		code, message, retryable := explained.Explain()
		if code == "" { // a failure without a code would count as none
			code = response.CodeInternal
		}
		return response.Failure{Code: code, Message: message, Subgraph: subgraph, Retryable: retryable}
	case errors.Is(err, context.DeadlineExceeded):
		message := fmt.Sprintf("The subgraph %q did not answer in time.", subgraph)
		return response.Failure{Code: codeTimeout, Message: message, Subgraph: subgraph, Retryable: true}
	default:
		message := fmt.Sprintf("The subgraph %q does not answer.", subgraph)
		return response.Failure{Code: codeUnavailable, Message: message, Subgraph: subgraph, Retryable: true}
	}
}

func badResponse(subgraph string) response.Failure {
	message := fmt.Sprintf("The subgraph %q did not return a GraphQL response.", subgraph)
	return response.Failure{Code: codeBadResponse, Message: message, Subgraph: subgraph}
}

func internal(subgraph string) response.Failure {
	message := fmt.Sprintf("The subgraph %q could not be called.", subgraph)
	return response.Failure{Code: response.CodeInternal, Message: message, Subgraph: subgraph}
}

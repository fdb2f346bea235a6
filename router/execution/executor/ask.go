package executor

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// result is the outcome of a call: an answer in the fetch's tape, or a failure.
type result struct {
	fetch   int
	answer  []byte
	failure response.Failure
	elapsed time.Duration
}

// ask is everything that a fetch's goroutine needs. Of the run it has only the tape for the
// answer.
type ask struct {
	fetch     int // the fetch's number
	fetcher   Fetcher
	subgraph  string
	body      []byte
	tape      *response.Tape
	plain     bool
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
		a.log.WarnContext(ctx, "fetch failed",
			"requestId", a.requestID, "subgraph", a.subgraph, "error", err)
		return result{fetch: a.fetch, failure: failureOf(a.subgraph, err)}
	}
	if err := a.parse(answer); err != nil {
		a.log.WarnContext(ctx, "cannot parse the answer of a subgraph",
			"requestId", a.requestID, "subgraph", a.subgraph, "error", err)
		return result{fetch: a.fetch, failure: badResponse(a.subgraph)}
	}
	return result{fetch: a.fetch, answer: answer}
}

// parse parses the answer into the tape, with twins if they are allowed.
func (a *ask) parse(answer []byte) error {
	switch {
	case a.plain:
		return a.tape.ParsePlain(answer)
	case a.shared:
		return a.tape.ParseShared(answer)
	default:
		return a.tape.Parse(answer)
	}
}

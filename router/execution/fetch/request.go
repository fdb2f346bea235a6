package fetch

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// RequestIDHeader carries the ID of the client's request to the subgraphs.
const RequestIDHeader = "X-Request-Id"

// forwardedHeader carries the path of the client's request: each proxy appends the address that
// called it.
const forwardedHeader = "X-Forwarded-For"

// Request sends the fetches of one client request. It is safe for concurrent use.
type Request struct {
	client   *Client
	incoming http.Header
	// id is the request's ID, as a header value.
	id     [1]string
	shares bool
	// mutates is true for a mutation; begun is true once a subgraph may have begun to execute it.
	mutates bool
	begun   atomic.Bool
	// changes is the number of mutations that had ended when the client request started.
	changes uint64
	budget  *budget
	// until is when the client's request ends; zero for never.
	until time.Time
	// from is the path of the client's request; nil if it is not sent.
	from []string

	mu        sync.Mutex
	returned  headers.Collected
	vary      []string    // the client's headers on which the response may depend
	forwarded []forwarded // by rule
}

// Share lets this request share answers with other requests in flight. Call it only if the request
// is a query.
func (r *Request) Share() { r.shares = true }

// Mutate marks the request as a mutation. Once it has begun, none of its errors is retryable.
func (r *Request) Mutate() { r.mutates = true }

// From sends the address from which the client's request came to the subgraphs with ClientAddress,
// after the addresses that X-Forwarded-For has already.
func (r *Request) From(address string) {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	r.from = []string{strings.Join(append(slices.Clone(r.incoming[forwardedHeader]), address), ", ")}
}

// Until sets the time at which all fetches end. A context with a deadline would do the same, but
// costs each fetch a timer and an entry in a list.
func (r *Request) Until(end time.Time) { r.until = end }

// Fetch posts the body to the subgraph and returns its answer. Every error is an *Error.
func (r *Request) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	to, ok := r.client.subgraphs[subgraph]
	if !ok {
		cause := errors.New("the subgraph is not configured")
		return nil, &Error{Subgraph: subgraph, Code: CodeInternal, cause: cause}
	}
	got, err := r.ask(ctx, to, body)
	if err != nil {
		return nil, r.heed(failed(to.Subgraph, err))
	}
	r.collect(got.header, to.Subgraph)
	got.body = strictjson.TrimMark(got.body)
	if failure := judge(to.Subgraph, got.status, got.body); failure != nil {
		return nil, r.heed(failure)
	}
	if r.mutates {
		r.begun.Store(true)
	}
	return got.body, nil
}

// heed clears Retryable in an error of a mutation that a subgraph may have begun.
func (r *Request) heed(failure *Error) *Error {
	if r.mutates && (failure.begun || r.begun.Load()) {
		r.begun.Store(true)
		failure.Retryable = false
	}
	return failure
}

func (r *Request) ask(ctx context.Context, to target, body []byte) (answer, error) {
	f := r.forward(&to)
	if f.broken {
		return answer{}, errHeader
	}
	now := time.Now()
	deadline := now.Add(to.Timeout)
	if !r.until.IsZero() && r.until.Before(deadline) {
		deadline = r.until
	}
	q := question{
		to: to, forwarded: f, id: &r.id, body: body, changes: r.changes, now: now,
		deadline: soonest(ctx, deadline), budget: r.budget,
	}
	if r.shares {
		return r.client.askTogether(ctx, q)
	}
	return r.client.ask(ctx, q)
}

// soonest returns the earlier of the context's deadline and the other. A request that leads shared
// work has no more time for it than for itself; when it ends, the others send requests of their
// own.
func soonest(ctx context.Context, deadline time.Time) time.Time {
	if end, ok := ctx.Deadline(); ok && end.Before(deadline) {
		return end
	}
	return deadline
}

// question is one request to a subgraph.
type question struct {
	to        target
	forwarded *forwarded
	id        *[1]string
	body      []byte
	changes   uint64
	// now is the time of the request. The clock is read once for each request.
	now, deadline time.Time
	budget        *budget
}

func (c *Client) ask(ctx context.Context, q question) (got answer, err error) {
	if q.to.http1 != nil {
		got, err = q.to.http1.post(ctx, &q)
	} else {
		got, err = c.post(ctx, q)
	}
	if err == nil && got.isRedirect() {
		got, err = c.follow(ctx, q, got)
	}
	if err == nil && got.coding != "" {
		got, err = c.decodeOrLeave(got, q.budget)
	}
	return got, err
}

// Release takes back an answer's memory. The caller must not use the answer any more.
func (r *Request) Release(answer []byte) { r.client.buffers.Put(answer) }

const (
	contentType = "application/json"
	accept      = "application/graphql-response+json, application/json"
)

var errTooLarge = errors.New("the answer is larger than the limit")

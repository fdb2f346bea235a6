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

	"github.com/trefoil-graph/trefoil/router/shared/strictjson"
)

// RequestIDHeader carries the id of the client's request to the subgraphs.
const RequestIDHeader = "X-Request-Id"

// forwardedHeader carries the way that the client's request came: each proxy adds the address that it was asked by.
const forwardedHeader = "X-Forwarded-For"

// Request is one client request's way to the subgraphs. It is safe for use by many goroutines.
type Request struct {
	client   *Client
	incoming http.Header
	// id is the request's id, as a header has it.
	id     [1]string
	shares bool
	// mutates is true for a mutation, begun is true when a subgraph may have begun to execute it.
	mutates bool
	begun   atomic.Bool
	// changes are those that had been made when the client asked.
	changes uint64
	budget  *budget
	// until is when the client's request ends; zero: never.
	until time.Time
	// from is the way that the client's request came; nil if that is not told.
	from []string

	mu        sync.Mutex
	returned  http.Header
	forwarded []forwarded // by the rules
}

// Share lets this request have what others in flight are answered, and others what it is: if it only reads.
func (r *Request) Share() { r.shares = true }

// Mutate marks the request as a mutation. After it has begun, no error of it is retryable.
func (r *Request) Mutate() { r.mutates = true }

// From has subgraphs that want it told the address that the client's request came from, behind those that it has passed.
func (r *Request) From(address string) {
	if host, _, err := net.SplitHostPort(address); err == nil {
		address = host
	}
	r.from = []string{strings.Join(append(slices.Clone(r.incoming[forwardedHeader]), address), ", ")}
}

// Until ends all that is asked at a time. It does what a context with a deadline would, which costs each
// fetch a timer and a place in a list.
func (r *Request) Until(end time.Time) { r.until = end }

// Fetch posts the body to the subgraph and returns its answer. Every error is an *Error.
func (r *Request) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	to, ok := r.client.subgraphs[subgraph]
	if !ok {
		return nil, &Error{Subgraph: subgraph, Code: CodeInternal, cause: errors.New("no such subgraph is configured")}
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
		to: to, forwarded: f, id: &r.id, body: body, changes: r.changes, now: now, deadline: soonest(ctx, deadline), budget: r.budget,
	}
	if r.shares {
		return r.client.askTogether(ctx, q)
	}
	return r.client.ask(ctx, q)
}

// soonest is the context's deadline, if that is before the other. Who asks for several, in a context of the work's own,
// has no more time for it: the others ask anew.
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
	// now is when it was asked. The clock is read once for a request.
	now, deadline time.Time
	budget        *budget
}

func (c *Client) ask(ctx context.Context, q question) (got answer, err error) {
	if q.to.plain != nil {
		got, err = q.to.plain.post(ctx, &q)
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

// Release takes an answer's memory back. The answer must not be used any more.
func (r *Request) Release(answer []byte) { r.client.buffers.Put(answer) }

const (
	contentType = "application/json"
	accept      = "application/graphql-response+json, application/json"
)

func (r *Request) collect(header http.Header, from Subgraph) {
	for _, name := range from.ReturnHeaders {
		values := header[name]
		if len(values) == 0 {
			continue
		}
		r.mu.Lock()
		if r.returned == nil {
			r.returned = http.Header{}
		}
		r.returned[name] = append(r.returned[name], values...)
		r.mu.Unlock()
	}
}

// Returned is what the subgraphs' answers hold for the client, by the rules. To be asked once all are there.
func (r *Request) Returned() http.Header {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.returned.Clone()
}

var errTooLarge = errors.New("the answer is larger than the limit")

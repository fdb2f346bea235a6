// Package refusal describes why the router refuses a request before it executes the operation.
//
//	a step's rule ──New──▶ *Refusal ──gateway──▶ HTTP status, headers, JSON with the errors
//
// Input: the status, code and message of a rule. Output: the errors of one response, each with the
// ID of its request. Package gateway writes them.
package refusal

import (
	"fmt"
	"maps"
	"net/http"

	"github.com/vektah/gqlparser/v2/gqlerror"
)

// Refusal is the error that ends a request before execution. Several requests may share a Refusal,
// so it must not be changed after a step has returned it.
type Refusal struct {
	// Status is the HTTP status.
	Status int
	// WellFormed is true if the HTTP request is correct and the error is in the GraphQL document or
	// its variables. A response of type application/json then has status 200 (GraphQL over HTTP,
	// section 6.4.1).
	WellFormed bool
	// Header is added to the response. It may be nil.
	Header http.Header
	// Errors are the GraphQL errors, without the request's ID.
	Errors gqlerror.List
}

// New returns a refusal with one error, which has this code and this message.
func New(status int, code, format string, args ...any) *Refusal {
	err := &gqlerror.Error{
		Message: fmt.Sprintf(format, args...), Extensions: map[string]any{"code": code},
	}
	return &Refusal{Status: status, Errors: gqlerror.List{err}}
}

// With returns a copy of the refusal with one more header.
func (r *Refusal) With(header, value string) *Refusal {
	changed := *r
	changed.Header = r.Header.Clone()
	if changed.Header == nil {
		changed.Header = http.Header{}
	}
	changed.Header.Set(header, value)
	return &changed
}

// OfDocument returns a copy of the refusal with WellFormed set.
func (r *Refusal) OfDocument() *Refusal {
	changed := *r
	changed.WellFormed = true
	return &changed
}

func (r *Refusal) Error() string { return r.Errors.Error() }

// ErrorsFor returns copies of the errors with the ID of one request. It copies them because other
// requests may encode the originals at the same time.
func (r *Refusal) ErrorsFor(requestID string) gqlerror.List {
	own := make(gqlerror.List, len(r.Errors))
	for i, shared := range r.Errors {
		e := *shared
		e.Extensions = map[string]any{"requestId": requestID}
		maps.Copy(e.Extensions, shared.Extensions)
		own[i] = &e
	}
	return own
}

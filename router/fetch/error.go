package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// Codes of what can go wrong between the router and a subgraph.
const (
	CodeUnavailable = "SUBGRAPH_UNAVAILABLE"
	CodeBadResponse = "SUBGRAPH_BAD_RESPONSE"
	CodeTooLarge    = "SUBGRAPH_RESPONSE_TOO_LARGE"
	// CodeAllTooLarge is that of an answer that, with the others to the same client request, is too large.
	CodeAllTooLarge = "RESPONSE_TOO_LARGE"
	CodeTimeout     = "TIMEOUT"
	CodeRateLimited = "RATE_LIMITED"
	CodeInternal    = "INTERNAL"
)

// Error is a fetch that gave no GraphQL answer. Explain is for clients; Error, with the cause, is for logs.
type Error struct {
	Subgraph string
	Code     string
	// Retryable is true if it is safe and useful to send the request again: see the package's doc.
	Retryable bool
	// begun is true if the subgraph may have begun to execute the request.
	begun bool
	cause error
}

func (e *Error) Error() string {
	return fmt.Sprintf("subgraph %s: %s: %v", e.Subgraph, e.Code, e.cause)
}

func (e *Error) Unwrap() error { return e.cause }

// Explain is what clients are told: no address, and no other internals.
func (e *Error) Explain() (code, message string, retryable bool) {
	return e.Code, fmt.Sprintf(e.format(), e.Subgraph), e.Retryable
}

func (e *Error) format() string {
	switch e.Code {
	case CodeUnavailable:
		return "The subgraph %q does not answer."
	case CodeTimeout:
		return "The subgraph %q did not answer in time."
	case CodeRateLimited:
		return "The subgraph %q takes no more requests for now."
	case CodeTooLarge:
		return "The subgraph %q gave an answer that is larger than the router takes: ask for less at once."
	case CodeAllTooLarge:
		return "The subgraph %q gave an answer that, with the others, is larger than the router takes: ask for less at once."
	case CodeBadResponse:
		return "The subgraph %q gave an answer that is not GraphQL's."
	default:
		return "The subgraph %q could not be asked."
	}
}

// failed is the error of a request that had no answer, or one that broke off or is too large.
func failed(to Subgraph, err error) *Error {
	var timeout net.Error
	var untrusted *tls.CertificateVerificationError
	e := &Error{Subgraph: to.Name, Code: CodeUnavailable, cause: err}
	e.begun = !errors.Is(err, errConnect) && !errors.Is(err, errUnsent)
	switch {
	case errors.Is(err, errTooLarge):
		e.Code = CodeTooLarge
	case errors.Is(err, errBudget):
		e.Code = CodeAllTooLarge
	case errors.Is(err, errHeader), errors.Is(err, errAddress):
		e.Code, e.begun = CodeInternal, false
	case errors.Is(err, errCoding), errors.Is(err, errRedirect):
		e.Code = CodeBadResponse
	case errors.As(err, &untrusted): // it fails until somebody changes a certificate
		e.begun = false
	case errors.Is(err, errConnect):
		e.Retryable = true
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &timeout) && timeout.Timeout():
		e.Code, e.Retryable = CodeTimeout, true
	default:
		e.Retryable = true
	}
	return e
}

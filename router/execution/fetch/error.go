package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
)

// Codes of errors between the router and a subgraph.
const (
	CodeUnavailable = "SUBGRAPH_UNAVAILABLE"
	CodeBadResponse = "SUBGRAPH_BAD_RESPONSE"
	CodeTooLarge    = "SUBGRAPH_RESPONSE_TOO_LARGE"
	// CodeAllTooLarge is the code of an answer that is too large together with the other answers
	// to the client request.
	CodeAllTooLarge = "RESPONSE_TOO_LARGE"
	CodeTimeout     = "TIMEOUT"
	CodeRateLimited = "RATE_LIMITED"
	CodeInternal    = "INTERNAL"
)

// Error is a fetch without a GraphQL answer. Explain returns the message for clients; Error
// includes the cause, for logs.
type Error struct {
	Subgraph string
	Code     string
	// Retryable is true if it is safe and useful to retry: see the package documentation.
	Retryable bool
	// begun is true if the subgraph may have begun to execute the request.
	begun bool
	cause error
}

func (e *Error) Error() string {
	return fmt.Sprintf("subgraph %s: %s: %v", e.Subgraph, e.Code, e.cause)
}

func (e *Error) Unwrap() error { return e.cause }

// Explain returns the error as clients see it, without addresses and other internals.
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
		return "The subgraph %q is limiting requests at the moment. Try again later."
	case CodeTooLarge:
		return "The answer of the subgraph %q is larger than the router allows: " +
			"request less data at once."
	case CodeAllTooLarge:
		return "The answer of the subgraph %q is, together with the others, " +
			"larger than the router allows: request less data at once."
	case CodeBadResponse:
		return "The subgraph %q did not return a GraphQL response."
	default:
		return "The subgraph %q could not be called."
	}
}

// failed returns the error of a request whose answer is missing, incomplete or too large.
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
	case errors.As(err, &untrusted): // a retry fails until the certificate is replaced
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

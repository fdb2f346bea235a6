// Package apierror holds the errors that a client may see: a stable code and a
// message that tells no internals.
//
// A resolver returns an *Error; the server of package serve puts its code into
// errors[].extensions.code and its message into errors[].message. Every other
// error is logged and answered as INTERNAL.
package apierror

// Code is a stable error code, as it stands in errors[].extensions.code.
type Code string

// The codes of the graph. Those of documents that do not parse or validate,
// GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED, are set by gqlgen.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // no token, or one that does not hold
	Forbidden       Code = "FORBIDDEN"       // known, and not allowed
	BadUserInput    Code = "BAD_USER_INPUT"  // the request is malformed
	RateLimited     Code = "RATE_LIMITED"    // too many requests
	Timeout         Code = "TIMEOUT"         // not done in time
	// ResponseTooLarge says that the answer would be longer than a service writes.
	ResponseTooLarge Code = "RESPONSE_TOO_LARGE"
	// OperationTooLarge says that a document asks for more than a service executes.
	OperationTooLarge Code = "OPERATION_TOO_LARGE"
	// ServiceUnavailable says that a part that the service needs, its database, does not answer. The
	// same request can succeed later.
	ServiceUnavailable Code = "SERVICE_UNAVAILABLE"

	Internal Code = "INTERNAL" // our fault; details are in the log
)

// Error is an error for a client.
type Error struct {
	Code    Code
	Message string
	cause   error
}

// New returns an error for a client.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Wrap returns an error for a client with the cause it has for us. The cause
// is for errors.Is and the log; a client never sees it.
func Wrap(code Code, message string, cause error) *Error {
	return &Error{Code: code, Message: message, cause: cause}
}

// Error is the message for the client.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

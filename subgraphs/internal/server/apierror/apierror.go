// Package apierror defines the errors that a client may see. Each has a stable code, and a
// message without internal details.
//
// A resolver returns an *Error. Package serve writes its code to errors[].extensions.code and its
// message to errors[].message. It answers other errors of resolvers with TIMEOUT,
// SERVICE_UNAVAILABLE or INTERNAL, and logs the last two.
package apierror

// Code is a stable error code, as sent in errors[].extensions.code.
type Code string

// The codes of the graph. gqlgen sets two more, for documents that do not parse or validate:
// GRAPHQL_PARSE_FAILED and GRAPHQL_VALIDATION_FAILED.
const (
	Unauthenticated Code = "UNAUTHENTICATED" // no access token, or an invalid one
	Forbidden       Code = "FORBIDDEN"       // the user is logged in but not allowed to do this
	BadUserInput    Code = "BAD_USER_INPUT"  // the request is malformed
	RateLimited     Code = "RATE_LIMITED"    // too many requests
	Timeout         Code = "TIMEOUT"         // not done in time
	// ResponseTooLarge says that the response would be larger than a service's limit.
	ResponseTooLarge Code = "RESPONSE_TOO_LARGE"
	// OperationTooLarge says that an operation would cost more than a service's limit.
	OperationTooLarge Code = "OPERATION_TOO_LARGE"
	// ServiceUnavailable says that the service's database is unavailable. The same request can
	// succeed later.
	ServiceUnavailable Code = "SERVICE_UNAVAILABLE"

	Internal Code = "INTERNAL" // a fault of ours; the log has the details
)

// Error is an error for a client.
type Error struct {
	Code    Code
	Message string
	cause   error
}

// New returns an error for a client.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Wrap returns an error for a client together with its cause. The cause is for errors.Is and the
// log; a client never sees it.
func Wrap(code Code, message string, cause error) *Error {
	return &Error{Code: code, Message: message, cause: cause}
}

// Error returns the message for the client.
func (e *Error) Error() string { return e.Message }

// Unwrap returns the cause, or nil.
func (e *Error) Unwrap() error { return e.cause }

package authentication

import (
	"fmt"
	"net/http"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
)

// Codes of the errors of this package. The first and the last are those of the services, so a
// client handles both alike.
const (
	CodeUnauthenticated = "UNAUTHENTICATED"
	CodeConflict        = "CREDENTIALS_CONFLICT"
	CodeUnavailable     = "SERVICE_UNAVAILABLE"
)

// refusals are made once, because a flood of bad tokens must be cheap.
type refusals struct {
	missing, invalid, expired, revoked, tooLong, malformed, unavailable *refusal.Refusal
	badKey, undeniable                                                  *refusal.Refusal
}

// newRefusals returns the refusals of a router. The scheme in WWW-Authenticate is that of the
// first kind of credentials that it accepts.
func newRefusals(o Options) refusals {
	scheme, maxBytes, claim := "Certificate", 0, ""
	if o.DenyList != nil {
		claim = o.DenyList.Claim
	}
	switch {
	case o.JWT != nil:
		scheme, maxBytes = "Bearer", o.JWT.MaxBytes
	case o.APIKeys != nil:
		scheme = "ApiKey"
	}
	invalid := func(format string, args ...any) *refusal.Refusal {
		message := fmt.Sprintf(format, args...)
		return refusal.New(http.StatusUnauthorized, CodeUnauthenticated, "%s", message).
			With("WWW-Authenticate", fmt.Sprintf(
				`%s error="invalid_token", error_description="%s"`, scheme, message))
	}
	return refusals{
		missing: refusal.New(http.StatusUnauthorized, CodeUnauthenticated, "Log in first.").
			With("WWW-Authenticate", scheme),
		invalid: invalid("The access token is not valid."),
		expired: invalid("The access token has expired."),
		revoked: invalid("The session has ended."),
		tooLong: invalid("The access token has more than %d bytes.", maxBytes),
		undeniable: invalid("The access token lacks the claim %s, so its session could not be ended.",
			claim),
		badKey: invalid("The API key is not valid."),
		malformed: invalid("The credential does not begin with the name of an accepted scheme, "+
			"such as %s.", scheme),
		unavailable: refusal.New(http.StatusServiceUnavailable, CodeUnavailable,
			"The access token cannot be verified at the moment. Try again soon.").
			With("Retry-After", "1"),
	}
}

// conflict refuses a request with two credentials that differ, and says where they are.
func conflict(first, second credential) *refusal.Refusal {
	return refusal.New(http.StatusBadRequest, CodeConflict,
		"The request has two credentials that differ, in the %s and in the %s. Send one of them.",
		first.place(), second.place()).
		With("WWW-Authenticate", `Bearer error="invalid_request"`)
}

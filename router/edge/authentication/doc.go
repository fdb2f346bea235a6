// Package authentication identifies the client that sends a request.
//
//	           ┌ header, cookie ──▶ JWT ◀── keys (package jwks)     ┐
//	request ──▶┤ header ─────────▶ API key                          ├─▶ Identity, or anonymous,
//	           └ connection ─────▶ client certificate               ┘   or *refusal.Refusal
//	                                 deny list (package denylist) ──┘
//
// Input: an HTTP request, or a token alone. Output: a Result with the Identity, which is nil for
// an anonymous request, or the refusal of the request.
//
// A request without a credential is anonymous. With Options.Required, it is refused. A request
// with a bad credential is refused with 401, UNAUTHENTICATED and WWW-Authenticate. A request may
// repeat its credential. A request with two different credentials is refused with 400 and
// CREDENTIALS_CONFLICT (RFC 6750, section 3.1), because the router could choose one and a service
// behind it the other. A client certificate belongs to the connection, and identifies the client
// only if the request has no credential.
//
// A page decides which headers it sends, but the browser sends a cookie with every request. So a
// page whose access token has expired sends the expired token with the mutation that renews it.
// With Cookie.Ignore, the request continues as an anonymous one, and Result.Ignored holds the
// reason. The request then has the rights of every anonymous request.
//
// The keys of an issuer are unknown if the issuer has not answered since the router started, and
// the router has no copy of its keys. The router then knows neither that a token is valid nor that
// it is invalid. It refuses the token with 503, SERVICE_UNAVAILABLE and Retry-After, so that the
// client keeps it and tries again. It ignores a cookie with Cookie.Ignore in this case, too, so
// that clients can use the public fields. Anonymous requests are not affected.
//
// A verified token is cached until it expires, for at most 24 hours, or until its issuer's keys
// change. The cache is bounded in entries and bytes, and compares complete tokens. The deny list
// is checked for each request.
package authentication

// Package authentication finds out who sends a request.
//
//	           ┌ header, cookie ──▶ JWT ◀── keys (package jwks)     ┐
//	request ──▶┤ header ─────────▶ API key                          ├─▶ Identity, or nobody
//	           └ connection ─────▶ client certificate               ┘   or *refusal.Refusal
//	                                 deny list (package denylist) ──┘
//
// Input: an HTTP request, or a token alone. Output: a Result with the Identity, which is nil for
// an anonymous request, or the refusal of the request.
//
// A request without a credential is anonymous, and refused if Options.Required is set. A request
// with a bad credential is refused with 401, UNAUTHENTICATED and WWW-Authenticate. A request with
// two credentials that differ is refused with 400 and CREDENTIALS_CONFLICT (RFC 6750, section
// 3.1): the router and the services behind it could choose different ones. A request may repeat
// the same credential. A client certificate is not in the request, and counts only if the request
// has no credential.
//
// A cookie differs from a header, because a browser sends it whether the page wants to or not. A
// page whose access token has expired sends the expired token together with the mutation that
// renews it. Cookie.Ignore lets such a request continue as an anonymous one, with the reason in
// Result.Ignored. What it may do is then decided as for all anonymous requests.
//
// While the keys of an issuer are not known, because it has not answered since the router started
// and there is no copy of its keys, its tokens can be neither accepted nor called invalid. They
// are refused with 503, SERVICE_UNAVAILABLE and Retry-After, so that a client keeps its token and
// tries again. A cookie with Cookie.Ignore is ignored then, too, so the public part of the graph
// stays available. Anonymous requests are not affected.
//
// A token that was verified is remembered until it expires, unless the keys of its issuer change.
// The deny list is asked each time. The cache is bounded in entries and bytes, and compares tokens
// in full.
package authentication

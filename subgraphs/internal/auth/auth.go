// Package auth tells a service which user sends a request.
//
// Every service verifies every access token itself: its type, signature, issuer, audience, the
// times of issue and expiry, and that its session is not revoked. So a subgraph that a client
// calls directly reveals no more than one behind the router.
//
//	request ──Middleware──▶ context ──From / Require──▶ resolver
//	              ▲    ▲
//	          Keys│    │Revocations
//	  RemoteKeys: /.well-known/jwks.json,   DenyList: the stream of revoked
//	  kept on disk for when user is down    sessions, read from its beginning
//
// The middleware refuses no request, because much of the graph is public. The resolvers of
// private fields call Require.
package auth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const (
	// Issuer is the claim iss of our tokens.
	Issuer = "https://trefoil.local/user"
	// Audience is the claim aud of our tokens.
	Audience = "trefoil"
	// TokenType is the header typ of our tokens.
	TokenType = "JWT"
	// TokenLife is how long an access token is valid.
	TokenLife = 10 * time.Minute
	// Leeway is how far the clocks of two services may differ.
	Leeway = 30 * time.Second
	// AccessCookie is the name, on http, of the cookie with a browser's access token. See
	// CookieName.
	AccessCookie = "trefoil_access"
)

// CookieName returns the name of a cookie on a site with https (secure) or http. On https it has
// the prefix __Host-. Browsers accept such a cookie only from this host, so no other host of the
// domain can set it.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// Identity is the user, session and roles of a token.
type Identity struct {
	UserID    string
	SessionID string
	Roles     []Role
}

// presented is the token that the middleware found in a request.
type presented struct {
	token    bool // there is a token, valid or not
	identity Identity
	err      error // why the token is invalid
	again    func() error
}

type contextKey struct{}

// From returns the identity of the request. It reports false if the request has no valid token.
func From(ctx context.Context) (Identity, bool) {
	found, _ := ctx.Value(contextKey{}).(presented)
	return found.identity, found.token && found.err == nil
}

// Presented reports whether the request has a token, valid or not.
func Presented(ctx context.Context) bool {
	found, _ := ctx.Value(contextKey{}).(presented)
	return found.token
}

// Require returns the identity of the request. If the request has no valid token, it returns an
// UNAUTHENTICATED error.
func Require(ctx context.Context) (Identity, error) {
	found, _ := ctx.Value(contextKey{}).(presented)
	switch {
	case !found.token:
		return Identity{}, apierror.New(apierror.Unauthenticated, "Log in first.")
	case found.err != nil:
		return Identity{}, found.err
	}
	return found.identity, nil
}

// StillHolds returns an error if the request's token is not valid at this moment. During a long
// request the token can expire, or its session can end.
func StillHolds(ctx context.Context) error {
	found, _ := ctx.Value(contextKey{}).(presented)
	if !found.token {
		return apierror.New(apierror.Unauthenticated, "Log in first.")
	}
	return found.again()
}

// Middleware verifies the token of each request and puts the result into the request's context.
// The token is that of the header Authorization or, without this header, of the cookie.
func (v *Verifier) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, found := v.tokenOf(r)
		if !found {
			next.ServeHTTP(w, r)
			return
		}
		identity, err := v.Verify(r.Context(), token)
		again := func() error { _, err := v.Verify(r.Context(), token); return err }
		shown := presented{token: true, identity: identity, err: err, again: again}
		ctx := context.WithValue(r.Context(), contextKey{}, shown)
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (v *Verifier) tokenOf(r *http.Request) (token string, found bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", true // a credential, but not one of ours
		}
		return strings.TrimSpace(token), true
	}
	if cookie, err := r.Cookie(v.cookie); err == nil && cookie.Value != "" {
		return cookie.Value, true
	}
	return "", false
}

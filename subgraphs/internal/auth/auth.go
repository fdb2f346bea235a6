// Package auth tells a service who is asking, and believes nobody.
//
// Every service verifies every access token itself: type, signature, issuer,
// audience, the times of issue and end, and that its session was not revoked.
// So a subgraph called directly tells as little as one behind the router.
//
//	request ──Middleware──▶ context ──From / Require──▶ resolver
//	              ▲    ▲
//	          Keys│    │Revocations
//	  RemoteKeys: /.well-known/jwks.json,   DenyList: the stream of revoked
//	  kept on disk for when user is down    sessions, read from its beginning
//
// The middleware refuses no request: much of the graph is public. It is the
// resolver of something private that calls Require.
package auth

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
)

const (
	// Issuer is the claim iss of our tokens.
	Issuer = "https://trefoil.local/user"
	// Audience is the claim aud of our tokens.
	Audience = "trefoil"
	// TokenType is the header typ of our tokens.
	TokenType = "JWT"
	// TokenLife is how long an access token holds.
	TokenLife = 10 * time.Minute
	// Leeway is by how much the clocks of two services may differ.
	Leeway = 30 * time.Second
	// AccessCookie is the cookie that brings a browser's access token, by its name on http: see CookieName.
	AccessCookie = "trefoil_access"
)

// CookieName returns the name of a cookie of a site that is on https (secure) or on http. On https it has the prefix
// __Host-: browsers accept such a cookie from this host alone, so that no other host of the domain can plant one.
func CookieName(name string, secure bool) string {
	if secure {
		return "__Host-" + name
	}
	return name
}

// Identity is whom a token speaks for.
type Identity struct {
	UserID    string
	SessionID string
	Roles     []Role
}

// presented is what the middleware found in a request.
type presented struct {
	token    bool // there was one, good or bad
	identity Identity
	err      error // why the token is bad
	again    func() error
}

type contextKey struct{}

// From returns the identity of the request, if it came with a good token.
func From(ctx context.Context) (Identity, bool) {
	found, _ := ctx.Value(contextKey{}).(presented)
	return found.identity, found.token && found.err == nil
}

// Presented tells whether the request came with a token at all, good or bad.
func Presented(ctx context.Context) bool {
	found, _ := ctx.Value(contextKey{}).(presented)
	return found.token
}

// Require returns the identity of the request or the reason why it has none:
// an UNAUTHENTICATED error for a request without a token, or with a bad one.
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

// StillHolds tells whether the request's token holds at this moment: of a request that goes on for long, it may have
// expired, or its session may have ended.
func StillHolds(ctx context.Context) error {
	found, _ := ctx.Value(contextKey{}).(presented)
	if !found.token {
		return apierror.New(apierror.Unauthenticated, "Log in first.")
	}
	return found.again()
}

// Middleware puts into the request's context what the token says: that of the
// header Authorization, else that of the cookie.
func (v *Verifier) Middleware(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, found := v.tokenOf(r)
		if !found {
			next.ServeHTTP(w, r)
			return
		}
		identity, err := v.Verify(r.Context(), token)
		again := func() error { _, err := v.Verify(r.Context(), token); return err }
		ctx := context.WithValue(r.Context(), contextKey{}, presented{token: true, identity: identity, err: err, again: again})
		next.ServeHTTP(w, r.WithContext(ctx))
	})
}

func (v *Verifier) tokenOf(r *http.Request) (token string, found bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		if !strings.EqualFold(scheme, "Bearer") {
			return "", true // a credential, but none that holds here
		}
		return strings.TrimSpace(token), true
	}
	if cookie, err := r.Cookie(v.cookie); err == nil && cookie.Value != "" {
		return cookie.Value, true
	}
	return "", false
}

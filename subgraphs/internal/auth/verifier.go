package auth

import (
	"context"
	"errors"
	"fmt"

	"github.com/golang-jwt/jwt/v5"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// Claims are the claims of an access token.
type Claims struct {
	jwt.RegisteredClaims
	SessionID string `json:"sid"`
	Roles     []Role `json:"roles"`
}

// Keys finds the public key that a token names.
type Keys interface {
	Keyfunc(ctx context.Context) jwt.Keyfunc
}

// Revocations knows the sessions whose tokens hold no longer.
type Revocations interface {
	Revoked(ctx context.Context, sessionID string) (bool, error)
}

// Verifier tells good tokens from bad.
type Verifier struct {
	keys    Keys
	revoked Revocations
	parser  *jwt.Parser
	cookie  string // the name of that with the access token
}

// NewVerifier returns a verifier of tokens signed with one of keys.
func NewVerifier(keys Keys, revoked Revocations) *Verifier {
	return &Verifier{keys: keys, revoked: revoked, cookie: AccessCookie, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(Issuer),
		jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(),
	)}
}

// ForSite returns a verifier that reads the access cookie of a site on https (secure) or on http, and no other.
func (v *Verifier) ForSite(secure bool) *Verifier {
	site := *v
	site.cookie = CookieName(AccessCookie, secure)
	return &site
}

// Verify returns whom the token speaks for, or an UNAUTHENTICATED error that
// says whether it is over, revoked or simply not ours.
func (v *Verifier) Verify(ctx context.Context, token string) (Identity, error) {
	var claims Claims
	_, err := v.parser.ParseWithClaims(token, &claims, v.keys.Keyfunc(ctx))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Identity{}, refuse("The access token has expired.", err)
	case err != nil:
		return Identity{}, refuse("The access token is not valid.", err)
	case !ids.Valid("usr", claims.Subject) || claims.SessionID == "":
		return Identity{}, refuse("The access token is not valid.", errors.New("claims sub or sid"))
	}
	revoked, err := v.revoked.Revoked(ctx, claims.SessionID)
	if err != nil {
		return Identity{}, fmt.Errorf("look up session: %w", err)
	}
	if revoked {
		return Identity{}, refuse("The session has ended.", nil)
	}
	return Identity{UserID: claims.Subject, SessionID: claims.SessionID, Roles: claims.Roles}, nil
}

func refuse(message string, cause error) error {
	return apierror.Wrap(apierror.Unauthenticated, message, cause)
}

package auth

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
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

// Revocations reports whether a session is revoked, so that its tokens are no longer valid.
type Revocations interface {
	Revoked(ctx context.Context, sessionID string) (bool, error)
}

// Verifier verifies access tokens.
type Verifier struct {
	keys    Keys
	revoked Revocations
	parser  *jwt.Parser
	cookie  string // the name of the cookie with the access token
}

// NewVerifier returns a verifier of tokens that are signed with one of keys.
func NewVerifier(keys Keys, revoked Revocations) *Verifier {
	return NewVerifierAt(keys, revoked, time.Now)
}

// NewVerifierAt is NewVerifier with a clock.
func NewVerifierAt(keys Keys, revoked Revocations, now func() time.Time) *Verifier {
	return &Verifier{keys: keys, revoked: revoked, cookie: AccessCookie, parser: jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(Issuer),
		jwt.WithAudience(Audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(Leeway),
		jwt.WithTimeFunc(now),
	)}
}

// ForSite returns a verifier that reads only the access cookie of a site on https (secure) or on
// http.
func (v *Verifier) ForSite(secure bool) *Verifier {
	site := *v
	site.cookie = CookieName(AccessCookie, secure)
	return &site
}

// Verify returns the identity of a token. Its UNAUTHENTICATED error says whether the token has
// expired, its session has ended, or the token is otherwise invalid.
func (v *Verifier) Verify(ctx context.Context, token string) (Identity, error) {
	var claims Claims
	_, err := v.parser.ParseWithClaims(token, &claims, v.keyfunc(ctx))
	switch {
	case errors.Is(err, jwt.ErrTokenExpired):
		return Identity{}, refuse("The access token has expired.", err)
	case err != nil:
		return Identity{}, refuse("The access token is not valid.", err)
	case !ids.Valid("usr", claims.Subject) || claims.SessionID == "":
		reason := errors.New("invalid claim sub or sid")
		return Identity{}, refuse("The access token is not valid.", reason)
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

// keyfunc checks the header before it looks for the key, which can cost a request to the user
// service.
func (v *Verifier) keyfunc(ctx context.Context) jwt.Keyfunc {
	find := v.keys.Keyfunc(ctx)
	return func(token *jwt.Token) (any, error) {
		if err := checkHeader(token.Header); err != nil {
			return nil, err
		}
		return find(token)
	}
}

// checkHeader refuses a token that our key signed for another purpose. The user service writes
// the type JWT and uses no extensions. By RFC 7515, section 4.1.11, a recipient refuses a token
// with critical extensions that it does not know.
func checkHeader(header map[string]any) error {
	if typ, _ := header["typ"].(string); !strings.EqualFold(typ, TokenType) {
		return fmt.Errorf("header: typ is not %s", TokenType)
	}
	if _, found := header["crit"]; found {
		return errors.New("header: crit names unknown extensions")
	}
	return nil
}

func refuse(message string, cause error) error {
	return apierror.Wrap(apierror.Unauthenticated, message, cause)
}

package authentication

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
)

// issuer is a configured issuer with its keys.
type issuer struct {
	Issuer

	keys     *jwks.Set // nil if the issuer has a secret
	required map[string]*regexp.Regexp
}

func newIssuer(o Issuer, previous *Authenticator) (*issuer, error) {
	i := &issuer{Issuer: o, required: map[string]*regexp.Regexp{}}
	for _, algorithm := range o.Algorithms {
		_, symmetric := jwt.GetSigningMethod(algorithm).(*jwt.SigningMethodHMAC)
		switch {
		case jwt.GetSigningMethod(algorithm) == nil || algorithm == "none":
			return nil, fmt.Errorf("issuer %s: algorithm %q is not supported", o.Name, algorithm)
		case symmetric != (len(o.Secret) > 0):
			return nil, fmt.Errorf("issuer %s: algorithm %s: "+
				"HS256, HS384 and HS512 need a secret, and all others need keys", o.Name, algorithm)
		}
	}
	for name, pattern := range o.Claims {
		compiled, err := regexp.Compile("^(?:" + pattern + ")$")
		if err != nil {
			return nil, fmt.Errorf("issuer %s: claim %s: %w", o.Name, name, err)
		}
		i.required[name] = compiled
	}
	if len(o.Secret) > 0 {
		return i, nil
	}
	keys, err := jwks.New(o.Keys, previous.keysOf(o.Name))
	i.keys = keys
	return i, err
}

// keysOf returns the keys of an issuer, or nil.
func (a *Authenticator) keysOf(name string) *jwks.Set {
	if a == nil || a.issuers[name] == nil {
		return nil
	}
	return a.issuers[name].keys
}

func (i *issuer) generation() uint64 {
	if i.keys == nil {
		return 0
	}
	return i.keys.Generation()
}

// Verify returns the identity of a token, or a *refusal.Refusal, or the context's error.
// Transports call it if the token is not in the HTTP request but, for example, in a WebSocket's
// connection_init.
func (a *Authenticator) Verify(ctx context.Context, token string) (*Identity, error) {
	if a.tokens == nil {
		return nil, a.refusals.invalid
	}
	if len(token) > a.maxBytes {
		return nil, a.refusals.tooLong
	}
	v, ok := a.remember(token)
	if !ok {
		var err error
		if v, err = a.verify(ctx, token); err != nil {
			return nil, err
		}
	}
	switch {
	case a.denied == nil:
	case !v.deniable:
		return nil, a.refusals.undeniable
	case a.denied.Denies(v.denied):
		a.tokens.remove(token)
		return nil, a.refusals.revoked
	}
	if !ok {
		a.tokens.add(token, v)
	}
	return v.identity, nil
}

// remember returns a cached token if it has not expired, and was verified with its issuer's
// current keys.
func (a *Authenticator) remember(token string) (*verified, bool) {
	v, found := a.tokens.get(token)
	if found && time.Now().Before(v.until) && v.generation == v.issuer.generation() {
		return v, true
	}
	if found {
		a.tokens.remove(token)
	}
	return nil, false
}

func (a *Authenticator) verify(ctx context.Context, token string) (*verified, error) {
	claims := jwt.MapClaims{}
	var from *issuer
	var generation uint64
	_, err := a.parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		name, _ := claims["iss"].(string)
		if from = a.issuers[name]; from == nil {
			return nil, jwt.ErrTokenInvalidIssuer
		}
		generation = from.generation()
		return from.key(ctx, t)
	})
	if err == nil {
		err = from.check(claims)
	}
	switch {
	case err == nil:
		return a.accept(claims, from, generation), nil
	case errors.Is(err, jwks.ErrUnavailable):
		return nil, a.refusals.unavailable
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, jwt.ErrTokenExpired):
		return nil, a.refusals.expired
	}
	return nil, a.refusals.invalid
}

// key checks a token's header and returns the key that verifies the token. It checks first,
// because finding a key can cost a fetch. A recipient must refuse critical extensions that it does
// not know (RFC 7515, section 4.1.11).
func (i *issuer) key(ctx context.Context, t *jwt.Token) (any, error) {
	if !slices.Contains(i.Algorithms, t.Method.Alg()) {
		return nil, errors.New("header: alg is not accepted from this issuer")
	}
	if _, found := t.Header["crit"]; found {
		return nil, errors.New("header: crit names unknown extensions")
	}
	typ, _ := t.Header["typ"].(string)
	if len(i.Types) > 0 && !slices.ContainsFunc(i.Types, func(accepted string) bool {
		return strings.EqualFold(accepted, typ)
	}) {
		return nil, errors.New("header: typ is not accepted from this issuer")
	}
	if i.keys == nil {
		return i.Secret, nil
	}
	id, isText := t.Header["kid"].(string)
	if _, found := t.Header["kid"]; found && (!isText || id == "") {
		return nil, errors.New("header: kid is not a text")
	}
	return i.keys.Find(ctx, id, t.Method.Alg())
}

// check checks the audience and the required claims, which are configured for each issuer.
func (i *issuer) check(claims jwt.MapClaims) error {
	audiences, err := claims.GetAudience()
	if err != nil {
		return err
	}
	if len(i.Audiences) > 0 && !slices.ContainsFunc(i.Audiences, func(accepted string) bool {
		return slices.Contains(audiences, accepted)
	}) {
		return jwt.ErrTokenInvalidAudience
	}
	for name, pattern := range i.required {
		value, _ := claimAt(claims, name)
		if text, ok := value.(string); !ok || !pattern.MatchString(text) {
			return fmt.Errorf("claim %s is missing or has another form", name)
		}
	}
	return nil
}

func (a *Authenticator) accept(claims jwt.MapClaims, from *issuer, generation uint64) *verified {
	subject, _ := claims["sub"].(string)
	end, _ := claims.GetExpirationTime() // the parser has read it
	until := end.Add(a.leeway)
	if latest := time.Now().Add(longestMemory); until.After(latest) {
		until = latest
	}
	v := &verified{
		issuer: from, generation: generation, until: until,
		identity: newIdentity(SchemeJWT, subject, from.Name,
			scopesOf(claims, from.ScopesClaim), claims),
	}
	if a.denied != nil {
		value, _ := claimAt(claims, a.deniedClaim)
		text, _ := value.(string)
		v.deniable, v.denied = text != "", denylist.KeyOf(text)
	}
	return v
}

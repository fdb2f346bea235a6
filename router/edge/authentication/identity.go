package authentication

import (
	"context"
	"slices"
	"strings"
)

// Scheme is the kind of a credential.
type Scheme string

// The schemes.
const (
	SchemeJWT         Scheme = "jwt"
	SchemeAPIKey      Scheme = "apiKey"
	SchemeCertificate Scheme = "mtls"
)

// Identity describes an authenticated client. It never changes; requests with the same token share
// one Identity.
type Identity struct {
	subject, issuer string
	scheme          Scheme
	scopes          []string // sorted
	claims          map[string]any
}

// Subject returns the claim sub, the name of an API key, or the name of a certificate.
func (i *Identity) Subject() string { return i.subject }

// Issuer returns the claim iss, or the issuer of a certificate. It is empty for an API key.
func (i *Identity) Issuer() string { return i.issuer }

// Scheme returns the kind of the credential.
func (i *Identity) Scheme() Scheme { return i.scheme }

// HasScope reports whether the identity has a scope.
func (i *Identity) HasScope(scope string) bool {
	_, found := slices.BinarySearch(i.scopes, scope)
	return found
}

// Scopes returns the scopes, sorted.
func (i *Identity) Scopes() []string { return slices.Clone(i.scopes) }

// Claim returns a copy of a claim's value: a string, float64, bool, []any or map[string]any as in
// JSON. Several names are the path to a nested claim.
func (i *Identity) Claim(path ...string) (any, bool) {
	value, found := lookup(i.claims, path)
	return copied(value), found
}

// Claims returns a copy of all claims.
func (i *Identity) Claims() map[string]any { return copied(i.claims).(map[string]any) }

func lookup(claims map[string]any, path []string) (any, bool) {
	var value any = claims
	for _, name := range path {
		members, _ := value.(map[string]any)
		next, found := members[name]
		if !found {
			return nil, false
		}
		value = next
	}
	return value, true
}

// claimAt returns a claim by its configured name. The name is first that of a claim, which may
// contain dots, and otherwise the path to a nested claim.
func claimAt(claims map[string]any, name string) (any, bool) {
	if value, found := claims[name]; found {
		return value, true
	}
	return lookup(claims, strings.Split(name, "."))
}

// copied returns a deep copy of a value. Integers, which a configuration can contain, become
// float64 as in JSON.
func copied(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, member := range v {
			out[name] = copied(member)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, element := range v {
			out[i] = copied(element)
		}
		return out
	case int:
		return float64(v)
	case int64:
		return float64(v)
	case uint64:
		return float64(v)
	}
	return value
}

// newIdentity returns an identity with copies of the scopes and claims.
func newIdentity(scheme Scheme, subject, issuer string, scopes []string, claims map[string]any,
) *Identity {
	own := slices.Clone(scopes)
	slices.Sort(own)
	kept, _ := copied(claims).(map[string]any)
	return &Identity{
		subject: subject, issuer: issuer, scheme: scheme, scopes: slices.Compact(own), claims: kept,
	}
}

// scopesOf reads scopes from a claim, which is a text or a list of texts. It ignores other values.
func scopesOf(claims map[string]any, name string) []string {
	if name == "" {
		return append(scopesOf(claims, "scope"), scopesOf(claims, "scp")...)
	}
	value, _ := claimAt(claims, name)
	switch v := value.(type) {
	case string:
		return strings.Fields(v)
	case []any:
		var scopes []string
		for _, element := range v {
			if scope, ok := element.(string); ok {
				scopes = append(scopes, scope)
			}
		}
		return scopes
	}
	return nil
}

// Result is the result of authenticating a request.
type Result struct {
	// Identity is nil for an anonymous request.
	Identity *Identity
	// Ignored is the refusal of a token that was ignored because of Cookie.Ignore, or nil. A step
	// that refuses an anonymous request uses it to explain why the request is anonymous.
	Ignored error
}

type contextKey struct{}

// With returns a context with the result of a request.
func With(ctx context.Context, result Result) context.Context {
	return context.WithValue(ctx, contextKey{}, result)
}

// From returns the result of a request. It is empty if the request was not authenticated.
func From(ctx context.Context) Result {
	result, _ := ctx.Value(contextKey{}).(Result)
	return result
}

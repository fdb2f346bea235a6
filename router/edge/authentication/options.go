package authentication

import (
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
)

// Options say which credentials are accepted. Package config validates a configuration file; New
// refuses values that it cannot use.
type Options struct {
	// Required refuses requests without a credential.
	Required bool
	// JWT is nil if tokens are not accepted.
	JWT *JWT
	// APIKeys is nil if API keys are not accepted.
	APIKeys *APIKeys
	// Certificates map verified client certificates to identities. The first rule that matches is
	// used. A client whose certificate matches no rule is anonymous.
	Certificates []CertificateRule
	// DenyList is nil if tokens are valid until they expire.
	DenyList *DenyList
	// IdentityHeaders are the headers in which the router, or a proxy before it, names the client to
	// subgraphs. Strip removes them, because a client must not set them.
	IdentityHeaders []string
	Log             *slog.Logger
}

// JWT says which JSON Web Tokens are accepted, and where they are in a request.
type JWT struct {
	Issuers []Issuer
	Headers []Header
	Cookies []Cookie
	// Leeway is the largest accepted difference between the clocks of the issuer and the router.
	Leeway time.Duration
	// MaxBytes is the size of the longest token.
	MaxBytes int
	// CachedTokens bounds the number of verified tokens in the cache.
	CachedTokens int
}

// Issuer is one issuer of tokens.
type Issuer struct {
	// Name is the claim iss of its tokens.
	Name string
	// Audiences are accepted in the claim aud: a token needs one of them. Empty accepts any.
	Audiences []string
	// Algorithms are accepted in the header alg.
	Algorithms []string
	// Types are accepted in the header typ, whatever their case. Empty accepts any.
	Types []string
	// Claims are further claims that a token needs. Each must be a text, and match its regular
	// expression completely.
	Claims map[string]string
	// ScopesClaim is the claim with the scopes: a list of texts, or one text with spaces between the
	// scopes. A dot separates the names of nested claims. Empty means the claims scope and scp.
	ScopesClaim string
	// Keys says where the public keys are. It is ignored if Secret is set.
	Keys jwks.Options
	// Secret verifies tokens with the algorithms HS256, HS384 and HS512. All others need keys.
	Secret []byte
}

// Header is a header that may hold a credential.
type Header struct {
	Name string
	// Prefix is the scheme before the credential, for example Bearer, in any case. Empty means that
	// the value of the header is the credential.
	Prefix string
}

// Cookie is a cookie that may hold a token.
type Cookie struct {
	Name string
	// Ignore lets a request continue as an anonymous one if its token is not valid or cannot be
	// verified. Without it, the request is refused.
	Ignore bool
}

// APIKeys say which API keys are accepted.
type APIKeys struct {
	Header Header
	Keys   []APIKey
}

// APIKey is one API key.
type APIKey struct {
	// Name is the subject of the identity.
	Name string
	// SHA256 is the hash of the key. A fast hash is enough because keys are random.
	SHA256 [32]byte
	Scopes []string
	Claims map[string]any
}

// CertificateRule maps client certificates to an identity. All conditions that are set must match.
// A * in a condition stands for any text.
type CertificateRule struct {
	// Subject is the certificate's subject, as in RFC 2253: CN=orders,O=Shop.
	Subject string
	// DNS, URI and Email match if one of the certificate's subject alternative names of this kind
	// matches.
	DNS, URI, Email string
	// Name is the subject of the identity. If it is empty, that is the alternative name that matches,
	// or without one the certificate's subject.
	Name   string
	Scopes []string
	Claims map[string]any
}

// DenyList says which tokens are refused before they expire.
type DenyList struct {
	// Claim is the claim whose value is compared with the list.
	Claim string
	List  denylist.Options
	// NATS and HTTP are the sources of the list. Either may be nil.
	NATS *denylist.NATS
	HTTP *denylist.HTTP
}

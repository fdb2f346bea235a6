package authentication

import (
	"log/slog"
	"time"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
)

// Options say who is accepted. Package config validates what a configuration file says; New
// refuses what it cannot use.
type Options struct {
	// Required refuses requests without a credential.
	Required bool
	// JWT is nil if tokens are not accepted.
	JWT *JWT
	// APIKeys is nil if API keys are not accepted.
	APIKeys *APIKeys
	// Certificates maps verified client certificates to identities. The first rule that matches
	// decides. A certificate that no rule matches identifies nobody.
	Certificates []CertificateRule
	// DenyList is nil if tokens are valid until they expire.
	DenyList *DenyList
	// IdentityHeaders are the headers in which the router, or a proxy before it, says who asks. A
	// client must not set them: Strip removes them.
	IdentityHeaders []string
	Log             *slog.Logger
}

// JWT says which JSON Web Tokens are accepted, and where they are in a request.
type JWT struct {
	Issuers []Issuer
	Headers []Header
	Cookies []Cookie
	// Leeway is how far the issuer's clock may differ from ours.
	Leeway time.Duration
	// MaxBytes is the size of the largest token.
	MaxBytes int
	// CachedTokens is how many verified tokens are remembered.
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
	// Claims are further claims that a token needs, as texts that match an anchored regular
	// expression.
	Claims map[string]string
	// ScopesClaim is the claim with the scopes: a list of texts, or a text with spaces between
	// them. A dot separates the names of nested claims. Empty means scope and scp.
	ScopesClaim string
	// Keys says where the public keys are. It is not used if there is a Secret.
	Keys jwks.Options
	// Secret verifies tokens with the algorithms HS256, HS384 and HS512, and no others.
	Secret []byte
}

// Header is a header that may hold a credential.
type Header struct {
	Name string
	// Prefix is the scheme before the credential, such as Bearer. Its case does not matter. Empty
	// means that the whole value is the credential.
	Prefix string
}

// Cookie is a cookie that may hold a token.
type Cookie struct {
	Name string
	// Ignore lets a request with a token that is not valid continue as an anonymous one. Otherwise
	// it is refused.
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
	// SHA256 is the hash of the key. The key itself is random, so a fast hash is enough.
	SHA256 [32]byte
	Scopes []string
	Claims map[string]any
}

// CertificateRule maps client certificates to an identity. All conditions that are set have to
// match. A * in a condition stands for any text.
type CertificateRule struct {
	// Subject is the certificate's subject, as in RFC 2253: CN=orders,O=Shop.
	Subject string
	// DNS, URI and Email are subject alternative names: one of the certificate's has to match.
	DNS, URI, Email string
	// Name is the subject of the identity. Empty means the alternative name that matches, or else
	// the certificate's subject.
	Name   string
	Scopes []string
	Claims map[string]any
}

// DenyList says which tokens are refused before they expire.
type DenyList struct {
	// Claim is the claim whose value is compared with the list.
	Claim string
	List  denylist.Options
	// NATS and HTTP feed the list. Either may be nil.
	NATS *denylist.NATS
	HTTP *denylist.HTTP
}

package config

import "time"

// Authentication says which credentials clients may use. A request with a bad credential is
// refused with the status 401 and the code UNAUTHENTICATED. A request with two different
// credentials is refused with 400 and CREDENTIALS_CONFLICT.
type Authentication struct {
	// Mode is optional or required. With optional, a request without a credential is anonymous. With
	// required, it is refused. Default: optional.
	Mode string `yaml:"mode" jsonschema:"enum=optional,enum=required"`

	// JWT accepts JSON Web Tokens.
	JWT JWT `yaml:"jwt"`

	// APIKeys accepts API keys.
	APIKeys APIKeys `yaml:"apiKeys"`

	// MTLS are rules for client certificates that the TLS handshake has verified. The first rule that
	// matches is used. A certificate identifies the client only if the request has no other
	// credential. Default: none.
	MTLS []CertificateRule `yaml:"mtls"`

	// DenyList refuses tokens before they expire.
	DenyList DenyList `yaml:"denyList"`

	// IdentityHeaders are headers that name the client to subgraphs. The router removes them from
	// clients' requests, so that no client can pretend to be another. Default: none.
	IdentityHeaders []string `yaml:"identityHeaders"`
}

// JWT says which JSON Web Tokens are accepted, and where they are in a request. Every token needs
// the claim exp.
type JWT struct {
	// Issuers are the accepted issuers. Without an issuer, no token is accepted. Default: none.
	Issuers []Issuer `yaml:"issuers"`
	// Headers are the headers that may hold a token. Default: Authorization with the prefix Bearer.
	Headers []TokenHeader `yaml:"headers"`
	// Cookies are the cookies that may hold a token. Default: none.
	Cookies []TokenCookie `yaml:"cookies"`
	// PublicURL is the address at which browsers reach the router. If it begins with https, the
	// router adds the prefix __Host- to the names of the cookies. No other host can set a cookie with
	// this prefix. Default: none, and the cookies have their names as written.
	PublicURL string `yaml:"publicUrl"`
	// Leeway is the largest accepted difference between the clocks of an issuer and the router.
	// Default: 30s.
	Leeway time.Duration `yaml:"leeway"`
	// MaxBytes is the size of the longest token. Default: 8192.
	MaxBytes int `yaml:"maxBytes"`
	// CachedTokens is the number of verified tokens in the cache. A token stays there until it
	// expires, for at most 24 hours, and takes about 3 KiB. Default: 10000.
	CachedTokens int `yaml:"cachedTokens"`
}

// TokenHeader is a header that may hold a token.
type TokenHeader struct {
	// Name is the header's name. Case does not matter.
	Name string `yaml:"name"`
	// Prefix is the word before the token, for example Bearer. Default: none.
	Prefix string `yaml:"prefix"`
}

// TokenCookie is a cookie that may hold a token.
type TokenCookie struct {
	// Name is the cookie's name. Case matters.
	Name string `yaml:"name"`
	// Invalid says what the router does with a request whose cookie has a token that is not valid, or
	// cannot be verified now. refuse refuses the request. anonymous lets it continue as an anonymous
	// request: a page that renews an expired token with a mutation needs this, because the browser
	// sends the expired token with the mutation. Default: refuse.
	Invalid string `yaml:"invalid" jsonschema:"enum=refuse,enum=anonymous"`
}

// Issuer is an issuer of tokens.
type Issuer struct {
	// Issuer is the claim iss of its tokens.
	Issuer string `yaml:"issuer"`
	// Audiences are accepted in the claim aud: a token needs one of them. Default: none, and the
	// claim is not checked.
	Audiences []string `yaml:"audiences"`
	// JWKS says where the public keys are.
	JWKS JWKS `yaml:"jwks"`
	// Secret verifies tokens with the algorithms HS256, HS384 and HS512, instead of public keys. It
	// needs at least 32 bytes. Default: none.
	Secret string `yaml:"secret" secret:"true"`
	// Algorithms are the accepted algorithms. HS256, HS384 and HS512 need a secret, and must be
	// listed. The algorithm none is never accepted. Default: all asymmetric algorithms, which are
	// EdDSA, ES256, ES384, ES512, PS256, PS384, PS512, RS256, RS384 and RS512.
	Algorithms []string `yaml:"algorithms"`
	// Types are the accepted values of the token's header typ, for example JWT or at+jwt. Default:
	// none, and the header is not checked.
	Types []string `yaml:"types"`
	// RequiredClaims are further claims that a token needs, each with a regular expression that must
	// match the complete claim, a text. Default: none.
	RequiredClaims map[string]string `yaml:"requiredClaims"`
	// ScopesClaim is the claim with the scopes: a list of texts, or one text with spaces between the
	// scopes. A dot separates the names of nested claims. Default: scope and scp.
	ScopesClaim string `yaml:"scopesClaim"`
}

// JWKS says where the public keys of an issuer are, as a JSON Web Key Set.
type JWKS struct {
	// URL is the address of the key set.
	URL string `yaml:"url"`
	// File is the path of a file with the key set, relative to the configuration file. The router
	// reads it again at each refresh. Either url or file is required.
	File string `yaml:"file"`
	// Copy is the path of a file in which the router stores the key set of the URL, relative to the
	// configuration file. With it, the router can verify tokens if it starts while the issuer is
	// down. Default: none.
	Copy string `yaml:"copy"`
	// RefreshEvery is the time between two refreshes. Default: 5m.
	RefreshEvery time.Duration `yaml:"refreshEvery"`
	// UnknownKeyPause is the shortest time between two fetches because of tokens with unknown keys.
	// Default: 10s.
	UnknownKeyPause time.Duration `yaml:"unknownKeyPause"`
	// Timeout limits the time of one fetch. Default: 2s.
	Timeout time.Duration `yaml:"timeout"`
}

// APIKeys say which API keys are accepted, and where they are in a request.
type APIKeys struct {
	// Header is the header with the key. Default: x-api-key.
	Header string `yaml:"header"`
	// Prefix is the word before the key. Default: none.
	Prefix string `yaml:"prefix"`
	// Keys are the accepted keys. Default: none.
	Keys []APIKey `yaml:"keys"`
	// File is the path of a YAML file with further keys, relative to the configuration file. It
	// contains a list like keys. The router reads it again at each reload; reload.watch does not
	// watch it. Default: none.
	File string `yaml:"file"`
}

// APIKey is an API key. Use random keys of at least 128 bits.
type APIKey struct {
	// Name is the subject of the identity.
	Name string `yaml:"name"`
	// SHA256 is the key's SHA-256 in hexadecimal digits: printf %s KEY | sha256sum.
	SHA256 string `yaml:"sha256"`
	// Scopes are the scopes of the identity. Default: none.
	Scopes []string `yaml:"scopes"`
	// Claims are the claims of the identity. Default: none.
	Claims map[string]any `yaml:"claims"`
}

// CertificateRule maps client certificates to an identity. It needs at least one of the conditions
// subject, dns, uri and email, and all of its conditions must match. A * stands for any text.
type CertificateRule struct {
	// Subject is the certificate's subject as in RFC 2253, for example CN=orders,O=Shop. Default:
	// any.
	Subject string `yaml:"subject"`
	// DNS is a DNS name of the certificate. Default: any.
	DNS string `yaml:"dns"`
	// URI is a URI of the certificate, for example spiffe://shop/orders. Default: any.
	URI string `yaml:"uri"`
	// Email is an email address of the certificate. Default: any.
	Email string `yaml:"email"`
	// Name is the subject of the identity. Default: the DNS name, URI or email address that matches,
	// or otherwise the certificate's subject.
	Name string `yaml:"name"`
	// Scopes are the scopes of the identity. Default: none.
	Scopes []string `yaml:"scopes"`
	// Claims are the claims of the identity. Default: none.
	Claims map[string]any `yaml:"claims"`
}

// DenyList refuses tokens before they expire, for example because their session has ended. It
// needs nats or http. Until the router has read the list for the first time, and while the source
// of the list does not answer, the router accepts tokens that the list would refuse.
type DenyList struct {
	// Claim is the claim whose value, a text, is compared with the list. Tokens without it are
	// refused, because the list could not end them. Default: sid.
	Claim string `yaml:"claim"`
	// ValueField is the member of an entry with the denied value. An entry is a JSON object. Default:
	// value.
	ValueField string `yaml:"valueField"`
	// EndField is the member of an entry with the time at which its last token expires, in the format
	// of RFC 3339 or in seconds since 1970. Default: expiresAt.
	EndField string `yaml:"endField"`
	// Life is the time for which the list keeps an entry without an end. It must be at least the
	// lifetime of a token. Default: 24h0m0s.
	Life time.Duration `yaml:"life"`
	// MaxEntries bounds the number of entries. A full list drops the entry that ends first, and the
	// router logs an error. Default: 100000.
	MaxEntries int `yaml:"maxEntries"`
	// NATS reads the list from a stream.
	NATS DenyNATS `yaml:"nats"`
	// HTTP reads the list from an endpoint.
	HTTP DenyHTTP `yaml:"http"`
}

// DenyNATS names a JetStream stream of a NATS server. The router reads the stream from its
// beginning after each start, and after each loss of the connection. So the stream must keep each
// message until its tokens have expired.
type DenyNATS struct {
	// URL is nats://host:port or tls://host:port, or several separated by commas. Default: none.
	URL string `yaml:"url" secret:"true"`
	// Stream is the stream's name.
	Stream string `yaml:"stream"`
	// Name is the router's name on the server. The server's answers arrive below _INBOX.name.
	// Default: router.
	Name string `yaml:"name"`
	// Key is the seed of an nkey. The value none means that the server needs no key. Default: none.
	Key string `yaml:"key" secret:"true"`
	// KeyFile is the path of a file with the key, relative to the configuration file. The file may be
	// written after the router's start. It is ignored if key is set or the URL contains a user.
	// Default: none.
	KeyFile string `yaml:"keyFile"`
	// CA is the path of a file with the certificate authorities that verify the server, relative to
	// the configuration file. Default: those of the system.
	CA string `yaml:"ca"`
}

// DenyHTTP names an endpoint. A GET returns {"entries": [{…}], "cursor": "…"}. The router sends
// the cursor as the query parameter after of its next request, to get only later entries. Without
// a cursor, each answer must contain all entries.
type DenyHTTP struct {
	// URL is the endpoint's address. Default: none.
	URL string `yaml:"url"`
	// Authorization is the value of the request's Authorization header. Default: none.
	Authorization string `yaml:"authorization" secret:"true"`
	// Interval is the time between two requests. Default: 1s.
	Interval time.Duration `yaml:"interval"`
	// Timeout limits the time of one request. Default: 2s.
	Timeout time.Duration `yaml:"timeout"`
}

// Enabled reports whether the router authenticates requests or removes identity headers from them.
func (a Authentication) Enabled() bool {
	return len(a.JWT.Issuers) > 0 || a.APIKeys.Enabled() || len(a.MTLS) > 0 ||
		len(a.IdentityHeaders) > 0
}

// Enabled reports whether there are API keys.
func (k APIKeys) Enabled() bool { return len(k.Keys) > 0 || k.File != "" }

func defaultAuthentication() Authentication {
	return Authentication{
		Mode: "optional",
		JWT: JWT{
			Leeway: 30 * time.Second, MaxBytes: 8 << 10, CachedTokens: 10_000,
		},
		APIKeys: APIKeys{Header: "x-api-key"},
		DenyList: DenyList{
			Claim: "sid", ValueField: "value", EndField: "expiresAt", Life: 24 * time.Hour,
			MaxEntries: 100_000, NATS: DenyNATS{Name: "router"},
			HTTP: DenyHTTP{Interval: time.Second, Timeout: 2 * time.Second},
		},
	}
}

// setDefaults sets the defaults of headers, cookies and issuers.
func (a *Authentication) setDefaults() {
	if len(a.JWT.Issuers) > 0 && len(a.JWT.Headers) == 0 {
		a.JWT.Headers = []TokenHeader{{Name: "Authorization", Prefix: "Bearer"}}
	}
	for i := range a.JWT.Cookies {
		if a.JWT.Cookies[i].Invalid == "" {
			a.JWT.Cookies[i].Invalid = "refuse"
		}
	}
	for i := range a.JWT.Issuers {
		issuer := &a.JWT.Issuers[i]
		if len(issuer.Algorithms) == 0 {
			issuer.Algorithms = asymmetric()
		}
		for value, standard := range map[*time.Duration]time.Duration{
			&issuer.JWKS.RefreshEvery: 5 * time.Minute, &issuer.JWKS.UnknownKeyPause: 10 * time.Second,
			&issuer.JWKS.Timeout: 2 * time.Second,
		} {
			if *value == 0 {
				*value = standard
			}
		}
	}
}

func asymmetric() []string {
	return []string{
		"EdDSA", "ES256", "ES384", "ES512", "PS256", "PS384", "PS512", "RS256", "RS384", "RS512",
	}
}

func symmetric() []string { return []string{"HS256", "HS384", "HS512"} }

func (a *Authentication) resolvePaths(dir string) {
	a.APIKeys.File = relativeTo(dir, a.APIKeys.File)
	a.DenyList.NATS.KeyFile = relativeTo(dir, a.DenyList.NATS.KeyFile)
	a.DenyList.NATS.CA = relativeTo(dir, a.DenyList.NATS.CA)
	for i := range a.JWT.Issuers {
		keys := &a.JWT.Issuers[i].JWKS
		keys.File, keys.Copy = relativeTo(dir, keys.File), relativeTo(dir, keys.Copy)
	}
}

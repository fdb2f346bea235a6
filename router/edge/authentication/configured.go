package authentication

import (
	"log/slog"
	"net/url"
	"strings"

	"github.com/trefoil-graph/trefoil/router/edge/authentication/denylist"
	"github.com/trefoil-graph/trefoil/router/edge/authentication/jwks"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// noKey is the value of the key for a NATS server without users. The services' NATS_KEY has the
// same value.
const noKey = "none"

// Configured returns the options that a configuration describes. It reads the file of API keys.
func Configured(c config.Authentication, log *slog.Logger) (Options, error) {
	o := Options{
		Required: c.Mode == "required", IdentityHeaders: c.IdentityHeaders, Log: log,
	}
	if len(c.JWT.Issuers) > 0 {
		o.JWT = tokensOf(c.JWT, log)
		o.DenyList = denyListOf(c.DenyList, c.JWT, log)
	}
	for _, rule := range c.MTLS {
		o.Certificates = append(o.Certificates, CertificateRule(rule))
	}
	if !c.APIKeys.Enabled() {
		return o, nil
	}
	keys, err := c.APIKeys.All()
	if err != nil {
		return Options{}, err
	}
	o.APIKeys = &APIKeys{Header: Header{Name: c.APIKeys.Header, Prefix: c.APIKeys.Prefix}}
	for _, k := range keys {
		hash, err := k.Hash()
		if err != nil {
			return Options{}, err
		}
		o.APIKeys.Keys = append(o.APIKeys.Keys,
			APIKey{Name: k.Name, SHA256: hash, Scopes: k.Scopes, Claims: k.Claims})
	}
	return o, nil
}

func tokensOf(c config.JWT, log *slog.Logger) *JWT {
	tokens := &JWT{Leeway: c.Leeway, MaxBytes: c.MaxBytes, CachedTokens: c.CachedTokens}
	for _, h := range c.Headers {
		tokens.Headers = append(tokens.Headers, Header(h))
	}
	for _, cookie := range c.Cookies {
		name := cookie.Name
		if strings.HasPrefix(c.PublicURL, "https://") {
			name = "__Host-" + name
		}
		tokens.Cookies = append(tokens.Cookies,
			Cookie{Name: name, Ignore: cookie.Invalid == "anonymous"})
	}
	for _, i := range c.Issuers {
		tokens.Issuers = append(tokens.Issuers, Issuer{
			Name: i.Issuer, Audiences: i.Audiences, Algorithms: i.Algorithms, Types: i.Types,
			Claims: i.RequiredClaims, ScopesClaim: i.ScopesClaim, Secret: []byte(i.Secret),
			Keys: jwks.Options{
				URL: i.JWKS.URL, File: i.JWKS.File, Copy: i.JWKS.Copy,
				RefreshEvery: i.JWKS.RefreshEvery, UnknownPause: i.JWKS.UnknownKeyPause,
				Timeout: i.JWKS.Timeout, Log: log,
			},
		})
	}
	return tokens
}

func denyListOf(c config.DenyList, tokens config.JWT, log *slog.Logger) *DenyList {
	if c.NATS.URL == "" && c.HTTP.URL == "" {
		return nil
	}
	list := &DenyList{Claim: c.Claim, List: denylist.Options{
		MaxEntries: c.MaxEntries, Leeway: tokens.Leeway, Life: c.Life,
		ValueField: c.ValueField, EndField: c.EndField, Log: log,
	}}
	if c.HTTP.URL != "" {
		list.HTTP = &denylist.HTTP{
			URL: c.HTTP.URL, Authorization: c.HTTP.Authorization,
			Every: c.HTTP.Interval, Timeout: c.HTTP.Timeout,
		}
	}
	if c.NATS.URL == "" {
		return list
	}
	list.NATS = &denylist.NATS{
		URL: c.NATS.URL, Stream: c.NATS.Stream, Name: c.NATS.Name, Key: c.NATS.Key, CA: c.NATS.CA,
	}
	switch {
	case c.NATS.Key == noKey:
		list.NATS.Key = ""
	case c.NATS.Key == "" && !hasUser(c.NATS.URL):
		list.NATS.KeyFile = c.NATS.KeyFile
	}
	return list
}

// hasUser reports whether the first address contains a user, as nats://user:password@host does.
func hasUser(addresses string) bool {
	first, _, _ := strings.Cut(addresses, ",")
	u, err := url.Parse(strings.TrimSpace(first))
	return err == nil && u.User != nil
}

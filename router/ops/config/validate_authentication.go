package config

import (
	"encoding/hex"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

// minSecret is the length in bytes of the shortest secret for HS256 (RFC 7518, section 3.2).
const minSecret = 32

func (a Authentication) validate(p *problems) {
	const at = "authentication"
	switch {
	case a.Mode != "optional" && a.Mode != "required":
		p.add("%s: mode: %q is neither optional nor required", at, a.Mode)
	case a.Mode == "required" && len(a.JWT.Issuers) == 0 && !a.APIKeys.Enabled() &&
		len(a.MTLS) == 0:
		p.add("%s: mode: no client can authenticate; add jwt, apiKeys or mtls", at)
	}
	p.headers(at+": identityHeaders", Headers{Forward: a.IdentityHeaders})
	a.JWT.validate(p, at+": jwt")
	validateAPIKeys(p, at+": apiKeys", a.APIKeys.Keys)
	p.headers(at+": apiKeys: header", Headers{Forward: []string{a.APIKeys.Header}})
	for i, rule := range a.MTLS {
		if rule.Subject+rule.DNS+rule.URI+rule.Email == "" {
			p.add("%s: mtls[%d]: the rule matches every certificate; "+
				"add subject, dns, uri or email", at, i)
		}
		for _, pattern := range []string{rule.Subject, rule.DNS, rule.URI, rule.Email} {
			if strings.Count(pattern, "*") > 1 {
				p.add("%s: mtls[%d]: %q has more than one *", at, i, pattern)
			}
		}
	}
	a.DenyList.validate(p, at+": denyList", len(a.JWT.Issuers) > 0)
}

func (j JWT) validate(p *problems, at string) {
	if j.Leeway < 0 {
		p.add("%s: leeway: %s is negative", at, j.Leeway)
	}
	if j.MaxBytes <= 0 {
		p.add("%s: maxBytes: %d is not positive", at, j.MaxBytes)
	}
	if j.CachedTokens <= 0 {
		p.add("%s: cachedTokens: %d is not positive", at, j.CachedTokens)
	}
	for _, h := range j.Headers {
		p.headers(at+": headers", Headers{Forward: []string{h.Name}})
	}
	for _, c := range j.Cookies {
		if c.Name == "" {
			p.add("%s: cookies: a name is missing", at)
		}
		if c.Invalid != "refuse" && c.Invalid != "anonymous" {
			p.add("%s: cookie %s: invalid: %q is neither refuse nor anonymous", at, c.Name, c.Invalid)
		}
	}
	if j.PublicURL != "" {
		p.httpURL(at+": publicUrl", j.PublicURL)
	}
	seen := map[string]bool{}
	for i, issuer := range j.Issuers {
		where := fmt.Sprintf("%s: issuers[%d]", at, i)
		switch {
		case issuer.Issuer == "":
			p.add("%s: issuer is missing", where)
		case seen[issuer.Issuer]:
			p.add("%s: another entry has the same issuer; remove one", where)
		}
		seen[issuer.Issuer] = true
		issuer.validate(p, where)
	}
}

func (i Issuer) validate(p *problems, at string) {
	for _, algorithm := range i.Algorithms {
		switch {
		case slices.Contains(symmetric(), algorithm):
			if i.Secret == "" {
				p.add("%s: algorithms: %s needs a secret", at, algorithm)
			}
		case !slices.Contains(asymmetric(), algorithm):
			p.add("%s: algorithms: %q is not supported; the algorithms are %s", at, algorithm,
				strings.Join(slices.Concat(asymmetric(), symmetric()), ", "))
		case i.Secret != "":
			p.add("%s: algorithms: %s verifies with keys and not with the secret; "+
				"list HS256, HS384 or HS512, or remove the secret", at, algorithm)
		}
	}
	if i.Secret != "" && len(i.Secret) < minSecret {
		p.add("%s: secret: it has %d bytes; it needs at least %d", at, len(i.Secret), minSecret)
	}
	for name, pattern := range i.RequiredClaims {
		if _, err := regexp.Compile("^(?:" + pattern + ")$"); err != nil {
			p.add("%s: requiredClaims: %s: %w", at, name, err)
		}
	}
	keys := i.JWKS
	switch {
	case i.Secret != "":
	case (keys.URL == "") == (keys.File == ""):
		p.add("%s: jwks: set either url or file", at)
	case keys.URL != "":
		p.httpURL(at+": jwks: url", keys.URL)
	}
	if keys.RefreshEvery <= 0 || keys.UnknownKeyPause <= 0 || keys.Timeout <= 0 {
		p.add("%s: jwks: refreshEvery, unknownKeyPause and timeout must be positive", at)
	}
}

func (d DenyList) validate(p *problems, at string, hasTokens bool) {
	isUsed := d.NATS.URL != "" || d.HTTP.URL != ""
	switch {
	case isUsed && !hasTokens:
		p.add("%s: no tokens are accepted; add an issuer to jwt", at)
	case isUsed && (d.Claim == "" || d.ValueField == ""):
		p.add("%s: claim or valueField is empty; set both", at)
	}
	if d.MaxEntries <= 0 {
		p.add("%s: maxEntries: %d is not positive", at, d.MaxEntries)
	}
	if d.Life <= 0 {
		p.add("%s: life: %s is not positive", at, d.Life)
	}
	if d.NATS.URL != "" && d.NATS.Stream == "" {
		p.add("%s: nats: the stream is missing", at)
	}
	if d.NATS.URL != "" && (d.NATS.Name == "" || strings.ContainsAny(d.NATS.Name, " .*>")) {
		p.add("%s: nats: name: %q must not be empty or contain spaces, ., * or >", at, d.NATS.Name)
	}
	if d.HTTP.URL != "" {
		p.httpURL(at+": http: url", d.HTTP.URL)
	}
	if d.HTTP.Interval <= 0 || d.HTTP.Timeout <= 0 {
		p.add("%s: http: interval and timeout must be positive", at)
	}
}

func validateAPIKeys(p *problems, at string, keys []APIKey) {
	seen := map[string]bool{}
	for i, key := range keys {
		where := fmt.Sprintf("%s[%d]", at, i)
		if key.Name == "" {
			p.add("%s: the name is missing", where)
		}
		if _, err := key.Hash(); err != nil {
			p.add("%s: sha256: %w", where, err)
		}
		if hash := strings.ToLower(key.SHA256); seen[hash] {
			p.add("%s: another entry has the same key; remove one", where)
		} else {
			seen[hash] = true
		}
	}
}

// Hash returns the key's SHA-256.
func (k APIKey) Hash() (hash [32]byte, err error) {
	decoded, err := hex.DecodeString(k.SHA256)
	if err != nil || len(decoded) != len(hash) {
		return hash, fmt.Errorf("write the %d hexadecimal digits of a SHA-256", 2*len(hash))
	}
	return [32]byte(decoded), nil
}

// All returns the keys of the configuration and of the file.
func (k APIKeys) All() ([]APIKey, error) {
	if k.File == "" {
		return k.Keys, nil
	}
	text, err := ReadFile(k.File)
	if err != nil {
		return nil, fmt.Errorf("API keys: %w", err)
	}
	var more []APIKey
	if err := yaml.UnmarshalWithOptions(text, &more, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("API keys in %s: %w", k.File, plain(err))
	}
	all := slices.Concat(k.Keys, more)
	var p problems
	validateAPIKeys(&p, "API keys in "+k.File, all)
	if len(p) > 0 {
		return nil, p[0]
	}
	return all, nil
}

func (p *problems) httpURL(at, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		p.add("%s: %q is not an http or https URL", at, address)
	}
}

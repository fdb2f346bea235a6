package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// RateLimit limits how often a client may send operations. A request that exceeds a rule is
// refused with the status 429, the code RATE_LIMITED and the header Retry-After. A request that
// costs more than a burst has no Retry-After, because waiting does not help. Responses have the
// headers RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers) for the rules that
// apply. If one rule refuses a request, no rule counts it.
type RateLimit struct {
	// Rules are the limits. All rules apply to each request. Default: none.
	Rules []RateLimitRule `yaml:"rules"`
	// MaxKeys bounds the keys in memory: each rule has a key for each client that it counts. A new
	// key replaces the least recently used one. A key takes about 250 bytes. Default: 100000.
	MaxKeys int `yaml:"maxKeys"`
	// TrustedProxies are the networks and addresses of proxies whose X-Forwarded-For names the
	// client. Default: none, and the client's address is that of the connection.
	TrustedProxies []string `yaml:"trustedProxies"`
	// Redis is the server in which several routers count together. Default: none.
	Redis Redis `yaml:"redis"`
	// OnFailure says what the router does while Redis does not answer. local: each router counts for
	// itself. open: all requests pass. closed: all requests are refused with RATE_LIMIT_UNAVAILABLE.
	// Default: local.
	OnFailure string `yaml:"onFailure"`
}

// RateLimitRule is one limit.
type RateLimitRule struct {
	// Name identifies the rule in headers and messages: letters, digits, _ and -.
	Name string `yaml:"name"`
	// By says which requests share a quota: requests that are equal in all parts of this list.
	// client: the subject, or without one the API key, or without one the address. subject: the
	// authenticated subject. apiKey: the name of the API key. address: the IPv4 address, or the first
	// 64 bits of the IPv6 address. operation: the operation's name, which clients choose. field: the
	// root field, so that each root field has its own quota. A rule does not apply to a request that
	// lacks a part, except the operation's name. Default: none, and all requests share one quota.
	By []string `yaml:"by"`
	// Operations are the names of the operations to which the rule applies. Default: all.
	Operations []string `yaml:"operations"`
	// Fields are the root fields to which the rule applies, for example Mutation.login. The rule
	// counts each use of a field in a document, under any alias. Default: none, and the rule counts
	// operations, or with field in by all root fields.
	Fields []string `yaml:"fields"`
	// Limit is the number of operations or uses that are allowed in each period, at most 1000000.
	Limit int64 `yaml:"limit"`
	// Per is the period, from 1ms to 744h.
	Per time.Duration `yaml:"per"`
	// Burst is the number that is allowed at once, at most 1000000; 0 means the same as limit.
	// Default: 0.
	Burst int64 `yaml:"burst"`
}

const (
	maxRate   = 1_000_000
	maxPeriod = 744 * time.Hour
)

func (c Config) validateRateLimit(p *problems) {
	seen := map[string]bool{}
	for i, r := range c.RateLimit.Rules {
		at := fmt.Sprintf("rateLimit: rules[%d]", i)
		if regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`).MatchString(r.Name) {
			at = "rateLimit: rule " + r.Name
		} else {
			p.add("%s: name: %q must be 1 to 64 letters, digits, _ and -", at, r.Name)
		}
		if seen[r.Name] {
			p.add("%s: another rule has the same name", at)
		}
		seen[r.Name] = true
		p.rateLimitRule(at, r)
	}
	if c.RateLimit.MaxKeys <= 0 {
		p.add("rateLimit: maxKeys: %d is not positive", c.RateLimit.MaxKeys)
	}
	if modes := []string{"local", "open", "closed"}; !slices.Contains(modes, c.RateLimit.OnFailure) {
		p.add("rateLimit: onFailure: %q is unknown; choose from %s", c.RateLimit.OnFailure,
			strings.Join(modes, ", "))
	}
	for _, text := range c.RateLimit.TrustedProxies {
		_, noAddress := netip.ParseAddr(text)
		if _, noNetwork := netip.ParsePrefix(text); noAddress != nil && noNetwork != nil {
			p.add("rateLimit: trustedProxies: %q is not an address or a network such as 10.0.0.0/8",
				text)
		}
	}
	p.redis("rateLimit: redis", c.RateLimit.Redis)
}

func (p *problems) rateLimitRule(at string, r RateLimitRule) {
	parts := []string{"client", "subject", "apiKey", "address", "operation", "field"}
	for i, part := range r.By {
		switch {
		case !slices.Contains(parts, part):
			p.add("%s: by: %q is unknown; choose from %s", at, part, strings.Join(parts, ", "))
		case slices.Contains(r.By[:i], part):
			p.add("%s: by: %q is listed twice", at, part)
		}
	}
	field := regexp.MustCompile(`^[_A-Za-z][_0-9A-Za-z]*\.[_A-Za-z][_0-9A-Za-z]*$`)
	for _, f := range r.Fields {
		if !field.MatchString(f) {
			p.add("%s: fields: %q is not a root field; write it as Mutation.login", at, f)
		}
	}
	if r.Limit < 1 || r.Limit > maxRate {
		p.add("%s: limit: %d is not between 1 and %d", at, r.Limit, maxRate)
	}
	if r.Burst < 0 || r.Burst > maxRate {
		p.add("%s: burst: %d is not between 0 and %d", at, r.Burst, maxRate)
	}
	if r.Per < time.Millisecond || r.Per > maxPeriod {
		p.add("%s: per: %s is not between 1ms and %s", at, r.Per, maxPeriod)
	}
}

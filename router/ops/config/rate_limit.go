package config

import (
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"time"
)

// RateLimit limits how often a client may send operations. A request that exceeds a rule has the
// status 429, the code RATE_LIMITED and the header Retry-After. All responses have the headers
// RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers). A request that one rule
// refuses counts for no other rule.
type RateLimit struct {
	// Rules are the limits, which all apply. Default: none.
	Rules []RateLimitRule `yaml:"rules"`
	// MaxKeys is how many clients are counted in memory. Beyond that, the router forgets those
	// that were quiet for the longest time. A key takes about 250 bytes. Default: 100000.
	MaxKeys int `yaml:"maxKeys"`
	// TrustedProxies are the networks and addresses of proxies whose X-Forwarded-For names the
	// client. Default: none, so the client is whoever connects.
	TrustedProxies []string `yaml:"trustedProxies"`
	// Redis is the server in which several routers count together. Default: none.
	Redis Redis `yaml:"redis"`
	// OnFailure says what happens to requests while Redis does not answer. local: each router
	// counts alone. open: all pass. closed: all are refused with RATE_LIMIT_UNAVAILABLE. Default:
	// local.
	OnFailure string `yaml:"onFailure"`
}

// RateLimitRule is one limit.
type RateLimitRule struct {
	// Name identifies the rule in headers and messages: letters, digits, _ and -.
	Name string `yaml:"name"`
	// By says which requests are counted together: those that are equal in all parts of this list.
	// client: the subject, or else the API key, or else the address. subject: the authenticated
	// subject. apiKey: the API key. address: the address, of IPv6 its first 64 bits. operation: the
	// operation's name, which clients choose. field: each root field by itself. A rule does not
	// apply to a request without a part. Default: none, so all requests are counted together.
	By []string `yaml:"by"`
	// Operations are the names of operations to which the rule applies. Default: all.
	Operations []string `yaml:"operations"`
	// Fields are root fields to which the rule applies, such as Mutation.login. Each use in a
	// document counts, with any alias. Default: none, so each operation counts once.
	Fields []string `yaml:"fields"`
	// Limit is how much is allowed in each period, at most 1000000.
	Limit int64 `yaml:"limit"`
	// Per is the period, from 1ms to 744h.
	Per time.Duration `yaml:"per"`
	// Burst is how much of the limit may be used at once, at most 1000000. 0 means all of it.
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

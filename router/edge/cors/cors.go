// Package cors lets pages of other origins use the router from a browser.
//
//	Origin, preflight ──Policy.Apply──▶ headers that tell the browser what the page may do
//	Origin ──Policy.Allows──▶ whether CSRF prevention trusts the page
//
// Input: an HTTP request and the configured origins. Output: the response's CORS headers. A Policy
// refuses no request: browsers enforce its headers, and package browser refuses requests.
//
// The module github.com/rs/cors implements the protocol. This package decides which origins are
// allowed: neither the beginning of an origin nor a part of a label is enough to match.
package cors

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/rs/cors"
)

// Options configure a policy.
type Options struct {
	// Origins are exact origins, for example https://shop.example.
	Origins []string
	// Suffixes allow all subdomains of a host, for example https://.shop.example.
	Suffixes []string
	// Patterns are regular expressions, each of which must match a complete origin.
	Patterns []string
	// Methods and Headers are those that a page may use in its requests.
	Methods, Headers []string
	// ExposedHeaders are the headers of responses that pages may read.
	ExposedHeaders []string
	// Credentials lets pages send cookies and read the responses.
	Credentials bool
	// MaxAge is the time for which a browser may cache the answer to a preflight.
	MaxAge time.Duration
}

// Policy decides which origins may use the router, and how. It is immutable. A nil Policy allows
// no origin.
type Policy struct {
	exact    map[string]bool
	suffixes []suffix
	patterns []*regexp.Regexp
	protocol *cors.Cors
}

// suffix allows an origin that consists of the scheme, one or more labels, and the host. The
// scheme ends with "://", and the host begins with a dot.
type suffix struct{ scheme, host string }

// New returns the policy for the options, or nil if they allow no origin.
func New(o Options) (*Policy, error) {
	if len(o.Origins)+len(o.Suffixes)+len(o.Patterns) == 0 {
		return nil, nil
	}
	p := &Policy{exact: map[string]bool{}}
	if err := p.read(o); err != nil {
		return nil, err
	}
	p.protocol = cors.New(cors.Options{
		AllowOriginFunc: p.Allows,
		AllowedMethods:  o.Methods, AllowedHeaders: o.Headers, ExposedHeaders: o.ExposedHeaders,
		AllowCredentials: o.Credentials, MaxAge: int(o.MaxAge.Seconds()),
	})
	return p, nil
}

// read adds the origins of the options.
func (p *Policy) read(o Options) error {
	for _, origin := range o.Origins {
		if err := checkOrigin(origin); err != nil {
			return fmt.Errorf("origins: %q is not an origin: %w", origin, err)
		}
		p.exact[strings.ToLower(origin)] = true
	}
	for _, text := range o.Suffixes {
		scheme, host, found := strings.Cut(strings.ToLower(text), "://")
		if !found || len(host) < 2 || host[0] != '.' || checkOrigin(scheme+"://x"+host) != nil {
			return fmt.Errorf("suffixes: %q is not scheme://.host", text)
		}
		p.suffixes = append(p.suffixes, suffix{scheme + "://", host})
	}
	for _, text := range o.Patterns {
		// Compile it without the parentheses first: within them, the wrong pattern "a)|(b" would
		// compile, and match a part of an origin.
		if _, err := regexp.Compile(text); err != nil {
			return fmt.Errorf("patterns: %q: %w", text, err)
		}
		p.patterns = append(p.patterns, regexp.MustCompile(`\A(?:`+text+`)\z`))
	}
	return nil
}

func checkOrigin(origin string) error {
	return new(http.CrossOriginProtection).AddTrustedOrigin(origin)
}

// Allows reports whether the policy allows an origin. It never allows "null", which a browser
// sends for an opaque origin.
func (p *Policy) Allows(origin string) bool {
	if p == nil || origin == "" || origin == "null" {
		return false
	}
	origin = strings.ToLower(origin)
	if p.exact[origin] {
		return true
	}
	for _, s := range p.suffixes {
		if labels, ok := strings.CutPrefix(origin, s.scheme); ok {
			if labels, ok = strings.CutSuffix(labels, s.host); ok && isHost(labels) {
				return true
			}
		}
	}
	for _, pattern := range p.patterns {
		if pattern.MatchString(origin) {
			return true
		}
	}
	return false
}

// isHost reports whether a text consists of labels of a host name, separated by dots.
func isHost(text string) bool {
	for label := range strings.SplitSeq(text, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return true
}

// Apply sets the CORS headers of the response. It returns true if the request is a preflight,
// which Apply has then answered.
func (p *Policy) Apply(w http.ResponseWriter, r *http.Request) (answered bool) {
	p.protocol.HandlerFunc(w, r)
	return IsPreflight(r)
}

// IsPreflight reports whether a request is a CORS preflight.
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

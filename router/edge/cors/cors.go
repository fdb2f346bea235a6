// Package cors lets pages of other origins use the router from a browser.
//
//	Origin, preflight ──Policy.Apply──▶ headers that tell the browser what the page may do
//	Origin ──Policy.Allows──▶ whether CSRF prevention trusts the page
//
// Input: an HTTP request and the configured origins. Output: the response's CORS headers. A Policy
// refuses nothing: browsers enforce its headers, and package browser refuses requests.
//
// The protocol itself is that of github.com/rs/cors. The rules for origins are of this package: an
// origin is never allowed by a prefix or by a part of its host.
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
	// Origins are allowed as they are: https://shop.example.
	Origins []string
	// Suffixes allow all subdomains of a host: https://.shop.example.
	Suffixes []string
	// Patterns are regular expressions that match whole origins.
	Patterns []string
	// Methods and Headers are allowed in requests.
	Methods, Headers []string
	// ExposedHeaders are the headers of responses that pages may read.
	ExposedHeaders []string
	// Credentials lets pages send cookies and read the responses.
	Credentials bool
	// MaxAge is how long a browser may remember the answer to a preflight.
	MaxAge time.Duration
}

// Policy is which pages of other origins may do what. It is immutable. A nil Policy allows none.
type Policy struct {
	exact    map[string]bool
	suffixes []suffix
	patterns []*regexp.Regexp
	protocol *cors.Cors
}

// suffix allows each origin that begins with its scheme, and goes on with one or more labels and
// its host, which begins with a dot.
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
		// Alone first: in parentheses, "a)|(b" would compile, and match a part of an origin.
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

// Allows reports whether pages of an origin are allowed. Opaque origins, null, never are.
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

// Apply sets the CORS headers of the response. It returns true if the request was a preflight, and
// so has been answered.
func (p *Policy) Apply(w http.ResponseWriter, r *http.Request) (answered bool) {
	p.protocol.HandlerFunc(w, r)
	return IsPreflight(r)
}

// IsPreflight reports whether a browser asks with this request whether a page may send another.
func IsPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

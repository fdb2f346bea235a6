package config

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Validate returns all errors of the configuration, joined into one.
func (c Config) Validate() error {
	var p problems
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		p.add("listen: %q is not host:port", c.Listen)
	}
	if _, _, err := net.SplitHostPort(c.Admin.Listen); c.Admin.Listen != "" && err != nil {
		p.add("admin: listen: %q is not host:port", c.Admin.Listen)
	}
	if c.Admin.Listen != "" && c.Admin.Listen == c.Listen && !strings.HasSuffix(c.Listen, ":0") {
		p.add("admin: listen: %q is the address of the public listener", c.Admin.Listen)
	}
	if c.Supergraph == "" && len(c.Subgraphs) == 0 {
		p.add("subgraphs: the list is empty; add a subgraph, or name a supergraph")
	}
	c.validateTLS(&p)
	c.validateOverrideLabels(&p)
	p.headers("headers", c.Headers)
	p.origins("csrf: trustedOrigins", c.CSRF.TrustedOrigins)
	c.validateCORS(&p)
	p.codings("responses", c.Compression.Responses, "zstd", "br", "gzip")
	p.codings("requests", c.Compression.Requests, "gzip", "br", "zstd", "deflate")
	if c.Batching.MaxOperations <= 0 {
		p.add("batching: maxOperations: %d is not positive", c.Batching.MaxOperations)
	}
	if c.Compression.MinBytes <= 0 {
		p.add("compression: minBytes: %d is not positive", c.Compression.MinBytes)
	}
	c.validateSubgraphs(&p)
	if c.Reload.Interval < minInterval {
		p.add("reload: interval: %s is less than %s", c.Reload.Interval, minInterval)
	}
	if !slices.Contains([]string{GateOff, GateWarn, GateRefuse}, c.Reload.Gate) {
		p.add("reload: gate: %q is not one of off, warn and refuse", c.Reload.Gate)
	}
	c.validateLimits(&p)
	c.validateContracts(&p)
	c.validateDocuments(&p)
	c.validateRateLimit(&p)
	c.Authentication.validate(&p)
	c.validateAuthorization(&p)
	return errors.Join(p...)
}

// minInterval bounds how often a router polls its sources.
const minInterval = 100 * time.Millisecond

type problems []error

func (p *problems) add(format string, args ...any) { *p = append(*p, fmt.Errorf(format, args...)) }

// origins checks that each text is an origin.
func (p *problems) origins(at string, origins []string) {
	for _, origin := range origins {
		if !isOrigin(origin) {
			p.add("%s: %q is not an origin; write scheme://host or scheme://host:port", at, origin)
		}
	}
}

func isOrigin(text string) bool {
	return new(http.CrossOriginProtection).AddTrustedOrigin(text) == nil
}

func (c Config) validateCORS(p *problems) {
	p.origins("cors: origins", c.CORS.Origins)
	for _, suffix := range c.CORS.Suffixes {
		scheme, host, found := strings.Cut(suffix, "://.")
		if !found || host == "" || !isOrigin(scheme+"://"+host) {
			p.add("cors: suffixes: %q is not a suffix; write scheme://.host", suffix)
		}
	}
	for _, pattern := range c.CORS.Patterns {
		if _, err := regexp.Compile(pattern); err != nil {
			p.add("cors: patterns: %q is not a regular expression: %w", pattern, err)
		}
	}
	p.tokens("cors: methods", "a method", c.CORS.Methods)
	p.tokens("cors: headers", "a header name", c.CORS.Headers)
	p.tokens("cors: exposeHeaders", "a header name", c.CORS.ExposeHeaders)
	if c.CORS.MaxAge < 0 {
		p.add("cors: maxAge: %s is negative", c.CORS.MaxAge)
	}
}

func (p *problems) codings(at string, codings []string, known ...string) {
	for i, coding := range codings {
		switch {
		case !slices.Contains(known, coding):
			p.add("compression: %s: %q is not one of %s", at, coding, strings.Join(known, ", "))
		case slices.Contains(codings[:i], coding):
			p.add("compression: %s: %q is listed twice", at, coding)
		}
	}
}

// tokens checks that each text is a token of HTTP.
func (p *problems) tokens(at, kind string, texts []string) {
	for _, text := range texts {
		if !regexp.MustCompile("^[A-Za-z0-9!#$%&'*+.^_`|~-]+$").MatchString(text) {
			p.add("%s: %q is not %s", at, text, kind)
		}
	}
}

// validateOverrideLabels refuses values that cannot be labels. It cannot check whether an
// @override has the label, because it does not know the schema.
func (c Config) validateOverrideLabels(p *problems) {
	label := regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_\-:./]*$`)
	for i, name := range c.OverrideLabels {
		switch {
		case strings.HasPrefix(name, "percent("):
			p.add("overrideLabels: %q is active in its percentage of requests without being listed; "+
				"remove it", name)
		case !label.MatchString(name):
			p.add("overrideLabels: %q is not a label; "+
				"write a letter, followed by letters, digits and _-:./", name)
		case slices.Contains(c.OverrideLabels[:i], name):
			p.add("overrideLabels: %q is listed twice", name)
		}
	}
}

func (c Config) validateSubgraphs(p *problems) {
	seen := map[string]bool{}
	for i, s := range c.Subgraphs {
		at := fmt.Sprintf("subgraphs[%d]", i)
		if s.Name != "" {
			at = "subgraph " + s.Name
		}
		switch {
		case s.Name == "":
			p.add("%s: the name is missing", at)
		case seen[s.Name]:
			p.add("%s: another subgraph has the same name", at)
		}
		seen[s.Name] = true
		c.validateSubgraph(p, at, s)
	}
}

func (c Config) validateSubgraph(p *problems, at string, s Subgraph) {
	if s.URL != "" || c.Supergraph == "" {
		u, err := url.Parse(s.URL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			p.add("%s: url: %q is not an http or https URL", at, s.URL)
		}
	}
	if c.Supergraph != "" && s.Schema != "" {
		p.add("%s: schema: the configuration has a supergraph; remove one of the two", at)
	}
	if s.Timeout < 0 {
		p.add("%s: timeout: %s is negative", at, s.Timeout)
	}
	p.headers(at+": headers", s.Headers)
	s.validateTLS(p, at)
}

func (c Config) validateLimits(p *problems) {
	p.positive("bodyBytes", c.Limits.BodyBytes)
	p.positive("responseBytes", c.Limits.ResponseBytes)
	p.positive("answersBytes", c.Limits.AnswersBytes)
	if c.Limits.RequestTimeout <= 0 {
		p.add("limits: requestTimeout: %s is not positive", c.Limits.RequestTimeout)
	}
	p.positive("tokens", int64(c.Limits.Tokens))
	p.positive("rootMutations", signed(c.Limits.RootMutations))
	p.positive("rootFields", signed(c.Limits.RootFields))
	p.positive("cost: objects", signed(c.Limits.Cost.Objects))
	p.positive("cost: values", signed(c.Limits.Cost.Values))
	if mode := c.Limits.Cost.Mode; mode != CostEnforce && mode != CostMeasure {
		p.add("limits: cost: mode: %q is not one of enforce and measure", mode)
	}
	p.positive("cost: weight", signed(c.Limits.Cost.Weight))
	p.positive("document: depth", int64(c.Limits.Document.Depth))
	p.positive("document: aliases", int64(c.Limits.Document.Aliases))
	p.positive("document: rootFields", int64(c.Limits.Document.RootFields))
	p.positive("document: directives", int64(c.Limits.Document.Directives))
	p.positive("document: fragments", int64(c.Limits.Document.Fragments))
	p.positive("cost: assumedListSize", signed(c.Limits.Cost.AssumedListSize))
	if c.Introspection.Depth <= 0 {
		p.add("introspection: depth: %d is not positive", c.Introspection.Depth)
	}
	p.positive("connectionsPerSubgraph", int64(c.Limits.ConnectionsPerSubgraph))
	if c.Limits.ConnectTimeout <= 0 {
		p.add("limits: connectTimeout: %s is not positive", c.Limits.ConnectTimeout)
	}
	p.positive("cachedOperations", int64(c.Limits.CachedOperations))
}

// signed returns n as an int64, capped at the largest one.
func signed(n uint64) int64 { return int64(min(n, math.MaxInt64)) }

func (p *problems) positive(limit string, value int64) {
	if value <= 0 {
		p.add("limits: %s: %d is not positive", limit, value)
	}
}

// headers checks that each name is a valid name of a header, and that the header does not belong
// to one connection.
func (p *problems) headers(at string, h Headers) {
	all := slices.Concat(h.Forward, h.Return)
	p.tokens(at, "a header name", all)
	for _, name := range all {
		if slices.Contains(hopByHop(), strings.ToLower(name)) {
			p.add("%s: %q belongs to one connection and cannot be forwarded", at, name)
		}
	}
	for _, name := range h.Forward {
		if strings.EqualFold(name, "cookie") {
			p.add("%s: cookies are forwarded by name; list them under cookies", at)
		}
	}
	p.headerRules(at, h)
}

func hopByHop() []string {
	return []string{
		"connection", "content-encoding", "content-length", "content-type", "host", "keep-alive",
		"proxy-connection", "te", "trailer", "transfer-encoding", "upgrade", "accept-encoding",
	}
}

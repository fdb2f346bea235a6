package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

// Headers says which headers pass. Case does not matter. Headers that belong to one connection
// (host, content-length, …), and those that the router sets itself, are refused.
type Headers struct {
	// Forward are the client's headers that are sent to subgraphs. Default: none. Cookies have a
	// rule of their own.
	Forward []string `yaml:"forward"`

	// Return are the subgraph's headers that are sent to the client, such as set-cookie. Default:
	// none.
	Return []string `yaml:"return"`

	// Request are further rules for requests to subgraphs, in the order in which they apply: after
	// Forward, and those for all subgraphs before those for one. Default: none.
	Request []RequestHeader `yaml:"request"`

	// Response are further rules for responses to clients, in the order in which they apply to each
	// answer of a subgraph: after Return, and those for all subgraphs before those for one. Default:
	// none.
	Response []ResponseHeader `yaml:"response"`
}

// RequestHeader is a rule for requests to subgraphs. It has one of the keys propagate,
// propagateMatching, set, remove and removeMatching.
type RequestHeader struct {
	// Propagate is a header of the client that is sent to the subgraph. It replaces what earlier
	// rules send under this name. Default: none.
	Propagate string `yaml:"propagate"`
	// PropagateMatching is a regular expression (https://go.dev/s/re2syntax) that matches whole names
	// of headers of the client, in any case, that are sent to the subgraph. Default: none.
	PropagateMatching string `yaml:"propagateMatching"`
	// Rename is the name under which the header of propagate is sent. Default: the same name.
	Rename string `yaml:"rename"`
	// Default is the value of propagate if the client does not send the header. Default: none, and
	// nothing is sent.
	Default string `yaml:"default"`
	// Set is a header that is sent with the value. Default: none.
	Set string `yaml:"set"`
	// Value is the value of set. Default: none.
	Value string `yaml:"value" secret:"true"`
	// Remove is a header that earlier rules send and that is not sent. Default: none.
	Remove string `yaml:"remove"`
	// RemoveMatching is a regular expression for whole names of headers that earlier rules send and
	// that are not sent. Default: none.
	RemoveMatching string `yaml:"removeMatching"`
}

// ResponseHeader is a rule for responses to clients. It has one of the keys propagate,
// propagateMatching, set, remove and removeMatching.
type ResponseHeader struct {
	// Propagate is a header of a subgraph's answer that is sent to the client. Default: none.
	Propagate string `yaml:"propagate"`
	// PropagateMatching is a regular expression (https://go.dev/s/re2syntax) that matches whole names
	// of headers of answers, in any case, that are sent to the client. Headers that protect clients,
	// such as Cache-Control, Vary and Content-Security-Policy, pass only by their names. Default:
	// none.
	PropagateMatching string `yaml:"propagateMatching"`
	// Algorithm makes one header of those of several answers, in the order in which the answers
	// arrive: first, last, or append, which sends all values. For cache-control there is
	// mostRestrictive: each cache may keep the response for as long as all answers allow. An answer
	// without Cache-Control, an error, and an answer of a subgraph without this rule make it
	// no-store. If clients are authenticated, or the operation has fields that need rights, caches of
	// several clients store nothing, whatever a rule says. Default: append.
	Algorithm string `yaml:"algorithm"`
	// Set is a header that is sent with the value if a subgraph answers. Default: none.
	Set string `yaml:"set"`
	// Value is the value of set. Default: none.
	Value string `yaml:"value"`
	// Remove is a header that earlier rules pass for this answer and that is not sent. Default: none.
	Remove string `yaml:"remove"`
	// RemoveMatching is a regular expression for whole names of headers that earlier rules pass for
	// this answer and that are not sent. Default: none.
	RemoveMatching string `yaml:"removeMatching"`
}

// Rule returns the rule in the form in which it is executed.
func (h RequestHeader) Rule() headers.Rule {
	r := ruleOf(h.Propagate, h.PropagateMatching, h.Set, h.Remove, h.RemoveMatching)
	r.Rename, r.Value = h.Rename, h.Value
	if r.Action == headers.Propagate {
		r.Value = h.Default
	}
	return r
}

// Rule returns the rule in the form in which it is executed.
func (h ResponseHeader) Rule() headers.Rule {
	r := ruleOf(h.Propagate, h.PropagateMatching, h.Set, h.Remove, h.RemoveMatching)
	r.Value, r.Algorithm = h.Value, headers.Algorithm(h.Algorithm)
	return r
}

func ruleOf(propagate, propagateMatching, set, remove, removeMatching string) headers.Rule {
	switch {
	case set != "":
		return headers.Rule{Action: headers.Set, Name: set}
	case remove != "" || removeMatching != "":
		return headers.Rule{Action: headers.Remove, Name: remove, Pattern: removeMatching}
	default:
		return headers.Rule{Action: headers.Propagate, Name: propagate, Pattern: propagateMatching}
	}
}

// headerRule is a rule of either direction, for its validation.
type headerRule struct {
	propagate, propagateMatching, set, remove, removeMatching string
	value                                                     string
	isReserved                                                func(string) bool
}

// headerRules checks the rules of both directions.
func (p *problems) headerRules(at string, h Headers) {
	for i, r := range h.Request {
		at := fmt.Sprintf("%s: request[%d]", at, i)
		p.headerRule(at, headerRule{
			r.Propagate, r.PropagateMatching, r.Set, r.Remove, r.RemoveMatching, r.Value,
			headers.IsReserved,
		})
		if r.Propagate == "" && r.Rename+r.Default != "" {
			p.add("%s: rename and default belong to propagate; remove them, or name a header there", at)
		}
		if r.Rename != "" {
			p.headerName(at+": rename", r.Rename, headers.IsReserved)
		}
		p.headerValue(at+": default", r.Default)
	}
	for i, r := range h.Response {
		at := fmt.Sprintf("%s: response[%d]", at, i)
		p.headerRule(at, headerRule{
			r.Propagate, r.PropagateMatching, r.Set, r.Remove, r.RemoveMatching, r.Value,
			headers.IsReservedResponse,
		})
		p.algorithm(at, r)
	}
}

func (p *problems) headerRule(at string, r headerRule) {
	names := [][2]string{{"propagate", r.propagate}, {"set", r.set}, {"remove", r.remove}}
	patterns := [][2]string{
		{"propagateMatching", r.propagateMatching}, {"removeMatching", r.removeMatching},
	}
	given := 0
	for _, key := range slices.Concat(names, patterns) {
		if key[1] != "" {
			given++
		}
	}
	if given != 1 {
		p.add("%s: the rule has %d of the keys propagate, propagateMatching, set, remove and "+
			"removeMatching; write exactly one", at, given)
	}
	for _, key := range names {
		if key[1] != "" {
			p.headerName(at+": "+key[0], key[1], r.isReserved)
		}
	}
	for _, key := range patterns {
		if _, err := headers.Pattern(key[1]); err != nil {
			p.add("%s: %s: %w", at, key[0], err)
		}
	}
	switch {
	case r.set != "" && r.value == "":
		p.add("%s: the value of %q is missing", at, r.set)
	case r.set == "" && r.value != "":
		p.add("%s: value belongs to set; remove it, or name a header there", at)
	}
	p.headerValue(at+": value", r.value)
}

func (p *problems) headerName(at, name string, isReserved func(string) bool) {
	p.tokens(at, "a header name", []string{name})
	switch {
	case strings.EqualFold(name, "cookie"):
		p.add("%s: cookies are forwarded by name; list them under cookies", at)
	case isReserved(name):
		p.add("%s: %q belongs to one connection or to the router, and no rule can pass it", at, name)
	}
}

// headerValue refuses what would end a header.
func (p *problems) headerValue(at, value string) {
	isControl := func(c rune) bool { return c < ' ' && c != '\t' || c == 0x7f }
	if strings.ContainsFunc(value, isControl) {
		p.add("%s: a header value must not contain line breaks or other control characters", at)
	}
}

func (p *problems) algorithm(at string, r ResponseHeader) {
	known := []headers.Algorithm{
		headers.First, headers.Last, headers.Append, headers.MostRestrictive,
	}
	switch chosen := headers.Algorithm(r.Algorithm); {
	case chosen == "":
	case !slices.Contains(known, chosen):
		p.add("%s: algorithm: %q is not one of first, last, append and mostRestrictive",
			at, r.Algorithm)
	case r.Propagate+r.PropagateMatching == "":
		p.add("%s: algorithm belongs to propagate; remove it, or name a header there", at)
	case chosen == headers.MostRestrictive && !strings.EqualFold(r.Propagate, "cache-control"):
		p.add("%s: algorithm: mostRestrictive is for propagate: cache-control only", at)
	}
}

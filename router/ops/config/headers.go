package config

import (
	"fmt"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

// Headers says which headers pass. Case does not matter. Headers that belong to one connection
// (host, content-length, …), and headers that the router sets itself, cannot pass.
type Headers struct {
	// Forward are the client's headers that the router sends to subgraphs. Cookies are listed
	// separately, under cookies. Default: none.
	Forward []string `yaml:"forward"`

	// Return are the subgraph's headers that the router sends to the client, for example set-cookie.
	// Default: none.
	Return []string `yaml:"return"`

	// Request are further rules for requests to subgraphs. They apply after forward, in this order,
	// first the rules for all subgraphs and then those for one subgraph. Default: none.
	Request []RequestHeader `yaml:"request"`

	// Response are further rules for responses to clients. They apply to each answer of a subgraph
	// after return, in this order, first the rules for all subgraphs and then those for one subgraph.
	// Default: none.
	Response []ResponseHeader `yaml:"response"`
}

// RequestHeader is a rule for requests to subgraphs. It has exactly one of the keys propagate,
// propagateMatching, set, remove and removeMatching.
type RequestHeader struct {
	// Propagate is a header of the client that the router sends to the subgraph. It replaces a header
	// of the same name from earlier rules. Default: none.
	Propagate string `yaml:"propagate"`
	// PropagateMatching is a regular expression (https://go.dev/s/re2syntax). The router sends to the
	// subgraph all headers of the client whose complete names it matches, in any case. Default: none.
	PropagateMatching string `yaml:"propagateMatching"`
	// Rename is the name under which the router sends the header of propagate. Default: the same
	// name.
	Rename string `yaml:"rename"`
	// Default is the value of propagate if the client does not send the header. Default: none, and
	// the router does not send the header.
	Default string `yaml:"default"`
	// Set is a header that the router sends with value. Default: none.
	Set string `yaml:"set"`
	// Value is the value of set. Default: none.
	Value string `yaml:"value" secret:"true"`
	// Remove is a header of earlier rules that the router does not send. Default: none.
	Remove string `yaml:"remove"`
	// RemoveMatching is a regular expression. Headers of earlier rules are not sent if it matches
	// their complete names. Default: none.
	RemoveMatching string `yaml:"removeMatching"`
}

// ResponseHeader is a rule for responses to clients. It has exactly one of the keys propagate,
// propagateMatching, set, remove and removeMatching.
type ResponseHeader struct {
	// Propagate is a header of a subgraph's answer that the router sends to the client. Default:
	// none.
	Propagate string `yaml:"propagate"`
	// PropagateMatching is a regular expression (https://go.dev/s/re2syntax). The router sends to the
	// client all headers of a subgraph's answer whose complete names it matches, in any case. Headers
	// that protect clients, for example Cache-Control, Vary and Content-Security-Policy, pass only by
	// their names. Default: none.
	PropagateMatching string `yaml:"propagateMatching"`
	// Algorithm merges the headers of several answers into one, in the order in which the answers
	// arrive. first and last send one value, append sends all values. For cache-control there is
	// mostRestrictive: a cache may keep the response for as long as all answers allow. An answer
	// without Cache-Control, an error, and an answer of a subgraph without this rule make it
	// no-store. If clients are authenticated, or the operation has fields that need rights, caches of
	// several clients store nothing, whatever a rule says. Default: append.
	Algorithm string `yaml:"algorithm"`
	// Set is a header that the router sends with value if a subgraph answers. Default: none.
	Set string `yaml:"set"`
	// Value is the value of set. Default: none.
	Value string `yaml:"value"`
	// Remove is a header of earlier rules that the router does not send for this answer. Default:
	// none.
	Remove string `yaml:"remove"`
	// RemoveMatching is a regular expression. Headers of earlier rules for this answer are not sent
	// if it matches their complete names. Default: none.
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

// headerRule is a rule for either direction, in the form in which it is validated.
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

// headerValue refuses a value with control characters, which could end the header.
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

// Package headers decides which headers pass between a client and a subgraph.
//
//	client's headers ──Request.Apply──▶ headers for the subgraph
//	Response.Apply ◀── headers of the subgraph's answer
//	      │ values, each with the algorithm that merges it
//	      ▼
//	 Collected ◀── all answers for one client request ──▶ headers for the client
//
// Input: an ordered list of rules, and headers. Output: headers. No rule passes a header that
// belongs to one connection, or that the router sets itself: see IsReserved and
// IsReservedResponse.
//
// Rules are compiled once and are immutable. A nil Request or Response has no rules.
package headers

import (
	"fmt"
	"net/textproto"
	"regexp"
	"slices"
	"strings"
)

// Action is what a rule does.
type Action int

// The actions.
const (
	// Propagate passes a header on, under the name Rename if that is set. If the header is missing,
	// it sends Value, unless that is empty.
	Propagate Action = iota
	// Set sends the header with Value.
	Set
	// Remove removes a header that earlier rules have passed on or set.
	Remove
)

// Algorithm says how the values of several answers are merged into one header.
type Algorithm string

// The algorithms. Answers count in the order in which they arrive.
const (
	First           Algorithm = "first"
	Last            Algorithm = "last"
	Append          Algorithm = "append"
	MostRestrictive Algorithm = "mostRestrictive"
)

// Rule is a rule for one header, or for all headers with a name that matches a pattern.
type Rule struct {
	Action Action
	Name   string
	// Pattern is a regular expression that is used instead of Name. It must match a complete name, in
	// any case.
	Pattern       string
	Rename, Value string
	// Algorithm is for responses; empty means Append.
	Algorithm Algorithm
}

// Field is a header.
type Field struct {
	Name   string // in canonical case
	Values []string
}

// compiled is a rule whose names are in canonical case.
type compiled struct {
	Rule
	pattern *regexp.Regexp
	values  []string // Value, if there is one
}

func compile(rules []Rule) ([]compiled, error) {
	var list []compiled
	for _, r := range rules {
		r.Name, r.Rename = canonical(r.Name), canonical(r.Rename)
		c := compiled{Rule: r}
		if r.Value != "" || r.Action == Set {
			c.values = []string{r.Value}
		}
		if r.Pattern != "" {
			var err error
			if c.pattern, err = Pattern(r.Pattern); err != nil {
				return nil, err
			}
		}
		list = append(list, c)
	}
	return list, nil
}

// Pattern compiles a regular expression that must match complete header names, in any case.
func Pattern(text string) (*regexp.Regexp, error) {
	// Compile it without the group first: within the group, the wrong expression "a)|(b" would
	// compile, and match a part of a name.
	if _, err := regexp.Compile(text); err != nil {
		return nil, fmt.Errorf("%q is not a regular expression: %w", text, err)
	}
	return regexp.Compile("(?i)^(?:" + text + ")$")
}

func canonical(name string) string { return textproto.CanonicalMIMEHeaderKey(name) }

// is reports whether the rule is for a header.
func (c *compiled) is(name string) bool {
	if c.pattern != nil {
		return c.pattern.MatchString(name)
	}
	return c.Name == name
}

// put replaces a header, or adds it, unless it is reserved.
func put(fields []Field, name string, values []string) []Field {
	if IsReserved(name) {
		return fields
	}
	if at := slices.IndexFunc(fields, func(f Field) bool { return f.Name == name }); at >= 0 {
		fields[at].Values = values
		return fields
	}
	return append(fields, Field{name, values})
}

// reserved reports whether a header belongs to one connection (RFC 9110, section 7.6.1), or to the
// body of one message, or is the request's ID.
func reserved(name string) bool {
	switch name {
	case "Connection", "Content-Encoding", "Content-Length", "Content-Type", "Host", "Keep-Alive",
		"Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "Te", "Trailer",
		"Transfer-Encoding", "Upgrade", "X-Request-Id":
		return true
	default:
		return false
	}
}

// IsReserved reports whether rules cannot send the header to a subgraph, because it belongs to one
// connection or the router sets it. Cookies have their own configuration.
func IsReserved(name string) bool {
	switch name = canonical(name); name {
	case "Accept", "Accept-Encoding", "Cookie", "Expect":
		return true
	default:
		return reserved(name)
	}
}

// IsReservedResponse reports whether rules cannot send the header to the client.
func IsReservedResponse(name string) bool {
	name = canonical(name)
	return name == "Date" || reserved(name) || strings.HasPrefix(name, "Access-Control-")
}

// isNamedOnly reports whether patterns ignore a header of a response. The router sets these
// headers to protect clients, so a pattern must not replace them by accident. A rule can still
// name most of them: see IsReservedResponse.
func isNamedOnly(name string) bool {
	switch name {
	case cacheControl, cdnCacheControl, surrogateControl, "Vary", "X-Content-Type-Options",
		"Permissions-Policy",
		"Referrer-Policy", "Content-Security-Policy", "Strict-Transport-Security":
		return true
	default:
		return strings.HasPrefix(name, "Cross-Origin-") || IsReservedResponse(name)
	}
}

package headers

import (
	"maps"
	"net/http"
	"slices"
	"strings"
)

const cacheControl = "Cache-Control"

// Content delivery networks obey these instead of Cache-Control (RFC 9213).
const (
	cdnCacheControl  = "Cdn-Cache-Control"
	surrogateControl = "Surrogate-Control"
)

// Response holds the rules for answers of a subgraph.
type Response struct {
	rules []compiled
	// restricts is true if a rule has MostRestrictive.
	restricts bool
}

// NewResponse compiles rules. Without rules it returns nil.
func NewResponse(rules []Rule) (*Response, error) {
	list, err := compile(rules)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	r := &Response{rules: list}
	for i := range list {
		if list[i].Algorithm == "" {
			list[i].Algorithm = Append
		}
		r.restricts = r.restricts || list[i].Algorithm == MostRestrictive
	}
	return r, nil
}

// Restricts reports whether the client gets the most restrictive Cache-Control.
func (r *Response) Restricts() bool { return r != nil && r.restricts }

// Reads reports whether a rule reads a header of the answer.
func (r *Response) Reads(name string) bool {
	if r == nil {
		return false
	}
	name = canonical(name)
	return r.restricts && name == "Age" || slices.ContainsFunc(r.rules, func(c compiled) bool {
		return c.Action == Propagate && c.passes(name)
	})
}

// passes reports whether a rule that propagates passes a header.
func (c *compiled) passes(name string) bool {
	if c.pattern != nil && isNamedOnly(name) {
		return false
	}
	return c.is(name) && !IsReservedResponse(name)
}

// IsForOne reports whether a rule passes a header of the answer on, so that the answer may be for
// one client only. It ignores Cache-Control with MostRestrictive, which says nothing about a
// client, and headers that a rule sets, which are the same for all clients.
func (r *Response) IsForOne(answer http.Header) bool {
	if r == nil {
		return false
	}
	for name := range answer {
		for i := range r.rules {
			c := &r.rules[i]
			if c.Action == Propagate && c.Algorithm != MostRestrictive && c.passes(name) {
				return true
			}
		}
	}
	return false
}

// Apply collects the headers of one answer for the client: the headers named in returned, and
// those that the rules pass on or set.
func (r *Response) Apply(answer http.Header, returned []string, into *Collected) {
	if r == nil { // without rules, no map is allocated
		into.addNamed(answer, returned)
		return
	}
	passed := map[string]merging{}
	for _, name := range returned {
		if values := answer[name]; len(values) > 0 {
			passed[name] = merging{Append, values}
			into.isForOne = true
		}
	}
	for i := range r.rules {
		r.rules[i].collect(answer, passed)
	}
	for name, m := range passed {
		into.add(name, m)
	}
	into.isForOne = into.isForOne || r.IsForOne(answer)
}

// merging is a header of one answer, and the algorithm that merges it with the headers of others.
type merging struct {
	algorithm Algorithm
	values    []string
}

func (c *compiled) collect(answer http.Header, passed map[string]merging) {
	switch {
	case c.Action == Remove:
		maps.DeleteFunc(passed, func(name string, _ merging) bool { return c.is(name) })
	case c.Action == Set:
		passed[c.Name] = merging{Last, c.values}
	case c.Algorithm == MostRestrictive:
		passed[cacheControl] = merging{MostRestrictive, []string{effective(answer)}}
	case c.pattern == nil:
		if values := answer[c.Name]; len(values) > 0 && c.passes(c.Name) {
			passed[c.Name] = merging{c.Algorithm, values}
		}
	default:
		for name, values := range answer {
			if c.passes(name) {
				passed[name] = merging{c.Algorithm, values}
			}
		}
	}
}

// Collected holds the headers for the client of one request. The zero value has none.
type Collected struct {
	header   http.Header
	isForOne bool
	// isPersonal is true if no cache of several clients may store the response.
	isPersonal bool
	// restricted is the Cache-Control of all answers, if a rule has MostRestrictive.
	restricted *caching
}

// NoStore forbids caches to store the response.
func (c *Collected) NoStore() { c.restrict(caching{noStore: true}) }

// Personal forbids caches of several clients to store the response, whatever rules pass or set,
// because it is for one client.
func (c *Collected) Personal() { c.isPersonal = true }

func (c *Collected) addNamed(answer http.Header, names []string) {
	for _, name := range names {
		if values := answer[name]; len(values) > 0 {
			c.add(name, merging{Append, values})
			c.isForOne = true
		}
	}
}

func (c *Collected) add(name string, m merging) {
	if m.algorithm == MostRestrictive {
		c.restrict(parseCaching(m.values[0]))
		return
	}
	if c.header == nil {
		c.header = http.Header{}
	}
	old := c.header[name]
	switch {
	case m.algorithm == Append:
		c.header[name] = append(old, m.values...)
	case m.algorithm == Last || len(old) == 0:
		c.header[name] = slices.Clone(m.values)
	}
}

func (c *Collected) restrict(next caching) {
	if c.restricted != nil {
		next = c.restricted.and(next)
	}
	c.restricted = &next
}

// Header returns the headers for the client; nil if there are none.
func (c *Collected) Header() http.Header {
	header := c.header.Clone()
	if c.isPersonal {
		dropShared(header)
	}
	if c.restricted == nil {
		return header
	}
	if header == nil {
		header = http.Header{}
	}
	header[cacheControl] = []string{c.restricted.String()}
	return header
}

// dropShared removes the headers that let a cache of several clients store the response.
func dropShared(header http.Header) {
	for _, name := range []string{cacheControl, cdnCacheControl, surrogateControl} {
		if len(header[name]) == 0 {
			continue
		}
		said := parseCaching(strings.Join(header[name], ","))
		if !said.noStore && !said.isPrivate {
			delete(header, name)
		}
	}
}

// IsStorable reports whether a rule has MostRestrictive, and the response may be stored.
func (c *Collected) IsStorable() bool { return c.restricted != nil && !c.restricted.noStore }

// IsForOne reports whether the headers may be for one client only.
func (c *Collected) IsForOne() bool { return c.isForOne }

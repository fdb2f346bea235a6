package headers

import (
	"maps"
	"net/http"
	"regexp"
	"slices"
)

// Request holds the rules for requests to a subgraph.
type Request struct{ rules []compiled }

// NewRequest compiles rules. Without rules it returns nil.
func NewRequest(rules []Rule) (*Request, error) {
	list, err := compile(rules)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &Request{list}, nil
}

// Apply applies the rules to the headers for the subgraph, and returns them. The rules read the
// client's headers.
func (r *Request) Apply(client http.Header, fields []Field) []Field {
	if r == nil {
		return fields
	}
	for i := range r.rules {
		fields = r.rules[i].applyTo(fields, client)
	}
	return fields
}

func (c *compiled) applyTo(fields []Field, client http.Header) []Field {
	switch {
	case c.Action == Remove:
		return slices.DeleteFunc(fields, func(f Field) bool { return c.is(f.Name) })
	case c.Action == Set:
		return put(fields, c.Name, c.values)
	case c.pattern != nil:
		// Sort the names, so that equal requests have equal bytes.
		for _, name := range slices.Sorted(maps.Keys(client)) {
			if c.is(name) {
				fields = put(fields, name, client[name])
			}
		}
		return fields
	}
	values := client[c.Name]
	if len(values) == 0 {
		values = c.values
	}
	if len(values) == 0 {
		return fields
	}
	name := c.Name
	if c.Rename != "" {
		name = c.Rename
	}
	return put(fields, name, values)
}

// Reads returns the names and the patterns of the client's headers on which the result depends.
func (r *Request) Reads() (names []string, patterns []*regexp.Regexp) {
	if r == nil {
		return nil, nil
	}
	for _, c := range r.rules {
		switch {
		case c.Action != Propagate:
		case c.pattern != nil:
			patterns = append(patterns, c.pattern)
		default:
			names = append(names, c.Name)
		}
	}
	return names, patterns
}

// Equal reports whether both have the same rules.
func (r *Request) Equal(other *Request) bool {
	if r == nil || other == nil {
		return r == other
	}
	return slices.EqualFunc(r.rules, other.rules, func(a, b compiled) bool {
		return a.Rule == b.Rule
	})
}

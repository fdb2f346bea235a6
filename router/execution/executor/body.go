package executor

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

// prepare writes the body of a fetch's request. It returns false if there is nothing to request.
func (r *run) prepare(c *call) bool {
	if !response.AnyHolds(c.fetch.Conditions, r.request.Variables) {
		return false
	}
	if contextual(c.fetch) {
		return r.prepareGroups(c)
	}
	body := slices.Grow(c.body[:0], len(c.fetch.Quoted)+512)
	body = append(append(body, `{"query":`...), c.fetch.Quoted...)
	body = append(body, `,"variables":{`...)
	for _, name := range c.fetch.Variables {
		body = r.appendVariable(body, name)
	}
	asked := len(c.fetch.Lookups) == 0
	r.parts = r.parts[:0]
	c.lookups = anew(c.lookups, len(c.fetch.Lookups), (*lookup).reset)
	for i := range c.lookups {
		body = r.appendLookup(body, c, i)
		asked = asked || c.lookups[i].representations > 0
	}
	if len(r.parts) > 0 {
		body = r.appendParts(body, c)
		asked = asked || slices.ContainsFunc(r.parts, func(p *part) bool { return p.lookup.representations > 0 })
	}
	c.body = append(body, "}}"...)
	return asked
}

// appendVariable writes a client variable, unless the client omitted it.
func (r *run) appendVariable(body []byte, name string) []byte {
	value, given := r.request.Variables[name]
	if !given {
		return body
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		panic(err) // cannot happen: coerced values are JSON values
	}
	return append(appendName(body, name), bytes.TrimRight(text.Bytes(), "\n")...)
}

// appendName starts a member of an object: a comma unless it is the first, the name and a colon.
func appendName(dst []byte, name string) []byte {
	if dst[len(dst)-1] != '{' {
		dst = append(dst, ',')
	}
	dst = append(append(dst, '"'), name...)
	return append(dst, '"', ':')
}

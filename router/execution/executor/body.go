package executor

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// bodies writes the bodies of requests.
type bodies struct {
	*state
	variables map[string]any
	plain     bool
	known     known // for the look-up that is being written
	parts     []*part
}

// prepare writes the body of a fetch's request. It returns false if there is nothing to request.
func (b *bodies) prepare(c *call) bool {
	if !response.AnyHolds(c.fetch.Conditions, b.variables) {
		return false
	}
	if contextual(c.fetch) {
		return b.prepareGroups(c)
	}
	body := slices.Grow(c.body[:0], len(c.fetch.Quoted)+512)
	body = append(append(body, `{"query":`...), c.fetch.Quoted...)
	body = append(body, `,"variables":{`...)
	for _, name := range c.fetch.Variables {
		body = b.appendVariable(body, name)
	}
	asked := len(c.fetch.Lookups) == 0
	b.parts = b.parts[:0]
	c.lookups = anew(c.lookups, len(c.fetch.Lookups), (*lookup).reset)
	for i := range c.lookups {
		body = b.appendLookup(body, c, i)
		asked = asked || c.lookups[i].representations > 0
	}
	if len(b.parts) > 0 {
		body = b.appendParts(body, c)
		asked = asked || slices.ContainsFunc(b.parts, func(p *part) bool { return p.lookup.representations > 0 })
	}
	c.body = append(body, "}}"...)
	return asked
}

// appendLookup writes the variable with a look-up's representations, each once even if several
// objects have it. A look-up of root fields has none; for it, appendLookup only finds the objects.
func (b *bodies) appendLookup(body []byte, c *call, index int) []byte {
	p := &c.fetch.Lookups[index]
	l := &c.lookups[index]
	l.plan, l.source = p, c.fetch.ID
	if !p.Root {
		body = append(appendName(body, p.Variable), '[')
	}
	if response.AnyHolds(p.Conditions, b.variables) {
		b.known.reset()
		w := walker{representer: representer{
			state: b.state, Reader: b.reader, plain: b.plain, parts: b.parts, lookup: l, known: &b.known, body: body,
		}}
		for i := range p.Targets {
			w.visit(p.Targets, i)
		}
		body, b.parts = w.body, w.parts
	}
	if !p.Root {
		body = append(body, ']')
	}
	return body
}

// appendParts adds the parts to a request, and writes its document again.
func (b *bodies) appendParts(body []byte, c *call) []byte {
	lookups := slices.Clone(c.fetch.Lookups)
	for _, p := range b.parts {
		lookups = append(lookups, p.plan)
		c.lookups = append(c.lookups, p.lookup)
		body = append(append(appendName(body, p.plan.Variable), '['), p.body...)
		body = append(body, ']')
	}
	text := response.AppendString([]byte(`{"query":`), c.fetch.DocumentFor(lookups))
	return append(text, body[len(`{"query":`)+len(c.fetch.Quoted):]...)
}

// prepareGroups writes the body of a request with a look-up for each group. Its document depends
// on the groups.
func (b *bodies) prepareGroups(c *call) bool {
	variables := []byte{'{'}
	var lookups []plan.Lookup
	c.lookups = c.lookups[:0]
	for i := range c.fetch.Lookups {
		for n, g := range b.group(c.fetch, i) {
			own := c.fetch.Lookups[i].Group(n)
			g.lookup.plan = &own
			variables = append(append(appendName(variables, own.Variable), '['), g.body...)
			variables = append(variables, ']')
			for k, context := range own.Targets[0].Contexts {
				variables = append(appendName(variables, context.Variable), g.values[k]...)
			}
			lookups = append(lookups, own)
			c.lookups = append(c.lookups, g.lookup)
		}
	}
	for _, name := range c.fetch.VariablesFor(lookups) {
		variables = b.appendVariable(variables, name)
	}
	body := response.AppendString(append(c.body[:0], `{"query":`...), c.fetch.DocumentFor(lookups))
	c.body = append(append(append(body, `,"variables":`...), variables...), "}}"...)
	return slices.ContainsFunc(c.lookups, func(l lookup) bool { return l.representations > 0 })
}

// group returns the groups of one look-up, in the order of the response.
func (b *bodies) group(f *plan.Fetch, index int) []*group {
	p := &f.Lookups[index]
	if !response.AnyHolds(p.Conditions, b.variables) {
		return nil
	}
	g := &grouping{astray: lookup{plan: p, source: f.ID}}
	w := walker{representer: representer{state: b.state, Reader: b.reader, plain: b.plain, grouped: true}, grouping: g}
	for i := range p.Targets {
		w.visit(p.Targets, i)
	}
	return g.groups
}

// appendVariable writes a client variable, unless the client omitted it.
func (b *bodies) appendVariable(body []byte, name string) []byte {
	value, given := b.variables[name]
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

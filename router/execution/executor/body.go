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
	numbering numbering // for the look-up that is being written
	parts     []*part
	inside    response.Path // memory for the representer
}

// prepare writes a fetch's request, in the memory of another. It returns false if there is nothing
// to request.
func (b *bodies) prepare(f *plan.Fetch, memory subrequest) (s subrequest, asked bool) {
	if !response.AnyHolds(f.Conditions, b.variables) {
		return memory, false
	}
	if contextual(f) {
		return b.prepareGroups(f, memory)
	}
	body := slices.Grow(memory.body[:0], len(f.Quoted)+512)
	body = append(append(body, `{"query":`...), f.Quoted...)
	body = append(body, `,"variables":{`...)
	for _, name := range f.Variables {
		body = b.appendVariable(body, name)
	}
	asked = len(f.Lookups) == 0
	b.parts = b.parts[:0]
	lookups := resized(memory.lookups, len(f.Lookups), (*lookup).reset)
	for i := range lookups {
		lookups[i].plan, lookups[i].source = &f.Lookups[i], f.ID
		body = b.appendLookup(body, &lookups[i])
		asked = asked || lookups[i].representations > 0
	}
	if len(b.parts) > 0 {
		body = b.appendParts(body, f)
	}
	for _, p := range b.parts {
		lookups = append(lookups, p.lookup)
		asked = asked || p.lookup.representations > 0
	}
	return subrequest{append(body, "}}"...), lookups}, asked
}

// appendLookup writes the variable with a look-up's representations, each once even if several
// objects have it. A look-up of root fields has none; for it, appendLookup only finds the objects.
func (b *bodies) appendLookup(body []byte, l *lookup) []byte {
	p := l.plan
	if !p.Root {
		body = append(appendName(body, p.Variable), '[')
	}
	if response.AnyHolds(p.Conditions, b.variables) {
		b.numbering.reset()
		w := walker{representer: representer{
			state: b.state, Reader: b.reader, plain: b.plain,
			lookup: l, numbering: &b.numbering, parts: b.parts, body: body,
			inside: b.inside,
		}}
		for i := range p.Targets {
			w.visit(p.Targets, i)
		}
		body, b.parts, b.inside = w.body, w.parts, w.inside[:0]
	}
	if !p.Root {
		body = append(body, ']')
	}
	return body
}

// appendParts adds the parts to a request, and writes its document again.
func (b *bodies) appendParts(body []byte, f *plan.Fetch) []byte {
	lookups := slices.Clone(f.Lookups)
	for _, p := range b.parts {
		lookups = append(lookups, p.plan)
		body = append(append(appendName(body, p.plan.Variable), '['), p.body...)
		body = append(body, ']')
	}
	text := response.AppendString([]byte(`{"query":`), f.DocumentFor(lookups))
	return append(text, body[len(`{"query":`)+len(f.Quoted):]...)
}

// prepareGroups writes a request with a look-up per group. Its document depends on the groups.
func (b *bodies) prepareGroups(f *plan.Fetch, memory subrequest) (s subrequest, asked bool) {
	variables := []byte{'{'}
	var plans []plan.Lookup
	lookups := memory.lookups[:0]
	for i := range f.Lookups {
		for n, g := range b.group(f, i) {
			own := f.Lookups[i].Group(n)
			g.lookup.plan = &own
			variables = append(append(appendName(variables, own.Variable), '['), g.body...)
			variables = append(variables, ']')
			for k, context := range own.Targets[0].Contexts {
				variables = append(appendName(variables, context.Variable), g.values[k]...)
			}
			plans = append(plans, own)
			lookups = append(lookups, g.lookup)
			asked = asked || g.lookup.representations > 0
		}
	}
	for _, name := range f.VariablesFor(plans) {
		variables = b.appendVariable(variables, name)
	}
	body := response.AppendString(append(memory.body[:0], `{"query":`...), f.DocumentFor(plans))
	body = append(append(append(body, `,"variables":`...), variables...), "}}"...)
	return subrequest{body, lookups}, asked
}

// group returns the groups of one look-up, in the order of the response.
func (b *bodies) group(f *plan.Fetch, index int) []*group {
	p := &f.Lookups[index]
	if !response.AnyHolds(p.Conditions, b.variables) {
		return nil
	}
	g := &grouping{unavailable: lookup{plan: p, source: f.ID}}
	w := walker{grouping: g, representer: representer{
		state: b.state, Reader: b.reader, plain: b.plain, grouped: true,
	}}
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

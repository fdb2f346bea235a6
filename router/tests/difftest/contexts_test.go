package difftest_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"
)

// contextField is the field of types that set the context, which the contextual argument reads.
const contextField, contextArgument = "w0", "x"

// addContexts gives fields an argument from a context. Query sets the context, so that every path
// has a value, and some entities below do, some with a field of another subgraph. Above a
// mutation's payload there is only the mutation, so payloads have no such arguments.
func addContexts(t *rapid.T, w *world) {
	g := &generator{T: t, world: w}
	if w.mutation != nil || !g.oneIn(2) {
		return
	}
	s := g.upTo(w.subgraphs - 1)
	var readers []*definition
	for _, d := range w.of(entity) {
		if d.resolvableIn(s) {
			readers = append(readers, d)
		}
	}
	if w.query.in[s] == nil || len(readers) == 0 {
		return
	}
	g.setContext(w.query, s, s)
	for _, d := range w.of(entity) {
		if !d.resolvableIn(s) || !g.oneIn(2) {
			continue
		}
		elsewhere := slices.DeleteFunc(d.places(), func(o int) bool { return !d.resolvableIn(o) })
		g.setContext(d, s, pick(g, elsewhere))
	}
	for _, d := range someOf(g, readers) {
		for i := range 1 + g.upTo(1) {
			f := g.addField(d, g.newField(fmt.Sprintf("c%d", i), nil))
			f.in[s], f.contextual = &localField{}, true
			g.chooseMoods(f)
		}
	}
}

// resolvableIn reports whether an entity can be looked up in the subgraph.
func (d *definition) resolvableIn(s int) bool {
	return d.in[s] != nil && slices.ContainsFunc(d.in[s].keys, func(k localKey) bool { return k.resolvable })
}

// setContext lets a type set the context in one subgraph, with a field that another subgraph may
// resolve.
func (g *generator) setContext(d *definition, s, resolving int) {
	d.in[s].context = true
	f := g.addField(d, &field{name: contextField, typ: ast.NamedType("String", nil), fails: g.oneIn(4), hidden: g.oneIn(3)})
	f.in[s] = &localField{external: s != resolving}
	if s != resolving {
		f.in[resolving] = &localField{}
	}
}

func isContextual(name string) bool { return len(name) == 2 && name[0] == 'c' }

// nearest returns the value of the context for an object, from the nearest object above that sets
// it.
func (w *world) nearest(o *object) (any, error) {
	if at := o.setter(); at != nil {
		return w.truth(at, at.typ.field(contextField), map[string]any{})
	}
	return nil, nil
}

func (o *object) setter() *object {
	at := o.above
	for at != nil && at.typ.field(contextField) == nil {
		at = at.above
	}
	return at
}

// below records, for all objects in a value, the object above them.
func below(o *object, value any) {
	switch v := value.(type) {
	case *object:
		v.above = o
	case []any:
		for _, item := range v {
			below(o, item)
		}
	}
}

// withContext computes a field with the value that the router sent.
func (c *call) withContext(o *object, f *field, args map[string]any) (any, error) {
	c.coverage.answered("context")
	value, given := args[contextArgument]
	if !given {
		return nil, c.refuse("%s.%s was given no context", o.typ.name, f.name)
	}
	delete(args, contextArgument)
	return c.value(o, f, args, encode(value))
}

// contextualArguments returns a field's arguments as its subgraph has them.
func contextualArguments(args string, federated bool) string {
	own := contextArgument + ": String"
	if federated {
		own += fmt.Sprintf(" @fromContext(field: %q)", "$c { "+contextField+" }")
	}
	if args == "" {
		return "(" + own + ")"
	}
	return strings.TrimSuffix(args, ")") + ", " + own + ")"
}

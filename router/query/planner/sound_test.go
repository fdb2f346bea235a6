package planner_test

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// A plan is sound if
//
//   - each fetch's document is valid for its subgraph;
//   - a fetch that must have ended before requests each position with entities, each member of
//     their representations, and each value of a context;
//   - some fetch requests each field of the operation, except on types that not every subgraph
//     knows as members of the union or interface there, and on types that clients cannot see.
//
// Package difftest executes plans and checks that the values are right.

// unsound returns the faults of a plan, one for each line.
func unsound(
	api *ast.Schema, served map[string]*ast.Schema, op *operation.Operation, p *plan.Plan,
) []string {
	c := &checker{api: api, served: served, root: &place{}, before: map[int]map[int]bool{}}
	for _, f := range p.Fetches {
		c.fetch(f)
	}
	c.answered(op.RootType, op.Fields, c.root, "")
	return c.faults
}

type checker struct {
	api    *ast.Schema
	served map[string]*ast.Schema
	root   *place
	// before holds, for each fetch, all fetches that must have ended before it.
	before map[int]map[int]bool
	faults []string
}

// place is a requested response key and the fetches that request it. Lists and their items share
// one place.
type place struct {
	keys     map[string]*place
	askedFor []int
}

func (c *checker) fault(format string, args ...any) {
	c.faults = append(c.faults, fmt.Sprintf(format, args...))
}

func (c *checker) fetch(f *plan.Fetch) {
	c.before[f.ID] = map[int]bool{}
	for _, id := range f.DependsOn {
		if id >= f.ID {
			c.fault("fetch %d depends on %d, which comes after it", f.ID, id)
		}
		c.before[f.ID][id] = true
		for earlier := range c.before[id] {
			c.before[f.ID][earlier] = true
		}
	}
	c.valid(f)
	if len(f.Lookups) == 0 {
		c.merge(f, c.root, f.Selections, f.Renames)
	}
	for _, l := range f.Lookups {
		for _, target := range l.Targets {
			if at := c.target(f, target); at != nil {
				c.merge(f, at, l.Selections, l.Renames)
			}
		}
	}
}

func (c *checker) valid(f *plan.Fetch) {
	document, err := parser.ParseQuery(&ast.Source{Input: f.Document})
	if err != nil {
		c.fault("fetch %d does not parse: %s", f.ID, err)
		return
	}
	schema := c.served[f.Subgraph]
	if errs := validator.ValidateWithRules(schema, document, nil); len(errs) > 0 {
		c.fault("fetch %d is not valid for %s: %s: %s", f.ID, f.Subgraph, errs, f.Document)
	}
}

func (c *checker) target(f *plan.Fetch, t plan.Target) *place {
	at := c.root
	for _, element := range t.Path {
		if at = c.had(f, at, element.Key, plan.PathText(t.Path)); at == nil {
			return nil
		}
	}
	c.members(f, at, t.Representation, plan.PathText(t.Path))
	for _, r := range t.Requirements {
		c.sent(f, r.Members, t.Representation, r.Field)
	}
	for _, context := range t.Contexts {
		for _, source := range context.Sources {
			c.source(f, t.Path[:source.Depth], source)
		}
	}
	return at
}

// sent checks that the representation has the fields that a field requires.
func (c *checker) sent(f *plan.Fetch, required, members []plan.Member, where string) {
	for _, r := range required {
		at := slices.IndexFunc(members, func(m plan.Member) bool { return m.Name == r.Name && m.Key == r.Key })
		if at < 0 {
			c.fault("fetch %d does not send %s, which %s requires", f.ID, r.Name, where)
			continue
		}
		c.sent(f, r.Members, members[at].Members, where)
	}
}

// source checks that a context's value is requested, and the type too if only objects of some
// types have it.
func (c *checker) source(f *plan.Fetch, path []plan.PathElement, source plan.ContextSource) {
	at, where := c.root, plan.PathText(path)
	for _, element := range path {
		if at = c.had(f, at, element.Key, where); at == nil {
			return
		}
	}
	if source.Types != nil {
		c.had(f, at, "__typename", where)
	}
	c.members(f, at, []plan.Member{source.Member}, where)
}

func (c *checker) members(f *plan.Fetch, at *place, members []plan.Member, where string) {
	for _, m := range members {
		if value := c.had(f, at, m.Key, where+" "+m.Name); value != nil {
			c.members(f, value, m.Members, where+" "+m.Name)
		}
	}
}

// had returns the place of a field that a fetch reads, which an earlier fetch must request.
func (c *checker) had(f *plan.Fetch, at *place, key, where string) *place {
	found := at.keys[key]
	if found == nil || !slices.ContainsFunc(found.askedFor, func(id int) bool { return c.before[f.ID][id] }) {
		c.fault("fetch %d reads %q of %s, which no fetch before it requests", f.ID, key, where)
		return nil
	}
	return found
}

// merge adds the fields that a fetch requests at a place, under their names in the response.
func (c *checker) merge(f *plan.Fetch, at *place, selections []plan.Selection, renames []plan.Rename) {
	answer := &place{}
	answer.add(f.ID, selections)
	for _, r := range slices.SortedStableFunc(slices.Values(renames), deepFirst) {
		answer.rename(r)
	}
	at.absorb(answer)
}

func deepFirst(a, b plan.Rename) int { return len(b.Path) - len(a.Path) }

func (p *place) add(fetch int, selections []plan.Selection) {
	for _, s := range selections {
		if s.Name == "" {
			p.add(fetch, s.Selections)
			continue
		}
		value := p.key(s.Key())
		value.askedFor = append(value.askedFor, fetch)
		value.add(fetch, s.Selections)
	}
}

func (p *place) key(name string) *place {
	if p.keys == nil {
		p.keys = map[string]*place{}
	}
	if p.keys[name] == nil {
		p.keys[name] = &place{}
	}
	return p.keys[name]
}

func (p *place) rename(r plan.Rename) {
	for _, key := range r.Path {
		p = p.key(key)
	}
	if value := p.keys[r.From]; value != nil {
		delete(p.keys, r.From)
		p.key(r.To).absorb(value)
	}
}

func (p *place) absorb(other *place) {
	p.askedFor = append(p.askedFor, other.askedFor...)
	for name, value := range other.keys {
		p.key(name).absorb(value)
	}
}

func (c *checker) answered(parent string, fields []*operation.Field, at *place, where string) {
	for _, f := range fields {
		if strings.HasPrefix(f.Name, "__") {
			continue // The router answers introspection, and knows the type if only one is possible.
		}
		value := at.keys[f.DataKey()]
		switch {
		case value != nil:
			c.answered(f.Type.Name, f.Fields, value, where+"."+f.Key)
		case c.canBeAsked(parent, f):
			c.fault("no fetch requests %s.%s", where, f.Key)
		}
	}
}

// canBeAsked reports whether an object of one of the field's types can occur there.
func (c *checker) canBeAsked(parent string, f *operation.Field) bool {
	if f.Types != nil {
		return slices.ContainsFunc(f.Types.Names, func(name string) bool {
			return c.common(parent, name)
		})
	}
	objects := c.api.GetPossibleTypes(c.api.Types[parent])
	return slices.ContainsFunc(objects, func(d *ast.Definition) bool {
		return c.common(parent, d.Name)
	})
}

// common reports whether every schema that has the abstract type lists the object type as
// possible. An interface object may have any type.
func (c *checker) common(parent, name string) bool {
	for _, schema := range c.served {
		known := schema.Types[parent]
		if known == nil || !known.IsAbstractType() {
			continue
		}
		if !slices.Contains(schema.GetPossibleTypes(known), schema.Types[name]) {
			return false
		}
	}
	return true
}

// served returns the schemas against which the subgraphs validate requests, by name.
func served(sources []subgraph.Source) (map[string]*ast.Schema, error) {
	schemas := map[string]*ast.Schema{}
	for _, source := range sources {
		document, err := parser.ParseSchema(&ast.Source{Name: source.Name, Input: source.SDL})
		if err != nil {
			return nil, err
		}
		schemas[source.Name], err = gqlparser.LoadSchema(&ast.Source{Name: source.Name, Input: executable(document)})
		if err != nil {
			return nil, fmt.Errorf("subgraph %s: %w", source.Name, err)
		}
	}
	return schemas, nil
}

// executable returns the SDL of a subgraph as its server uses it: without federation's directives,
// and with _entities.
func executable(document *ast.SchemaDocument) string {
	document.Schema, document.SchemaExtension = nil, nil
	entities := keyed(document)
	for _, d := range slices.Concat(document.Definitions, document.Extensions) {
		undirected(d)
	}
	var text strings.Builder
	formatter.NewFormatter(&text).FormatSchemaDocument(document)
	query := "extend type Query"
	if document.Definitions.ForName("Query") == nil && document.Extensions.ForName("Query") == nil {
		query = "type Query"
	}
	sdl := text.String()
	for _, d := range document.Extensions {
		if document.Definitions.ForName(d.Name) == nil {
			sdl = strings.Replace(sdl, "extend type "+d.Name+" ", "type "+d.Name+" ", 1)
		}
	}
	if len(entities) > 0 {
		sdl += "scalar _Any union _Entity = " + strings.Join(entities, " | ") + " " +
			query + " { _entities(representations: [_Any!]!): [_Entity]! }"
	}
	return sdl
}

func keyed(document *ast.SchemaDocument) []string {
	var names []string
	for _, d := range slices.Concat(document.Definitions, document.Extensions) {
		if d.Kind == ast.Object && d.Directives.ForName("key") != nil && !slices.Contains(names, d.Name) {
			names = append(names, d.Name)
		}
	}
	return names
}

func undirected(d *ast.Definition) {
	d.Directives = nil
	for _, f := range d.Fields {
		f.Directives = nil
		for _, a := range f.Arguments {
			a.Directives = nil
		}
	}
	for _, v := range d.EnumValues {
		v.Directives = nil
	}
}

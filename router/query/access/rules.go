package access

import (
	"maps"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// Rules are the clauses of a schema. They are immutable.
type Rules struct {
	api     *ast.Schema
	clauses []clause
	// fields has the clauses of each field of an object type, and types those of each object type,
	// scalar and enum. Their values are sorted indexes in clauses.
	fields map[coordinate][]int
	types  map[string][]int
	// possible are the object types of each interface and union of the API schema.
	possible map[string][]string
}

type coordinate struct{ object, field string }

// clause is one directive. If it has neither scopes nor policies, it is @authenticated.
type clause struct {
	kind string
	// sets are the alternatives: a client needs all names of at least one set.
	sets [][]string
}

// NewRules returns the rules of a schema, or nil if the schema has no access directives.
func NewRules(schema *supergraph.Schema) *Rules {
	c := compiler{
		schema: schema, ids: map[string]int{},
		rules: &Rules{
			api: schema.API(), fields: map[coordinate][]int{}, types: map[string][]int{},
			possible: map[string][]string{},
		},
	}
	c.compile()
	if len(c.rules.clauses) == 0 {
		return nil
	}
	return c.rules
}

// Policies returns the names of all policies, sorted.
func (r *Rules) Policies() []string {
	if r == nil {
		return nil
	}
	names := map[string]bool{}
	for _, c := range r.clauses {
		c.addPolicies(names)
	}
	return slices.Sorted(maps.Keys(names))
}

func (c clause) addPolicies(names map[string]bool) {
	if c.kind != federation.Policy {
		return
	}
	for _, set := range c.sets {
		for _, name := range set {
			names[name] = true
		}
	}
}

// returned returns the object types that a field can return if its type is an interface or a
// union.
func (r *Rules) returned(object, field string) []string {
	definition := r.api.Types[object]
	if definition == nil {
		return nil
	}
	f := definition.Fields.ForName(field)
	if f == nil {
		return nil
	}
	return r.possible[f.Type.Name()]
}

// compiler makes the rules of a schema.
type compiler struct {
	schema *supergraph.Schema
	rules  *Rules
	ids    map[string]int // indexes of clauses, by their texts
}

func (c *compiler) compile() {
	for _, t := range c.schema.Types {
		if t.Kind == ast.Interface {
			continue
		}
		c.rules.addType(t.Name, c.own(t.Directives))
		if t.Kind != ast.Object {
			continue
		}
		for _, f := range t.Fields {
			c.rules.addField(t.Name, f.Name, c.own(f.Directives))
		}
	}
	c.interfaces()
	for _, t := range c.schema.Types {
		if t.Kind == ast.Object {
			c.completeFields(t)
		}
	}
	c.readings()
	for name, definition := range c.rules.api.Types {
		if definition.IsAbstractType() {
			c.rules.possible[name] = objectNames(c.rules.api, definition)
		}
	}
}

// completeFields adds the clauses of the types that the fields return, and of the root type.
func (c *compiler) completeFields(t *supergraph.Type) {
	isRoot := t.Name == c.schema.Query || t.Name == c.schema.Mutation ||
		t.Name == c.schema.Subscription
	for _, f := range t.Fields {
		if isRoot {
			c.rules.addField(t.Name, f.Name, c.rules.types[t.Name])
		}
		c.rules.addField(t.Name, f.Name, c.rules.types[f.Type.Name()])
	}
}

// own returns the clauses of directives.
func (c *compiler) own(directives ast.DirectiveList) []int {
	var ids []int
	for _, d := range directives {
		if federation.IsAccess(d.Name) {
			ids = union(ids, []int{c.id(d)})
		}
	}
	return ids
}

// id returns the index of a directive's clause. A directive without a readable argument has no
// alternatives, so no client meets it.
func (c *compiler) id(d *ast.Directive) int {
	made := clause{kind: d.Name}
	text := d.Name
	for _, argument := range d.Arguments {
		if argument.Name == "scopes" || argument.Name == "policies" {
			made.sets = alternatives(argument.Value)
			text += argument.Value.String()
		}
	}
	id, known := c.ids[text]
	if !known {
		id = len(c.rules.clauses)
		c.ids[text] = id
		c.rules.clauses = append(c.rules.clauses, made)
	}
	return id
}

// alternatives reads a list of lists of names. GraphQL also accepts a single value as a list.
func alternatives(value *ast.Value) [][]string {
	switch value.Kind {
	case ast.NullValue:
		return nil
	case ast.ListValue:
	default:
		return [][]string{federation.Strings(value)}
	}
	sets := make([][]string, 0, len(value.Children))
	for _, child := range value.Children {
		sets = append(sets, federation.Strings(child.Value))
	}
	return sets
}

func (r *Rules) addField(object, field string, clauses []int) {
	if len(clauses) > 0 {
		at := coordinate{object, field}
		r.fields[at] = union(r.fields[at], clauses)
	}
}

func (r *Rules) addType(name string, clauses []int) {
	if len(clauses) > 0 {
		r.types[name] = union(r.types[name], clauses)
	}
}

// union returns a new sorted list of all clauses in two lists.
func union(a, b []int) []int {
	both := slices.Concat(a, b)
	slices.Sort(both)
	return slices.Compact(both)
}

func objectNames(api *ast.Schema, abstract *ast.Definition) []string {
	var names []string
	for _, t := range api.GetPossibleTypes(abstract) {
		if t.Kind == ast.Object {
			names = append(names, t.Name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

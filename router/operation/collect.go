package operation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// collector flattens selection sets (GraphQL, section 6.3.2, CollectFields, for all object types at once).
// Selections that will share a field are gathered before they are entered, so that the work is bounded by
// the fields that come out, not by how often fragments are spread.
type collector struct {
	schema *ast.Schema
	sets   map[string]*TypeSet // interned, by their names
	left   int                 // fields that may still be made; below zero: too many
}

func newCollector(schema *ast.Schema, limit int) *collector {
	return &collector{schema: schema, sets: map[string]*TypeSet{}, left: limit}
}

// gathered is a field to be made, and the selection sets of all places that ask for it.
type gathered struct {
	field *Field
	sets  []ast.SelectionSet
}

// level is the flattening of one selection set.
type level struct {
	*collector
	possible *TypeSet // all object types at this place
	order    []*gathered
	byID     map[fieldID]*gathered
	latest   map[string]*gathered // by key
	entered  map[fragmentID]bool
}

type fieldID struct {
	key        string
	types      *TypeSet
	conditions string
}

type fragmentID struct {
	name       string
	types      *TypeSet
	conditions string
}

// scope is what the fragments around a selection say of it.
type scope struct {
	parent     *ast.Definition
	types      *TypeSet // nil: all possible types
	conditions []Condition
}

// fields flattens selection sets that stand at one place, whose type is parent.
func (c *collector) fields(parent *ast.Definition, sets []ast.SelectionSet) []*Field {
	l := level{
		collector: c,
		possible:  c.possibleTypes(parent),
		byID:      map[fieldID]*gathered{},
		latest:    map[string]*gathered{},
		entered:   map[fragmentID]bool{},
	}
	for _, set := range sets {
		l.collect(set, scope{parent: parent})
	}
	fields := make([]*Field, 0, len(l.order))
	for _, g := range l.order {
		if c.left < 0 {
			return nil
		}
		if len(g.sets) > 0 {
			g.field.Fields = c.fields(g.field.Type, g.sets)
		}
		fields = append(fields, g.field)
	}
	return fields
}

func (l *level) collect(set ast.SelectionSet, within scope) {
	for _, selection := range set {
		if l.left < 0 {
			return
		}
		switch s := selection.(type) {
		case *ast.Field:
			if inner, ok := within.under(s.Directives); ok {
				l.add(s, inner)
			}
		case *ast.InlineFragment:
			if inner, ok := within.under(s.Directives); ok {
				l.enter(s.TypeCondition, s.SelectionSet, inner, "")
			}
		case *ast.FragmentSpread:
			if inner, ok := within.under(s.Directives); ok {
				l.enter(s.Definition.TypeCondition, s.Definition.SelectionSet, inner, s.Name)
			}
		}
	}
}

// enter collects from a fragment, unless no object here could be of its type; a named one only once in the same scope.
func (l *level) enter(condition string, set ast.SelectionSet, within scope, name string) {
	if condition != "" && condition != within.parent.Name {
		within.parent = l.schema.Types[condition]
		types, any := l.narrow(within.types, l.possibleTypes(within.parent))
		if !any {
			return
		}
		within.types = types
	}
	if name != "" {
		id := fragmentID{name, within.types, conditionsID(within.conditions)}
		if l.entered[id] {
			return
		}
		l.entered[id] = true
	}
	l.collect(set, within)
}

// add gathers a field with the one before that is asked for alike; unless another of its key came in between whose selections,
// if it counts, stand before this one's.
func (l *level) add(s *ast.Field, within scope) {
	id := fieldID{s.Alias, within.types, conditionsID(within.conditions)}
	g := l.byID[id]
	if g == nil || len(s.SelectionSet) > 0 && l.latest[s.Alias] != g {
		l.left--
		g = &gathered{field: l.newField(s, within)}
		l.byID[id] = g
		l.latest[s.Alias] = g
		l.order = append(l.order, g)
	}
	if len(s.SelectionSet) > 0 {
		g.sets = append(g.sets, s.SelectionSet)
	}
}

func (l *level) newField(s *ast.Field, within scope) *Field {
	field := &Field{
		Key:        s.Alias,
		Name:       s.Name,
		Definition: s.Definition,
		Parent:     within.parent,
		Arguments:  s.Arguments,
		Types:      within.types,
		Conditions: within.conditions,
		Type:       l.schema.Types[s.Definition.Type.Name()],
	}
	// Asked for a single object type, a field is that type's own, however it was named.
	only := within.types
	if only == nil {
		only = l.possible
	}
	if len(only.Names) == 1 && s.Name != "__typename" {
		field.Parent = l.schema.Types[only.Names[0]]
		field.Definition = field.Parent.Fields.ForName(s.Name)
		field.Type = l.schema.Types[field.Definition.Type.Name()]
	}
	return field
}

// under adds the conditions of @skip and @include; false if they leave the selection out whatever the variables.
func (s scope) under(directives ast.DirectiveList) (scope, bool) {
	for _, directive := range directives {
		if directive.Name != "skip" && directive.Name != "include" {
			continue
		}
		skip := directive.Name == "skip"
		value := directive.Arguments.ForName("if").Value
		if value.Kind != ast.Variable {
			if (value.Raw == "true") == skip {
				return s, false
			}
			continue
		}
		s.conditions = withCondition(s.conditions, Condition{Variable: value.Raw, Skip: skip})
	}
	return s, true
}

// withCondition returns a sorted set of conditions, so that equal sets are equal lists.
func withCondition(conditions []Condition, c Condition) []Condition {
	at, found := slices.BinarySearchFunc(conditions, c, compareConditions)
	if found {
		return conditions
	}
	return slices.Insert(slices.Clone(conditions), at, c)
}

func compareConditions(a, b Condition) int {
	if order := strings.Compare(a.Variable, b.Variable); order != 0 {
		return order
	}
	return cmp.Compare(boolInt(a.Skip), boolInt(b.Skip))
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

func conditionsID(conditions []Condition) string {
	if len(conditions) == 0 {
		return ""
	}
	var id strings.Builder
	for _, c := range conditions {
		id.WriteString(c.Variable + "=" + strconv.FormatBool(c.Skip) + ",")
	}
	return id.String()
}

// narrow intersects; the result is nil if all types possible here remain, and false if none does.
func (l *level) narrow(now, with *TypeSet) (*TypeSet, bool) {
	if now == nil {
		now = l.possible
	}
	var names []string
	for _, name := range now.Names {
		if with.Has(name) {
			names = append(names, name)
		}
	}
	if len(names) == len(l.possible.Names) {
		return nil, true
	}
	return l.intern(names), len(names) > 0
}

// possibleTypes are the object types that a value of the type can have.
func (c *collector) possibleTypes(definition *ast.Definition) *TypeSet {
	if definition.Kind == ast.Object {
		return c.intern([]string{definition.Name})
	}
	var names []string
	for _, possible := range c.schema.PossibleTypes[definition.Name] {
		if possible.Kind == ast.Object {
			names = append(names, possible.Name)
		}
	}
	slices.Sort(names)
	return c.intern(slices.Compact(names))
}

func (c *collector) intern(names []string) *TypeSet {
	id := strings.Join(names, " ")
	if set, ok := c.sets[id]; ok {
		return set
	}
	set := &TypeSet{Names: names}
	c.sets[id] = set
	return set
}

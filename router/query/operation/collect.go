package operation

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// collector flattens selection sets (GraphQL, section 6.3.2, CollectFields, for all object types
// at once). It gathers selections that share a field before it enters them, so that the work is
// bounded by the resulting fields, and not by how often fragments are spread.
type collector struct {
	schema   *ast.Schema
	possible map[string]*TypeSet // the object types of each composite type
	sets     map[string]*TypeSet // sets of types, by their names
	left     int                 // how many more fields may be made; negative if there were too many
	visits   int                 // the same for selections
}

// spent reports whether the operation is too large.
func (c *collector) spent() bool { return c.left < 0 || c.visits < 0 }

// gathered is a field to be made, and its selection sets at all positions that select it.
type gathered struct {
	field *ast.Field
	scope
	sets       []ast.SelectionSet
	directives ast.DirectiveList
	directed   string // the directives as text
}

// level flattens the selection sets at one position.
type level struct {
	*collector
	possible *TypeSet // all object types at this position
	order    []gathered
	// byID and latest hold the indexes in order, by identity and, for the last one, by key. They
	// are used if there are more than a few.
	byID    map[fieldID]int
	latest  map[string]int
	entered map[fragmentID]bool
}

type fieldID struct {
	key        string
	types      *TypeSet
	conditions string
	directed   string
}

func (g *gathered) id() fieldID {
	return fieldID{g.field.Alias, g.types, conditionsID(g.conditions), g.directed}
}

type fragmentID struct {
	name       string
	types      *TypeSet
	conditions string
}

// scope is what the fragments around a selection determine about it.
type scope struct {
	parent     *ast.Definition
	types      *TypeSet // nil for all possible types
	conditions []Condition
}

// fields flattens selection sets at one position, whose type is parent.
func (c *collector) fields(parent *ast.Definition, sets []ast.SelectionSet) []*Field {
	l := level{
		collector: c, possible: c.possible[parent.Name], order: make([]gathered, 0, len(sets[0])),
	}
	for _, set := range sets {
		l.collect(set, scope{parent: parent})
	}
	made := make([]Field, len(l.order))
	fields := make([]*Field, len(l.order))
	for i, g := range l.order {
		if c.spent() {
			return nil
		}
		made[i] = l.newField(g.field, g.scope)
		made[i].Directives = g.directives
		if len(g.sets) > 0 {
			made[i].Fields = c.fields(made[i].Type, g.sets)
		}
		fields[i] = &made[i]
	}
	return fields
}

// conditionsAVisit is how many conditions around a selection cost as much as one visit.
const conditionsAVisit = 2

func (l *level) collect(set ast.SelectionSet, within scope) {
	for _, selection := range set {
		if l.visits -= 1 + len(within.conditions)/conditionsAVisit; l.spent() {
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

// enter collects from a fragment, unless no object here can have its type. It enters a named
// fragment only once in the same scope.
func (l *level) enter(condition string, set ast.SelectionSet, within scope, name string) {
	if condition != "" && condition != within.parent.Name {
		within.parent = l.schema.Types[condition]
		types, any := l.narrow(within.types, l.collector.possible[within.parent.Name])
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
		if l.entered == nil {
			l.entered = map[fragmentID]bool{}
		}
		l.entered[id] = true
	}
	l.collect(set, within)
}

// add merges a field with an earlier one that is selected in the same way, unless a field with its
// key came in between: if that one applies, its selections come before this field's.
func (l *level) add(s *ast.Field, within scope) {
	g := gathered{field: s, scope: within, directives: forSubgraphs(s.Directives)}
	g.directed = PrintDirectives(g.directives)
	alike, latest := l.find(&g)
	if alike < 0 || len(s.SelectionSet) > 0 && latest != alike {
		l.left--
		alike = len(l.order)
		l.order = append(l.order, g)
		l.remember()
	}
	if len(s.SelectionSet) > 0 {
		l.order[alike].sets = append(l.order[alike].sets, s.SelectionSet)
	}
}

// few is the greatest number of entries that are searched one by one, which is faster than using a
// map.
const few = 16

// find returns the indexes of the last field that is selected in the same way, and of the last one
// with the same key; -1 for none.
func (l *level) find(g *gathered) (alike, latest int) {
	if l.byID != nil {
		return indexIn(l.byID, g.id()), indexIn(l.latest, g.field.Alias)
	}
	alike, latest = -1, -1
	for i := range l.order {
		if known := &l.order[i]; known.field.Alias == g.field.Alias {
			latest = i
			if known.types == g.types && known.directed == g.directed &&
				slices.Equal(known.conditions, g.conditions) {
				alike = i
			}
		}
	}
	return alike, latest
}

func indexIn[K comparable](of map[K]int, key K) int {
	if i, known := of[key]; known {
		return i
	}
	return -1
}

// remember indexes the field that was added last.
func (l *level) remember() {
	from := len(l.order) - 1
	if l.byID == nil {
		if len(l.order) <= few {
			return
		}
		l.byID, l.latest, from = map[fieldID]int{}, map[string]int{}, 0
	}
	for i := from; i < len(l.order); i++ {
		l.byID[l.order[i].id()], l.latest[l.order[i].field.Alias] = i, i
	}
}

func (l *level) newField(s *ast.Field, within scope) Field {
	field := Field{
		Key:        s.Alias,
		Name:       s.Name,
		Definition: s.Definition,
		Parent:     within.parent,
		Arguments:  s.Arguments,
		Types:      within.types,
		Conditions: within.conditions,
		Type:       l.schema.Types[s.Definition.Type.Name()],
	}
	only := within.types
	if only == nil {
		only = l.possible
	}
	field.ofOnly(l.schema, only)
	return field
}

// ofOnly makes a field that is selected for a single object type that type's own, whatever type
// the fragment names.
func (f *Field) ofOnly(schema *ast.Schema, types *TypeSet) {
	if len(types.Names) != 1 || f.Name == "__typename" {
		return
	}
	f.Parent = schema.Types[types.Names[0]]
	f.Definition = f.Parent.Fields.ForName(f.Name)
	f.Type = schema.Types[f.Definition.Type.Name()]
}

// under adds the conditions of @skip and @include. It returns false if they always exclude the
// selection.
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

// narrow intersects two sets. The result is nil if all types possible here remain; narrow returns
// false if none does.
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

// possibleTypes returns the object types that a value of each composite type of the schema can
// have.
func possibleTypes(schema *ast.Schema) map[string]*TypeSet {
	possible := map[string]*TypeSet{}
	for name, definition := range schema.Types {
		switch definition.Kind {
		case ast.Object:
			possible[name] = &TypeSet{Names: []string{name}}
		case ast.Interface, ast.Union:
			var names []string
			for _, of := range schema.PossibleTypes[name] {
				if of.Kind == ast.Object {
					names = append(names, of.Name)
				}
			}
			slices.Sort(names)
			possible[name] = &TypeSet{Names: slices.Compact(names)}
		}
	}
	return possible
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

package response

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// Shape is the client's operation, ready for completion: for each position of the response, and
// each object type that was found there, the fields in order. It serves all requests with the
// operation, whatever their variables.
//
// The fields for a type are compiled when its first object arrives, and are kept. An operation
// with nested fragments on many types could have more combinations than fit into memory, but the
// data has few.
type Shape struct {
	operation *operation.Operation
	root      *selection
}

// NewShape returns the shape of an operation's response.
func NewShape(api *ast.Schema, op *operation.Operation) *Shape { return newShape(api, op, nil) }

// Without returns the shape for clients from which something is hidden: it is null there, with an
// error. The data needs to have only what Operation.Without leaves.
func (s *Shape) Without(hidden operation.Hidden) *Shape {
	return newShape(s.Schema(), s.operation, hidden)
}

func newShape(api *ast.Schema, op *operation.Operation, hidden operation.Hidden) *Shape {
	entries := make([]entry, len(op.Fields))
	for i, f := range op.Fields {
		entries[i] = entry{field: f, conditions: f.Conditions}
	}
	root := newSelection(api, hidden, api.Types[op.RootType], entries)
	return &Shape{operation: op, root: root}
}

// Schema returns the API schema.
func (s *Shape) Schema() *ast.Schema { return s.root.schema }

// selection is the merged selection sets of all fields at one position (GraphQL, section 6.4.3).
type selection struct {
	schema  *ast.Schema
	hidden  operation.Hidden // nil if nothing is
	static  *ast.Definition  // the type of the position
	entries []entry
	// only is the single type that objects here can have, or "".
	only string

	// objects are the types found so far. The slice is replaced as a whole.
	objects atomic.Pointer[[]*object]
	none    []*object // the initial value of objects
	// untyped serves objects of unknown type, or is nil if the type matters. See withoutType.
	untyped     *object
	untypedOnce sync.Once

	mu       sync.Mutex
	children map[string]*selection
}

// entry is a field of a selection set with its conditions, which may be its parent's.
type entry struct {
	field      *operation.Field
	conditions []operation.Condition
}

// object is the selection on an object of one type.
type object struct {
	name   string
	hidden bool   // true if objects of the type are null
	reason string // why they are hidden
	fields []field
	// turns holds the entries that select each field; nil if the order does not depend on variables.
	turns [][]turn
	// typed holds groups of conditions: if all of one hold, the unknown type of an object matters.
	typed [][]operation.Condition
}

// turn is an entry that selects a field, whose position is that of the first entry that applies.
type turn struct {
	entry      int
	conditions []operation.Condition
}

type field struct {
	key    string
	name   string
	prefix []byte // ,"key": with comma, quotes and colon
	parent string // the object type's name
	typ    *ast.Type
	// alternatives are groups of conditions: all of one must hold, unless there is no group.
	alternatives [][]operation.Condition
	// typename is the quoted name of the object's type, if this is __typename.
	typename  []byte
	selection *selection // nil for leaves
	// hidden is true if the field is null. It then has no selection and is no leaf.
	hidden bool
	reason string // why it is hidden
	// scalar says how to write leaf values, also in lists; leaf is the same, except for lists.
	scalar, leaf leaf
}

func newSelection(
	schema *ast.Schema, hidden operation.Hidden, static *ast.Definition, entries []entry,
) *selection {
	s := &selection{schema: schema, hidden: hidden, static: static, entries: entries}
	s.objects.Store(&s.none)
	s.only = onlyType(schema, static)
	return s
}

func onlyType(schema *ast.Schema, static *ast.Definition) string {
	if static.Kind == ast.Object {
		return static.Name
	}
	only := ""
	for _, possible := range schema.PossibleTypes[static.Name] {
		if possible.Kind != ast.Object {
			continue
		}
		if only != "" {
			return ""
		}
		only = possible.Name
	}
	return only
}

// object returns the selection on an object type, or nil if no object here can have that type.
func (s *selection) object(name string) *object {
	for _, o := range *s.objects.Load() {
		if o.name == name {
			return o
		}
	}
	definition := s.schema.Types[name]
	if definition == nil || !s.possible(definition) {
		return nil
	}
	return s.compile(definition)
}

func (s *selection) possible(definition *ast.Definition) bool {
	if s.static.Kind == ast.Object {
		return s.static.Name == definition.Name
	}
	return definition.Kind == ast.Object &&
		slices.Contains(s.schema.PossibleTypes[s.static.Name], definition)
}

func (s *selection) compile(definition *ast.Definition) *object {
	s.mu.Lock()
	defer s.mu.Unlock()
	known := *s.objects.Load()
	for _, o := range known {
		if o.name == definition.Name {
			return o
		}
	}
	o := s.compileObject(definition)
	more := append(slices.Clone(known), o)
	s.objects.Store(&more)
	return o
}

// compileUntyped compiles the selection on the interface itself, for objects of unknown type. It
// returns nil unless everything that depends on the type has a condition, which may not hold.
func (s *selection) compileUntyped() *object {
	if s.static.Kind != ast.Interface {
		return nil
	}
	if s.hidesSomeObjects() {
		return nil
	}
	var typed [][]operation.Condition
	for _, e := range s.entries {
		if e.field.Types == nil && e.field.Name != typenameKey && !s.hidesForSome(e.field.Name) {
			continue
		}
		if len(e.conditions) == 0 {
			return nil
		}
		typed = append(typed, e.conditions)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.compileObject(s.static)
	o.typed = typed
	return o
}

func (s *selection) compileObject(definition *ast.Definition) *object {
	groups := s.groups(definition)
	o := &object{name: definition.Name, fields: make([]field, 0, len(groups))}
	if s.hidden != nil && definition.Kind == ast.Object && s.hidden.Type(definition.Name) {
		o.hidden, o.reason = true, s.hidden.Reason(definition.Name, "")
	}
	for _, group := range groups {
		o.fields = append(o.fields, s.compileField(definition, group))
	}
	o.turns = s.turns(groups)
	return o
}

// groups groups the indexes of a type's entries by key, in the order of the groups' first entries.
func (s *selection) groups(definition *ast.Definition) [][]int {
	groups := make([][]int, 0, len(s.entries))
	firsts := make([]int, len(s.entries)) // backs the groups of one entry
	byKey := make(map[string]int, len(s.entries))
	for i, e := range s.entries {
		if !e.field.Types.Has(definition.Name) {
			continue
		}
		group, known := byKey[e.field.Key]
		if known {
			groups[group] = append(groups[group], i)
			continue
		}
		byKey[e.field.Key] = len(groups)
		firsts[i] = i
		groups = append(groups, firsts[i:i+1:i+1])
	}
	return groups
}

func (s *selection) compileField(definition *ast.Definition, group []int) field {
	first := s.entries[group[0]].field
	prefix := make([]byte, 0, len(first.Key)+len(`,"":`))
	f := field{
		key:          first.DataKey(),
		name:         first.Name,
		prefix:       append(AppendString(append(prefix, ','), first.Key), ':'),
		parent:       definition.Name,
		alternatives: s.alternatives(group),
	}
	if first.Name == typenameKey {
		f.typename = AppendString(nil, definition.Name)
		return f
	}
	// The object type's own field determines the type: an interface's field may allow more.
	f.typ = first.Definition.Type
	if own := definition.Fields.ForName(first.Name); own != nil {
		f.typ = own.Type
	}
	if f.hidden = s.hides(definition, first.Name); f.hidden {
		f.reason = s.reason(definition, first.Name)
		return f
	}
	named := s.schema.Types[f.typ.Name()]
	if named.IsCompositeType() {
		f.selection = s.child(named, group)
	} else {
		f.scalar = newLeaf(named)
		if f.typ.Elem == nil {
			f.leaf = f.scalar
		}
	}
	return f
}

// hides reports whether a field is hidden: of an object type, or of all types of an interface.
func (s *selection) hides(definition *ast.Definition, name string) bool {
	if s.hidden == nil || operation.IsMeta(name) {
		return false
	}
	if definition.Kind == ast.Object {
		return s.hidden.Field(definition.Name, name)
	}
	objects := s.objectTypes()
	return len(objects) > 0 && !slices.ContainsFunc(objects, func(t string) bool {
		return !s.hidden.Field(t, name)
	})
}

// reason returns the reason why a field is hidden. For an interface it is UNAUTHENTICATED if it is
// so for any of its types.
func (s *selection) reason(definition *ast.Definition, name string) string {
	if definition.Kind == ast.Object {
		return s.hidden.Reason(definition.Name, name)
	}
	isUnauthenticated := func(t string) bool {
		return s.hidden.Reason(t, name) == operation.ReasonUnauthenticated
	}
	if slices.ContainsFunc(s.objectTypes(), isUnauthenticated) {
		return operation.ReasonUnauthenticated
	}
	return operation.ReasonForbidden
}

// hidesForSome reports whether a field is hidden on objects of some types and not of others.
func (s *selection) hidesForSome(name string) bool {
	if s.hidden == nil || operation.IsMeta(name) {
		return false
	}
	hides := func(t string) bool { return s.hidden.Field(t, name) }
	return slices.ContainsFunc(s.objectTypes(), hides) && !s.hides(s.static, name)
}

// hidesSomeObjects reports whether objects of any type at this position are hidden.
func (s *selection) hidesSomeObjects() bool {
	return s.hidden != nil && slices.ContainsFunc(s.objectTypes(), s.hidden.Type)
}

// objectTypes returns the names of the object types that are possible here.
func (s *selection) objectTypes() []string {
	var names []string
	for _, t := range s.schema.GetPossibleTypes(s.static) {
		if t.Kind == ast.Object {
			names = append(names, t.Name)
		}
	}
	return names
}

// turns returns the entries that select each field; nil if the order does not depend on variables.
func (s *selection) turns(groups [][]int) [][]turn {
	shifts := func(g []int) bool { return len(g) > 1 && len(s.entries[g[0]].conditions) > 0 }
	if !slices.ContainsFunc(groups, shifts) {
		return nil
	}
	turns := make([][]turn, len(groups))
	for n, group := range groups {
		for _, i := range group {
			turns[n] = append(turns[n], turn{i, s.entries[i].conditions})
		}
	}
	return turns
}

// alternatives returns the conditions of a group's entries, or nil if one entry has no condition.
func (s *selection) alternatives(group []int) [][]operation.Condition {
	var all [][]operation.Condition
	for _, i := range group {
		conditions := s.entries[i].conditions
		if len(conditions) == 0 {
			return nil
		}
		all = append(all, conditions)
	}
	return all
}

// child returns the selection inside a group of fields. Types with the same group share it.
func (s *selection) child(named *ast.Definition, group []int) *selection {
	id := []byte(named.Name)
	for _, i := range group {
		id = binary.AppendUvarint(append(id, 0), uint64(i))
	}
	if known := s.children[string(id)]; known != nil {
		return known
	}
	entries := make([]entry, 0, len(s.entries[group[0]].field.Fields))
	for _, i := range group {
		for _, f := range s.entries[i].field.Fields {
			e := entry{field: f, conditions: f.Conditions}
			if len(group) > 1 {
				e.conditions = slices.Concat(s.entries[i].conditions, f.Conditions)
			}
			entries = append(entries, e)
		}
	}
	child := newSelection(s.schema, s.hidden, named, entries)
	if s.children == nil {
		s.children = map[string]*selection{}
	}
	s.children[string(id)] = child
	return child
}

// withoutType returns the selection on an object of unknown type, or nil if it depends on the
// type.
func (s *selection) withoutType(variables map[string]any) *object {
	s.untypedOnce.Do(func() { s.untyped = s.compileUntyped() })
	o := s.untyped
	if o == nil || len(o.typed) > 0 && AnyHolds(o.typed, variables) {
		return nil
	}
	return o
}

// AnyHolds reports whether all conditions of at least one group hold. It returns true if there are
// no groups.
func AnyHolds(groups [][]operation.Condition, variables map[string]any) bool {
	if len(groups) == 0 {
		return true
	}
	return slices.ContainsFunc(groups, func(group []operation.Condition) bool {
		return !slices.ContainsFunc(group, func(c operation.Condition) bool {
			return !c.Holds(variables)
		})
	})
}

// orders holds the field order of objects for which it depends on variables.
type orders map[*object][]field

// of returns the object's fields in the order of the selections whose conditions hold (GraphQL,
// section 6.3.2, CollectFields).
func (known *orders) of(o *object, variables map[string]any) []field {
	if fields, ok := (*known)[o]; ok {
		return fields
	}
	order := make([]int, len(o.fields))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(x, y int) int {
		return cmp.Compare(first(o.turns[x], variables), first(o.turns[y], variables))
	})
	fields := make([]field, len(order))
	for n, i := range order {
		fields[n] = o.fields[i]
	}
	if *known == nil {
		*known = orders{}
	}
	(*known)[o] = fields
	return fields
}

// first returns the first entry that applies. If none does, the field is skipped anyway.
func first(turns []turn, variables map[string]any) int {
	holds := func(t turn) bool { return AnyHolds([][]operation.Condition{t.conditions}, variables) }
	return turns[max(0, slices.IndexFunc(turns, holds))].entry
}

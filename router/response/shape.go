package response

import (
	"encoding/binary"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/operation"
)

// Shape is what a client asked for, ready for completion: for each place, and each object type that was found
// there, the fields in order. It serves all requests with the operation, whatever their variables.
//
// The fields for a type are compiled when its first object comes along, and kept: an operation with fragments on
// many types within each other could ask for more combinations than fit into memory, but the data have few.
type Shape struct {
	operation *operation.Operation
	root      *selection
	expected  atomic.Pointer[expectations]
}

// NewShape returns the shape of an operation's response.
func NewShape(api *ast.Schema, op *operation.Operation) *Shape {
	entries := make([]entry, len(op.Fields))
	for i, f := range op.Fields {
		entries[i] = entry{field: f, conditions: f.Conditions}
	}
	return &Shape{operation: op, root: newSelection(api, api.Types[op.RootType], entries)}
}

// Operation is what the shape was made from.
func (s *Shape) Operation() *operation.Operation { return s.operation }

// Schema is the API schema.
func (s *Shape) Schema() *ast.Schema { return s.root.schema }

// selection is the selection sets of all fields that stand at one place, merged (GraphQL, section 6.4.3).
type selection struct {
	schema  *ast.Schema
	static  *ast.Definition // the type of the place
	entries []entry
	// only is the one type that objects here can have, or empty.
	only string

	// objects are the types that were met so far; replaced as a whole.
	objects atomic.Pointer[[]*object]
	none    []*object // what objects are at first
	// untyped serves objects whose type nobody knows, if that does not matter; else nil. See withoutType.
	untyped     *object
	untypedOnce sync.Once

	mu       sync.Mutex
	children map[string]*selection
}

// entry is a field of a selection set, and when it counts: the conditions of its parent may come on top.
type entry struct {
	field      *operation.Field
	conditions []operation.Condition
}

// object is what is asked of an object of one type.
type object struct {
	name   string
	fields []field
	// turns of each field, if the order of the fields depends on variables; else nil.
	turns [][]turn
	// typed: of an interface's objects whose type nobody knows, when that matters: if all conditions of one hold.
	typed [][]operation.Condition
}

// field is one field of an object's response.
type field struct {
	key    string
	name   string
	prefix []byte // ,"key": with comma, quotes and colon
	parent string // the object type's name
	typ    *ast.Type
	// alternatives: the field is asked for if all conditions of one hold, and always if there are none.
	alternatives [][]operation.Condition
	// typename is the quoted name of the object's type, if this is __typename.
	typename  []byte
	selection *selection // nil for leaves
	// scalar is how leaves are written, also those in lists; leaf is that if the value is no list.
	scalar, leaf leaf
}

func newSelection(schema *ast.Schema, static *ast.Definition, entries []entry) *selection {
	s := &selection{schema: schema, static: static, entries: entries}
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

// object returns what is asked of the object types of that name; nil if no object here can be of it.
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

// possible reports whether an object here may be of the type.
func (s *selection) possible(definition *ast.Definition) bool {
	if s.static.Kind == ast.Object {
		return s.static.Name == definition.Name
	}
	return definition.Kind == ast.Object && slices.Contains(s.schema.PossibleTypes[s.static.Name], definition)
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

// compileUntyped serves an interface's objects by the interface: nothing asked may depend on the object's type, or only
// under conditions that do not hold.
func (s *selection) compileUntyped() *object {
	if s.static.Kind != ast.Interface {
		return nil
	}
	var typed [][]operation.Condition
	for _, e := range s.entries {
		if e.field.Types == nil && e.field.Name != typenameKey {
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
	for _, group := range groups {
		o.fields = append(o.fields, s.compileField(definition, group))
	}
	o.turns = s.turns(groups)
	return o
}

// groups are the indexes of the entries for a type: a group for each key, in the order of their first entries.
func (s *selection) groups(definition *ast.Definition) [][]int {
	groups := make([][]int, 0, len(s.entries))
	firsts := make([]int, len(s.entries)) // the memory of groups of one
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
	f := field{
		key:          first.DataKey(),
		name:         first.Name,
		prefix:       append(AppendString(append(make([]byte, 0, len(first.Key)+len(`,"":`)), ','), first.Key), ':'),
		parent:       definition.Name,
		alternatives: s.alternatives(group),
	}
	if first.Name == typenameKey {
		f.typename = AppendString(nil, definition.Name)
		return f
	}
	// The object's own field says the type: an interface's may allow more.
	f.typ = first.Definition.Type
	if own := definition.Fields.ForName(first.Name); own != nil {
		f.typ = own.Type
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

// alternatives of a group of entries: none if one of them has no condition.
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

// child is the selection inside a group of fields. Types for which the group is the same share it.
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
	child := newSelection(s.schema, named, entries)
	if s.children == nil {
		s.children = map[string]*selection{}
	}
	s.children[string(id)] = child
	return child
}

// withoutType returns what is asked of an object whose type nobody knows; nil if that depends on it.
func (s *selection) withoutType(variables map[string]any) *object {
	s.untypedOnce.Do(func() { s.untyped = s.compileUntyped() })
	o := s.untyped
	if o == nil || len(o.typed) > 0 && AnyHolds(o.typed, variables) {
		return nil
	}
	return o
}

// AnyHolds reports whether all conditions of one group hold; true if there are no groups.
func AnyHolds(groups [][]operation.Condition, variables map[string]any) bool {
	if len(groups) == 0 {
		return true
	}
	return slices.ContainsFunc(groups, func(group []operation.Condition) bool {
		return !slices.ContainsFunc(group, func(c operation.Condition) bool { return !c.Holds(variables) })
	})
}

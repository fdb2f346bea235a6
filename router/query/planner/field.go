package planner

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

const typenameField = "__typename"

// field is to be answered: it is one of the client's operation, or of a key or @requires (an
// input).
type field struct {
	key, name string
	args      ast.ArgumentList
	// signature tells fields apart that cannot share a response key.
	signature string
	// directives are for the subgraph, directed is their text. Fields that differ in them may
	// share a key, and are sent apart.
	directives ast.DirectiveList
	directed   string
	// types are the object types that it is for; nil for all at its position.
	types querygraph.Set
	// alike are the object types for which it, or another field that asks as much, is; nil: as
	// types.
	alike      querygraph.Set
	conditions []operation.Condition
	// typ is the named type of a composite field; empty for leaves.
	typ    string
	list   bool
	fields []*field
	// input: for a subgraph, not for the client.
	input bool
	// contested is true if the field, or one below it, leads to a contested type
	// (querygraph.Graph.Contested).
	contested bool
	// sent: the type's name, which a representation has below its fields.
	sent bool
}

func (f *field) leaf() bool { return f.typ == "" }

func (f *field) sameConditions(other *field) bool {
	return slices.Equal(f.conditions, other.conditions)
}

// asked are the object types for which this field, or others that cover it, are selected; nil for
// all at its position.
func (f *field) asked() querygraph.Set {
	if f.alike != nil {
		return f.alike
	}
	return f.types
}

// covers reports whether all that the other field asks is asked by this one, of objects that both
// are for.
func (f *field) covers(other *field) bool {
	if f.key != other.key || f.typ != other.typ ||
		f.signature != other.signature || f.directed != other.directed {
		return false
	}
	for _, c := range f.conditions {
		if !slices.Contains(other.conditions, c) {
			return false
		}
	}
	for _, theirs := range other.fields {
		within := func(ours *field) bool {
			return (ours.types == nil || theirs.types != nil && ours.types.Has(theirs.types)) &&
				ours.covers(theirs)
		}
		if !slices.ContainsFunc(f.fields, within) {
			return false
		}
	}
	return true
}

// excludes reports whether the two cannot have one key: some object can be asked for both, and
// they differ.
func (f *field) excludes(other *field) bool {
	return f.signature != other.signature &&
		(f.types == nil || other.types == nil || !f.types.And(other.types).Empty())
}

func signature(name string, args ast.ArgumentList) string {
	if len(args) == 0 {
		return name
	}
	var s strings.Builder
	s.WriteString(name)
	for _, arg := range args {
		fmt.Fprintf(&s, ",%s:%s", arg.Name, arg.Value)
	}
	return s.String()
}

func newTypename() *field {
	return &field{key: typenameField, name: typenameField, signature: typenameField, input: true}
}

// few is the length up to which a list is searched without a map. A map would cost more.
const few = 16

// clientFields are the fields of a client's selection set; the router answers introspection
// itself.
func clientFields(graph *querygraph.Graph, requested []*operation.Field) []*field {
	made := make([]field, len(requested))
	fields := make([]*field, 0, len(requested))
	for i, r := range requested {
		if r.Name == "__schema" || r.Name == "__type" {
			continue
		}
		f := &made[i]
		*f = field{
			key: r.DataKey(), name: r.Name, args: r.Arguments,
			signature: signature(r.Name, r.Arguments), conditions: r.Conditions,
		}
		f.directives, f.directed = r.Directives, operation.PrintDirectives(r.Directives)
		if r.Types != nil {
			f.types = graph.SetOf(r.Types.Names)
		}
		if r.Type != nil && r.Type.IsCompositeType() {
			f.typ = r.Type.Name
			f.list = r.Definition.Type.Elem != nil
			f.setFields(graph, clientFields(graph, r.Fields))
		}
		fields = append(fields, f)
	}
	return fields
}

// inputFields are the fields of a key or @requires of the type; keys in the response are claimed
// in names.
func inputFields(
	graph *querygraph.Graph, typ string, set ast.SelectionSet, types querygraph.Set, n *names,
) []*field {
	var fields []*field
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			fields = append(fields, inputField(graph, typ, s, types, n))
		case *ast.InlineFragment:
			on, inner := typ, types
			if s.TypeCondition != "" {
				on, inner = s.TypeCondition, graph.Possible(s.TypeCondition)
				if types != nil {
					inner = inner.And(types)
				}
			}
			fields = append(fields, inputFields(graph, on, s.SelectionSet, inner, n)...)
		}
	}
	return fields
}

func inputField(
	graph *querygraph.Graph, typ string, s *ast.Field, types querygraph.Set, n *names,
) *field {
	if s.Name == typenameField {
		f := newTypename()
		f.types, f.sent = types, true
		return f
	}
	f := &field{
		name: s.Name, args: s.Arguments, signature: signature(s.Name, s.Arguments),
		types: types, input: true,
	}
	f.key = n.claimInput(f)
	if len(s.SelectionSet) == 0 {
		return f
	}
	definition := graph.Schema.Type(typ).Field(s.Name)
	f.typ = definition.Type.Name()
	f.list = definition.Type.Elem != nil
	f.setFields(graph, inputFields(graph, f.typ, s.SelectionSet, nil, n.child(f.key)))
	return f
}

// setFields completes a composite field with the fields below it.
func (f *field) setFields(graph *querygraph.Graph, fields []*field) {
	f.fields = fields
	f.contested = graph.Contested(f.typ) ||
		slices.ContainsFunc(fields, func(below *field) bool { return below.contested })
	isInterfaceObject := func(n *querygraph.Node) bool { return n.InterfaceObject }
	if slices.ContainsFunc(graph.Nodes(f.typ), isInterfaceObject) {
		compare(fields, graph.Possible(f.typ))
	}
}

// compare finds, for each field of an interface object, the types for which the same field is
// selected. If these are all types, the field can be requested without knowing the types.
func compare(fields []*field, all querygraph.Set) {
	sharing := map[string][]*field{}
	for _, f := range fields {
		sharing[f.key] = append(sharing[f.key], f)
	}
	for _, f := range fields {
		if f.types == nil {
			continue
		}
		f.alike = f.types
		for _, other := range sharing[f.key] {
			switch {
			case !other.covers(f):
			case other.types == nil:
				f.alike = all
			default:
				f.alike = f.alike.Or(other.types)
			}
		}
	}
}

// names are the response keys in use on the objects at one path of the response. All fetches write
// to the same objects, so a key can stand for one field with one set of arguments only. The
// client's fields come first, all the way down; inputs take what is left.
type names struct {
	client   []*field
	byKey    map[string][]*field // the client's, if they are many
	inputs   []claim
	children map[string]*names
}

// claim is a key that inputs took, all for the same.
type claim struct {
	key string
	*field
	inputs int
}

func newNames(client []*field) *names {
	n := &names{client: client}
	if len(client) > few {
		n.byKey = make(map[string][]*field, len(client))
		for _, f := range client {
			n.byKey[f.key] = append(n.byKey[f.key], f)
		}
	}
	return n
}

func (n *names) child(key string) *names {
	if known := n.children[key]; known != nil {
		return known
	}
	var below []*field
	for f := range n.of(key) {
		if below == nil {
			below = f.fields[:len(f.fields):len(f.fields)]
		} else {
			below = append(below, f.fields...)
		}
	}
	if n.children == nil {
		n.children = map[string]*names{}
	}
	child := newNames(below)
	n.children[key] = child
	return child
}

// of yields the client's fields of the key.
func (n *names) of(key string) iter.Seq[*field] {
	return func(yield func(*field) bool) {
		some := n.client
		if n.byKey != nil {
			some = n.byKey[key]
		}
		for _, f := range some {
			if f.key == key && !yield(f) {
				return
			}
		}
	}
}

// shared reports whether more than one field has the key.
func (n *names) shared(key string) bool {
	fields := 0
	for range n.of(key) {
		fields++
	}
	for _, c := range n.inputs {
		if c.key == key {
			fields += c.inputs
		}
	}
	return fields > 1
}

// claimInput returns the key under which an input can be asked for: its name, unless that stands
// for something else.
func (n *names) claimInput(f *field) string {
	key := f.name
	for !n.free(key, f) {
		key = "_" + key
	}
	for i := range n.inputs {
		c := &n.inputs[i]
		if c.key == key && c.signature == f.signature && c.types == nil && f.types == nil {
			c.inputs++
			return key
		}
	}
	n.inputs = append(n.inputs, claim{key, f, 1})
	return key
}

func (n *names) free(key string, f *field) bool {
	for other := range n.of(key) {
		if other.excludes(f) {
			return false
		}
	}
	return !slices.ContainsFunc(n.inputs, func(c claim) bool { return c.key == key && c.excludes(f) })
}

// clientHas reports whether the name of one of the client's variables contains the name.
func clientHas(op *operation.Operation, name string) bool {
	return slices.ContainsFunc(op.Variables, func(v *ast.VariableDefinition) bool {
		return strings.Contains(v.Variable, name)
	})
}

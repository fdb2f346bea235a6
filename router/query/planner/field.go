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

// item is a field to be answered: of the client's operation, or of a key or @requires (an input).
type item struct {
	key, name string
	args      ast.ArgumentList
	// signature tells fields apart that cannot share a response key.
	signature string
	// directives are for the subgraph, directed is their text. Fields that differ in them may
	// share a key, and are sent apart.
	directives ast.DirectiveList
	directed   string
	// types are the object types that it is for; nil for all at its place.
	types querygraph.Set
	// alike are the object types for which it, or another item that asks as much, is; nil: as
	// types.
	alike      querygraph.Set
	conditions []operation.Condition
	// typ is the named type of a composite field; empty for leaves.
	typ   string
	list  bool
	items []*item
	// input: for a subgraph, not for the client.
	input bool
	// contested is true if the field, or one below it, leads to a contested type
	// (querygraph.Graph.Contested).
	contested bool
	// sent: the type's name, which a representation has below its fields.
	sent bool
}

func (it *item) leaf() bool { return it.typ == "" }

func (it *item) sameConditions(other *item) bool {
	return slices.Equal(it.conditions, other.conditions)
}

// asked are the object types for which somebody asks all that the item asks; nil for all at its
// place.
func (it *item) asked() querygraph.Set {
	if it.alike != nil {
		return it.alike
	}
	return it.types
}

// covers reports whether all that the other item asks is asked by this one, of objects that both
// are for.
func (it *item) covers(other *item) bool {
	if it.key != other.key || it.typ != other.typ || it.signature != other.signature || it.directed != other.directed {
		return false
	}
	for _, c := range it.conditions {
		if !slices.Contains(other.conditions, c) {
			return false
		}
	}
	for _, theirs := range other.items {
		within := func(ours *item) bool {
			return (ours.types == nil || theirs.types != nil && ours.types.Has(theirs.types)) && ours.covers(theirs)
		}
		if !slices.ContainsFunc(it.items, within) {
			return false
		}
	}
	return true
}

// excludes reports whether the two cannot have one key: some object can be asked for both, and
// they differ.
func (it *item) excludes(other *item) bool {
	return it.signature != other.signature && (it.types == nil || other.types == nil || !it.types.And(other.types).Empty())
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

func typenameItem() *item {
	return &item{key: typenameField, name: typenameField, signature: typenameField, input: true}
}

// few is up to how many things are looked at one by one, which is quicker than to make a map of
// them.
const few = 16

// clientItems are the fields of a client's selection set; the router answers introspection itself.
func clientItems(graph *querygraph.Graph, fields []*operation.Field) []*item {
	made := make([]item, len(fields))
	items := make([]*item, 0, len(fields))
	for i, f := range fields {
		if f.Name == "__schema" || f.Name == "__type" {
			continue
		}
		it := &made[i]
		*it = item{key: f.DataKey(), name: f.Name, args: f.Arguments, signature: signature(f.Name, f.Arguments), conditions: f.Conditions}
		it.directives, it.directed = f.Directives, operation.PrintDirectives(f.Directives)
		if f.Types != nil {
			it.types = graph.SetOf(f.Types.Names)
		}
		if f.Type != nil && f.Type.IsCompositeType() {
			it.typ = f.Type.Name
			it.list = f.Definition.Type.Elem != nil
			it.setItems(graph, clientItems(graph, f.Fields))
		}
		items = append(items, it)
	}
	return items
}

// inputItems are the fields of a key or @requires of the type; keys in the response are claimed in
// names.
func inputItems(graph *querygraph.Graph, typ string, set ast.SelectionSet, types querygraph.Set, n *names) []*item {
	var items []*item
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			items = append(items, inputItem(graph, typ, s, types, n))
		case *ast.InlineFragment:
			on, inner := typ, types
			if s.TypeCondition != "" {
				on, inner = s.TypeCondition, graph.Possible(s.TypeCondition)
				if types != nil {
					inner = inner.And(types)
				}
			}
			items = append(items, inputItems(graph, on, s.SelectionSet, inner, n)...)
		}
	}
	return items
}

func inputItem(graph *querygraph.Graph, typ string, s *ast.Field, types querygraph.Set, n *names) *item {
	if s.Name == typenameField {
		it := typenameItem()
		it.types, it.sent = types, true
		return it
	}
	it := &item{name: s.Name, args: s.Arguments, signature: signature(s.Name, s.Arguments), types: types, input: true}
	it.key = n.claimInput(it)
	if len(s.SelectionSet) == 0 {
		return it
	}
	field := graph.Schema.Type(typ).Field(s.Name)
	it.typ = field.Type.Name()
	it.list = field.Type.Elem != nil
	it.setItems(graph, inputItems(graph, it.typ, s.SelectionSet, nil, n.child(it.key)))
	return it
}

// setItems completes a composite field with the fields below it.
func (it *item) setItems(graph *querygraph.Graph, items []*item) {
	it.items = items
	it.contested = graph.Contested(it.typ) ||
		slices.ContainsFunc(items, func(below *item) bool { return below.contested })
	if slices.ContainsFunc(graph.Nodes(it.typ), func(n *querygraph.Node) bool { return n.InterfaceObject }) {
		compare(items, graph.Possible(it.typ))
	}
}

// compare finds, for each field of an interface object, the types for which the same field is
// selected. If these are all types, the field can be requested without knowing the types.
func compare(items []*item, all querygraph.Set) {
	sharing := map[string][]*item{}
	for _, it := range items {
		sharing[it.key] = append(sharing[it.key], it)
	}
	for _, it := range items {
		if it.types == nil {
			continue
		}
		it.alike = it.types
		for _, other := range sharing[it.key] {
			switch {
			case !other.covers(it):
			case other.types == nil:
				it.alike = all
			default:
				it.alike = it.alike.Or(other.types)
			}
		}
	}
}

// names are the response keys in use on the objects at one path of the response. All fetches write
// to the same objects, so a key can stand for one field with one set of arguments only. The
// client's fields come first, all the way down; inputs take what is left.
type names struct {
	client   []*item
	byKey    map[string][]*item // the client's, if they are many
	inputs   []claim
	children map[string]*names
}

// claim is a key that inputs took, all for the same.
type claim struct {
	key string
	*item
	inputs int
}

func newNames(client []*item) *names {
	n := &names{client: client}
	if len(client) > few {
		n.byKey = make(map[string][]*item, len(client))
		for _, it := range client {
			n.byKey[it.key] = append(n.byKey[it.key], it)
		}
	}
	return n
}

func (n *names) child(key string) *names {
	if known := n.children[key]; known != nil {
		return known
	}
	var below []*item
	for it := range n.of(key) {
		if below == nil {
			below = it.items[:len(it.items):len(it.items)]
		} else {
			below = append(below, it.items...)
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
func (n *names) of(key string) iter.Seq[*item] {
	return func(yield func(*item) bool) {
		some := n.client
		if n.byKey != nil {
			some = n.byKey[key]
		}
		for _, it := range some {
			if it.key == key && !yield(it) {
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
func (n *names) claimInput(it *item) string {
	key := it.name
	for !n.free(key, it) {
		key = "_" + key
	}
	for i := range n.inputs {
		if c := &n.inputs[i]; c.key == key && c.signature == it.signature && c.types == nil && it.types == nil {
			c.inputs++
			return key
		}
	}
	n.inputs = append(n.inputs, claim{key, it, 1})
	return key
}

func (n *names) free(key string, it *item) bool {
	for other := range n.of(key) {
		if other.excludes(it) {
			return false
		}
	}
	return !slices.ContainsFunc(n.inputs, func(c claim) bool { return c.key == key && c.excludes(it) })
}

// clientHas reports whether the name of one of the client's variables contains the name.
func clientHas(op *operation.Operation, name string) bool {
	return slices.ContainsFunc(op.Variables, func(v *ast.VariableDefinition) bool { return strings.Contains(v.Variable, name) })
}

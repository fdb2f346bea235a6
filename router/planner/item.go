package planner

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/querygraph"
)

const typenameField = "__typename"

// item is a field to be answered: of the client's operation, or of a key or @requires (an input).
type item struct {
	key, name string
	args      ast.ArgumentList
	// types are the object types that it is for; nil for all at its place.
	types querygraph.Set
	// alike are the object types for which it, or another item that asks as much, is; nil: as types.
	alike      querygraph.Set
	conditions []operation.Condition
	// typ is the named type of a composite field; empty for leaves.
	typ   string
	list  bool
	items []*item
	// input: for a subgraph, not for the client.
	input bool
}

func (it *item) leaf() bool { return it.typ == "" }

func (it *item) sameConditions(other *item) bool {
	return slices.Equal(it.conditions, other.conditions)
}

// asked are the object types for which somebody asks all that the item asks; nil for all at its place.
func (it *item) asked() querygraph.Set {
	if it.alike != nil {
		return it.alike
	}
	return it.types
}

// covers reports whether all that the other item asks is asked by this one, of objects that both are for.
func (it *item) covers(other *item) bool {
	if it.key != other.key || it.typ != other.typ || it.signature() != other.signature() {
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

// signature tells fields apart that cannot share a response key.
func (it *item) signature() string { return signature(it.name, it.args) }

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

// clientItems are the fields of a client's selection set; the router answers introspection itself.
func clientItems(graph *querygraph.Graph, fields []*operation.Field) []*item {
	var items []*item
	for _, f := range fields {
		if f.Name == "__schema" || f.Name == "__type" {
			continue
		}
		it := &item{key: f.Key, name: f.Name, args: f.Arguments, conditions: f.Conditions}
		if f.Types != nil {
			it.types = graph.SetOf(f.Types.Names)
		}
		if f.Type != nil && f.Type.IsCompositeType() {
			it.typ = f.Type.Name
			it.list = f.Definition.Type.Elem != nil
			it.items = clientItems(graph, f.Fields)
		}
		items = append(items, it)
	}
	return items
}

// inputItems are the fields of a key or @requires of the type; keys in the response are claimed in names.
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
	it := &item{name: s.Name, args: s.Arguments, types: types, input: true}
	if s.Name == typenameField {
		it.key = typenameField
		return it
	}
	it.key = n.claimInput(types, s.Name, it.signature())
	if len(s.SelectionSet) == 0 {
		return it
	}
	field := graph.Schema.Type(typ).Field(s.Name)
	it.typ = field.Type.Name()
	it.list = field.Type.Elem != nil
	it.items = inputItems(graph, it.typ, s.SelectionSet, nil, n.child(it.key))
	return it
}

// names are the response keys in use on the objects at one path of the response. All fetches write to the same
// objects, so a key can stand for one field with one set of arguments only.
type names struct {
	taken    map[string][]claim
	children map[string]*names
}

type claim struct {
	types     querygraph.Set // nil: all
	signature string
}

func newNames() *names {
	return &names{taken: map[string][]claim{}, children: map[string]*names{}}
}

func (n *names) child(key string) *names {
	child := n.children[key]
	if child == nil {
		child = newNames()
		n.children[key] = child
	}
	return child
}

// claimAll claims the keys of the client's fields, all the way down, before inputs take what is left.
func (n *names) claimAll(items []*item) {
	for _, it := range items {
		n.taken[it.key] = append(n.taken[it.key], claim{it.types, it.signature()})
		if !it.leaf() {
			n.child(it.key).claimAll(it.items)
		}
	}
}

// claimInput returns the key under which an input can be asked for: its name, unless that stands for something else.
func (n *names) claimInput(types querygraph.Set, name, signature string) string {
	for key := name; ; key = "_" + key {
		if n.free(key, types, signature) {
			n.taken[key] = append(n.taken[key], claim{types, signature})
			return key
		}
	}
}

func (n *names) free(key string, types querygraph.Set, signature string) bool {
	for _, c := range n.taken[key] {
		overlaps := c.types == nil || types == nil || !c.types.And(types).Empty()
		if overlaps && c.signature != signature {
			return false
		}
	}
	return true
}

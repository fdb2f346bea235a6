// Package querygraph describes which subgraph can resolve which types and fields of a supergraph.
//
//	supergraph.Schema ──New──▶ Graph ──▶ planner, satisfiability
//	                             └──▶ DOT (WriteDOT)
//
// A node of the graph is a type as one subgraph knows it. Three kinds of edges connect nodes: a
// field (within a subgraph), a key (from anywhere into a subgraph that resolves entities by it),
// and a cast from an abstract type to an object type (within a subgraph). Input: the merged
// schema. Output: the edges, found by type, field and subgraph. The package does not know
// operations. A Graph is immutable.
package querygraph

import (
	"iter"
	"slices"
	"strconv"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// Graph holds what the subgraphs of a supergraph can resolve.
type Graph struct {
	Schema *supergraph.Schema

	active   []string       // labels of @override
	objects  []string       // all object types, sorted: the universe of Set
	index    map[string]int // object type → index in objects
	nodes    map[nodeID]*Node
	byType   map[string][]*Node
	implFor  map[string][]string // object type → interfaces that it implements anywhere
	possible map[string]Set      // abstract type → object types, in any subgraph
	contexts map[string]Set      // context → object types that set it
	targets  map[string][]*Node  // object type → nodes whose keys can look it up

	contested map[string]bool
	ranks     []int // by subgraph
}

type nodeID struct {
	typ      string
	subgraph supergraph.SubgraphID
}

// Node is a type as one subgraph knows it.
type Node struct {
	Type     string
	Kind     ast.DefinitionKind // in the supergraph
	Subgraph supergraph.SubgraphID
	// InterfaceObject is true if the subgraph knows an interface's entities, but not their types.
	InterfaceObject bool
	// Possible are the object types that a value can have here. For an interface object, these are
	// the interface's types in all subgraphs.
	Possible Set
	// Keys are the keys by which the subgraph resolves entities of this type.
	Keys []ast.SelectionSet

	id     string // Type@Subgraph
	fields map[string]*Edge
}

// Edge is a field of a type as one subgraph knows it.
type Edge struct {
	Name     string
	Subgraph supergraph.SubgraphID
	// Type is the field's type in this subgraph.
	Type     *ast.Type
	Requires ast.SelectionSet
	Provides ast.SelectionSet
	// Contexts are the arguments whose values come from objects above.
	Contexts []supergraph.ContextArgument
	// External is true if the subgraph resolves the field only below a @provides. A field that an
	// @override takes away is not resolved at all.
	External bool
}

// Needy reports whether the field can only be requested by a look-up that sends values: those that
// it @requires, or those of contextual arguments.
func (e *Edge) Needy() bool { return len(e.Requires) > 0 || len(e.Contexts) > 0 }

// Abstract reports whether the subgraph has an interface or union here, so that __typename
// distinguishes objects.
func (n *Node) Abstract() bool {
	return !n.InterfaceObject && (n.Kind == ast.Interface || n.Kind == ast.Union)
}

// Fieldless reports whether the subgraph has no field of the type, because all were overridden.
func (n *Node) Fieldless() bool { return len(n.fields) == 0 }

// Field returns the field with that name, or nil.
func (n *Node) Field(name string) *Edge { return n.fields[name] }

// New returns the graph of a supergraph for which exactly these labels of @override are active.
func New(schema *supergraph.Schema, active ...string) *Graph {
	g := &Graph{
		Schema:   schema,
		active:   active,
		index:    map[string]int{},
		nodes:    map[nodeID]*Node{},
		byType:   map[string][]*Node{},
		implFor:  map[string][]string{},
		possible: map[string]Set{},
		contexts: map[string]Set{},
		targets:  map[string][]*Node{},

		contested: map[string]bool{},
	}
	for _, t := range schema.Types {
		if t.Kind == ast.Object {
			g.index[t.Name] = len(g.objects)
			g.objects = append(g.objects, t.Name)
		}
	}
	for _, t := range schema.Types {
		g.addPossible(t)
	}
	for _, t := range schema.Types {
		for _, context := range t.Contexts() {
			g.contexts[context] = g.contexts[context].Or(g.possible[t.Name])
		}
	}
	for _, t := range schema.Types {
		switch t.Kind {
		case ast.Object, ast.Interface, ast.Union:
			for i := range t.Joins {
				g.addNode(t, &t.Joins[i])
			}
		}
	}
	g.order()
	for _, object := range g.objects {
		g.targets[object] = g.findTargets(object)
	}
	return g
}

// addPossible records the object types of interfaces and unions, in all subgraphs.
func (g *Graph) addPossible(t *supergraph.Type) {
	switch t.Kind {
	case ast.Object:
		for _, i := range t.Interfaces {
			g.implFor[t.Name] = append(g.implFor[t.Name], i.Name)
			g.possible[i.Name] = g.possible[i.Name].with(g.index[t.Name])
		}
		g.possible[t.Name] = Set(nil).with(g.index[t.Name])
	case ast.Union:
		for _, m := range t.Members {
			g.possible[t.Name] = g.possible[t.Name].with(g.index[m.Name])
		}
	}
}

func (g *Graph) addNode(t *supergraph.Type, join *supergraph.TypeJoin) {
	n := &Node{
		Type:            t.Name,
		Kind:            t.Kind,
		Subgraph:        join.Subgraph,
		InterfaceObject: join.InterfaceObject,
		Possible:        g.possibleIn(t, join),
		id:              t.Name + "@" + strconv.Itoa(int(join.Subgraph)),
		fields:          make(map[string]*Edge, len(t.Fields)),
	}
	for _, key := range join.Keys {
		if key.Resolvable {
			n.Keys = append(n.Keys, key.Fields)
		}
	}
	for _, f := range t.Fields {
		if j := f.Join(join.Subgraph); j != nil {
			n.fields[f.Name] = &Edge{
				Name:     f.Name,
				Subgraph: join.Subgraph,
				Type:     j.Type,
				Requires: j.Requires,
				Provides: j.Provides,
				Contexts: j.ContextArguments,
				External: !j.Resolves(g.active),
			}
		}
	}
	g.nodes[nodeID{t.Name, join.Subgraph}] = n
	g.byType[t.Name] = append(g.byType[t.Name], n)
}

func (g *Graph) possibleIn(t *supergraph.Type, join *supergraph.TypeJoin) Set {
	if t.Kind == ast.Object || join.InterfaceObject {
		return g.possible[t.Name]
	}
	var in Set
	for _, m := range t.Members {
		if m.In(join.Subgraph) {
			in = in.with(g.index[m.Name])
		}
	}
	if t.Kind == ast.Interface {
		for i := range g.possible[t.Name].All() {
			object := g.Schema.Type(g.objects[i])
			for _, implemented := range object.Interfaces {
				if implemented.Name == t.Name && implemented.In(join.Subgraph) {
					in = in.with(i)
				}
			}
		}
	}
	return in
}

// Node returns the type as the subgraph knows it, or nil.
func (g *Graph) Node(typ string, subgraph supergraph.SubgraphID) *Node {
	return g.nodes[nodeID{typ, subgraph}]
}

// Nodes returns the type as each subgraph knows it, in the order of the subgraphs' ranks.
func (g *Graph) Nodes(typ string) []*Node { return g.byType[typ] }

// Possible returns the object types that a value of the type can have, in any subgraph.
func (g *Graph) Possible(typ string) Set { return g.possible[typ] }

// Setting returns the object types that set a context.
func (g *Graph) Setting(context string) Set { return g.contexts[context] }

// Contexts yields the contexts that an object type sets.
func (g *Graph) Contexts(object string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for context, setting := range g.contexts {
			if setting.Has(g.possible[object]) && !yield(context) {
				return
			}
		}
	}
}

// Interfaces returns the interfaces that the object type implements, in any subgraph.
func (g *Graph) Interfaces(object string) []string { return g.implFor[object] }

// Object returns the set of one object type.
func (g *Graph) Object(name string) Set { return g.possible[name] }

// SetOf returns the set of the named object types, and ignores names of other types.
func (g *Graph) SetOf(names []string) Set {
	var set Set
	for _, name := range names {
		if i, ok := g.index[name]; ok {
			set = set.with(i)
		}
	}
	return set
}

// Names lists the set's object types, sorted.
func (g *Graph) Names(set Set) []string {
	var names []string
	for i := range set.All() {
		names = append(names, g.objects[i])
	}
	return slices.Clip(names)
}

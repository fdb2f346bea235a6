package supergraph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// SubgraphID is a subgraph's index in Schema.Subgraphs.
type SubgraphID int

// Schema is the merged model of all subgraphs. It must not be changed after Finish.
type Schema struct {
	// Subgraphs is sorted by name.
	Subgraphs []Subgraph
	// Types is sorted by name, without built-in scalars and the types of the join specification.
	Types []*Type
	// Query, Mutation and Subscription are the names of the root types; "" if there is none.
	Query, Mutation, Subscription string
	// Description and Applied are the schema definition's own description and directives, without
	// links.
	Description string
	Applied     ast.DirectiveList
	// Directives are definitions of the composed and executable directives, sorted by name.
	Directives ast.DirectiveDefinitionList
	// Links are the specifications, apart from link and join, that the supergraph uses (tag,
	// inaccessible, …). Renames apply to the SDL only: Directives have the specifications' own
	// names.
	Links []federation.Link
	// JoinVersion is the version of the join specification that Print writes, like v0.3.
	JoinVersion string

	byName map[string]*Type
	api    *ast.Schema
}

// Subgraph is one service of the graph.
type Subgraph struct {
	Name string
	URL  string
}

// Type is a merged type, with its form in each subgraph.
type Type struct {
	Name        string
	Kind        ast.DefinitionKind
	Description string
	// Joins has one entry for each subgraph that defines the type, in the order of SubgraphID.
	Joins []TypeJoin
	// Fields of an object, interface or input object, in the order of the supergraph SDL.
	Fields []*Field
	// Interfaces that an object or interface implements.
	Interfaces []Membership
	// Members of a union.
	Members []Membership
	// Values of an enum.
	Values []*EnumValue
	// Directives applied in the supergraph: @inaccessible, @tag, @deprecated, @specifiedBy,
	// composed ones.
	Directives ast.DirectiveList
	CacheTags  []CacheTag

	fields map[string]*Field
}

// TypeJoin is one subgraph's form of a type.
type TypeJoin struct {
	Subgraph SubgraphID
	// Keys are the keys with which the subgraph can look up the type's entities.
	Keys []Key
	// InterfaceObject is true if the subgraph has an @interfaceObject type of this name, while
	// others have an interface.
	InterfaceObject bool
	// Extension is true if the subgraph only extends the type.
	Extension bool
}

// Key is one @key.
type Key struct {
	Fields ast.SelectionSet
	// Resolvable is false if the subgraph only refers to entities by this key.
	Resolvable bool
}

// Membership is an interface that a type implements, or a union's member, and the subgraphs in
// which it does.
type Membership struct {
	Name      string
	Subgraphs []SubgraphID
}

// Field is a merged field of an object, interface or input object.
type Field struct {
	Name        string
	Description string
	Type        *ast.Type
	Arguments   ast.ArgumentDefinitionList
	Default     *ast.Value
	Directives  ast.DirectiveList
	CacheTags   []CacheTag
	// Joins has one entry, in the order of SubgraphID, for each subgraph that defines the field
	// and may matter for planning. If it is empty for a field of an object, an @interfaceObject
	// resolves the field.
	Joins []FieldJoin
}

// FieldJoin is one subgraph's form of a field.
type FieldJoin struct {
	Subgraph SubgraphID
	// Type is the field's type in this subgraph; never nil.
	Type     *ast.Type
	Requires ast.SelectionSet
	Provides ast.SelectionSet
	// External is true if the subgraph defines the field but cannot resolve it.
	External bool
	// Override names the subgraph from which this one takes the field over, OverrideLabel the
	// condition. The subgraph that loses the field has the label only.
	Override, OverrideLabel string
	// ContextArguments are the arguments whose values the subgraph gets from contexts.
	ContextArguments []ContextArgument
	// UsedOverridden is true if another subgraph took the field over, but a @key, @requires or
	// @provides still reads it here, or an interface needs it.
	UsedOverridden bool
}

// EnumValue is a merged value of an enum.
type EnumValue struct {
	Name        string
	Description string
	Directives  ast.DirectiveList
	Subgraphs   []SubgraphID
}

// Finish builds the indexes by name and the API schema. A constructor calls it once, at the end.
// The error says why the API schema is not valid GraphQL.
func (s *Schema) Finish() error {
	s.Index()
	return s.makeAPI()
}

// Index builds the indexes by name. Finish includes it.
func (s *Schema) Index() {
	s.byName = make(map[string]*Type, len(s.Types))
	for _, t := range s.Types {
		t.fields = make(map[string]*Field, len(t.Fields))
		for _, f := range t.Fields {
			t.fields[f.Name] = f
		}
		s.byName[t.Name] = t
	}
}

// Type returns the type with that name, or nil.
func (s *Schema) Type(name string) *Type { return s.byName[name] }

// Root returns the name of an operation's root type, or "" if the schema has none.
func (s *Schema) Root(kind ast.Operation) string {
	switch kind {
	case ast.Mutation:
		return s.Mutation
	case ast.Subscription:
		return s.Subscription
	default:
		return s.Query
	}
}

// SubgraphNamed returns the ID of the subgraph with that name.
func (s *Schema) SubgraphNamed(name string) (SubgraphID, bool) {
	i, ok := slices.BinarySearchFunc(s.Subgraphs, name, func(g Subgraph, n string) int {
		return strings.Compare(g.Name, n)
	})
	return SubgraphID(i), ok
}

// Field returns the field with that name, or nil.
func (t *Type) Field(name string) *Field { return t.fields[name] }

// Join returns the subgraph's form of the type, or nil.
func (t *Type) Join(id SubgraphID) *TypeJoin {
	for i := range t.Joins {
		if t.Joins[i].Subgraph == id {
			return &t.Joins[i]
		}
	}
	return nil
}

// Join returns the subgraph's form of the field, or nil.
func (f *Field) Join(id SubgraphID) *FieldJoin {
	for i := range f.Joins {
		if f.Joins[i].Subgraph == id {
			return &f.Joins[i]
		}
	}
	return nil
}

// In reports whether the membership exists in the subgraph.
func (m Membership) In(id SubgraphID) bool { return slices.Contains(m.Subgraphs, id) }

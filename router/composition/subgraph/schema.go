package subgraph

import (
	"cmp"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// Source is a configured subgraph.
type Source struct {
	Name, URL string
	// File is the origin of the SDL, for messages.
	File string
	SDL  string
}

// Schema is one subgraph's schema. It must not be changed after Parse.
type Schema struct {
	Name, URL string
	// Start is the location of the SDL as a whole.
	Start federation.Location
	// Version is the version of the federation specification; 1.0 if the SDL links none.
	Version federation.Version
	Links   []federation.Link
	// Types has the types in the order of the SDL, without federation's.
	Types []*Type
	// Directives are the subgraph's own directive definitions, in the order of the SDL.
	Directives ast.DirectiveDefinitionList
	// Description and Applied are the schema definition's own description and directives, without
	// federation's.
	Description string
	Applied     ast.DirectiveList
	// Composed are the directives, without @, that @composeDirective names.
	Composed []Composed

	byName map[string]*Type
	names  *federation.Names
}

// Composed is one @composeDirective.
type Composed struct {
	Name     string
	Position *ast.Position
}

// Type is a type with all its extensions. Fields shadows the field of the same name in the
// definition.
type Type struct {
	*ast.Definition
	Fields []*Field
	Keys   []Key
	// Extension is true if the subgraph only extends the type, by keyword or by @extends.
	Extension bool
	// NeedsBase is true if another subgraph must define the type. Since Federation 2, @extends
	// does not require that.
	NeedsBase bool
	// Defines is true if the type is more than an extension by keyword. For other subgraphs it is
	// then the base, even if it has @extends.
	Defines bool
	// HadKeys is true for an interface of Federation 1 with a @key, which has no effect there.
	HadKeys bool
	// Contexts are the contexts that objects of the type set for the objects below them.
	Contexts []Context
	// InterfaceObject is true for an object type that stands for an interface of other subgraphs.
	InterfaceObject bool

	external, shareable *ast.Directive
	// sharedTwice is a second @shareable on the same definition or extension.
	sharedTwice *ast.Directive
	fields      map[string]*Field
	values      map[string]*ast.EnumValueDefinition
}

// Key is one @key of a type.
type Key struct {
	FieldSet
	Resolvable bool
}

// FieldSet is the argument of @key, @requires or @provides. Selections is nil if it does not
// parse.
type FieldSet struct {
	Text       string
	Selections ast.SelectionSet
	Position   *ast.Position

	directive *ast.Directive
	// err says why Text is not a field set.
	err error
}

// brief returns the text, shortened for messages.
func (s *FieldSet) brief() string { return federation.Cut(s.Text, 200) }

// Field is a field of an object, interface or input object.
type Field struct {
	*ast.FieldDefinition
	// External is true if the subgraph defines the field, but cannot resolve it. A key field that
	// is @external on an extension is resolved nevertheless, and is not External.
	External bool
	// Shareable is true if other subgraphs may resolve the field, too.
	Shareable bool
	// MarkedShareable is true if the field itself has @shareable. Fields of keys, and those of a
	// @shareable type, are Shareable without it.
	MarkedShareable bool
	// Provided is true if a @provides of the subgraph names the field: the subgraph then resolves
	// it there, even if it is External.
	Provided           bool
	Requires, Provides *FieldSet
	Override           *Override
	// Contextual are the arguments whose values come from a context.
	Contextual []ContextArgument
	// Used is true if a @key, @requires or @provides of the subgraph reads the field, or an
	// interface needs it.
	Used bool

	external, shareable *ast.Directive
	// sharedTwice is a second @shareable on the field itself.
	sharedTwice *ast.Directive
}

// Override is one @override.
type Override struct {
	From, Label string
	Position    *ast.Position
}

// Written returns the subgraph's name for a directive of the specification, both without @.
func (s *Schema) Written(word string) string { return s.names.Written(word) }

// FirstApplied returns an application of a directive anywhere in the subgraph, or nil.
func (s *Schema) FirstApplied(name string) *ast.Directive {
	var found *ast.Directive
	look := func(list ast.DirectiveList) { found = cmp.Or(found, list.ForName(name)) }
	lookAt := func(arguments ast.ArgumentDefinitionList) {
		for _, a := range arguments {
			look(a.Directives)
		}
	}
	look(s.Applied)
	for _, d := range s.Directives {
		lookAt(d.Arguments)
	}
	for _, t := range s.Types {
		look(t.Directives)
		for _, v := range t.EnumValues {
			look(v.Directives)
		}
		for _, f := range t.Fields {
			look(f.Directives)
			lookAt(f.Arguments)
		}
	}
	return found
}

// Type returns the type with that name, or nil.
func (s *Schema) Type(name string) *Type { return s.byName[name] }

// Field returns the field with that name, or nil.
func (t *Type) Field(name string) *Field { return t.fields[name] }

// Value returns the enum value with that name, or nil.
func (t *Type) Value(name string) *ast.EnumValueDefinition { return t.values[name] }

// IsRoot reports whether a type is a root operation type.
func IsRoot(name string) bool {
	return name == "Query" || name == "Mutation" || name == "Subscription"
}

// PossibleTypes returns the object types that a type can have at run time: an interface's
// implementations, a union's members, or the object itself.
func (s *Schema) PossibleTypes(t *Type) []*Type {
	switch t.Kind {
	case ast.Object:
		return []*Type{t}
	case ast.Union:
		var types []*Type
		for _, name := range t.Types {
			if member := s.Type(name); member != nil {
				types = append(types, member)
			}
		}
		return types
	case ast.Interface:
		return s.implementations(t.Name, ast.Object)
	default:
		return nil
	}
}

func (s *Schema) implementations(name string, kind ast.DefinitionKind) []*Type {
	var types []*Type
	for _, t := range s.Types {
		if t.Kind != kind {
			continue
		}
		for _, i := range t.Interfaces {
			if i == name {
				types = append(types, t)
				break
			}
		}
	}
	return types
}

func (s *Schema) index() {
	s.byName = make(map[string]*Type, len(s.Types))
	for _, t := range s.Types {
		s.byName[t.Name] = t
		t.fields = make(map[string]*Field, len(t.Fields))
		for _, f := range t.Fields {
			t.fields[f.Name] = f
		}
		t.values = make(map[string]*ast.EnumValueDefinition, len(t.EnumValues))
		for _, v := range t.EnumValues {
			t.values[v.Name] = v
		}
	}
}

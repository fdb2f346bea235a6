package difftest_test

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// world is a schema, and its split into subgraphs. A subgraph is identified by its index.
type world struct {
	subgraphs int
	// types holds the entities, values, interfaces, unions and roots, in the order of their
	// creation.
	types           []*definition
	query, mutation *definition
	// active are the active labels of @override.
	active []string
	// io is the interface that the last subgraph has as an interface object, or nil.
	io *definition

	// oneOf is the directive, if all programs that read the world know it.
	oneOf string
	// probe is true if all subgraphs know the executable directive @probe.
	probe bool
	// dialects are the styles of the subgraphs; written holds other names of directives that all
	// share.
	dialects []*dialect
	written  map[string]string
	// enums holds the values of returnedEnum and takenEnum in each subgraph.
	enums [2][][]string

	api *ast.Schema // the monolith's, as clients see it
	// full includes inaccessible elements.
	full *ast.Schema
}

type kind int

const (
	entity kind = iota
	whole       // a value type that is the same in all subgraphs
	split       // a value type whose fields are in different subgraphs
	interfaceType
	union
	root
)

// definition is a type with fields, or a union.
type definition struct {
	name   string
	kind   kind
	fields []*field
	// keys are the keys of an entity. The hub resolves all of them.
	keys []*key
	hub  int
	// set holds the subgraphs of a split type.
	set []int
	// members are the members of an abstract type. The first is a member wherever the type is
	// known.
	members []*definition
	rights  rights
	in      []*local // by subgraph; nil if the subgraph does not know the type
}

// local is one subgraph's form of a type.
type local struct {
	keys            []localKey
	members         []*definition
	interfaceObject bool
	// context is true if the objects set the context.
	context bool
	// keyed is true for an interface with @key.
	keyed bool
	// extends is "extend ", " @extends" or nothing; more are directives that change no answer.
	extends, more string
}

type localKey struct {
	*key
	resolvable bool
}

// key is a key of an entity, or the key id of an interface.
type key struct {
	text   string
	set    ast.SelectionSet
	fields []*field
}

// field is a field of a type. Its value is a function of the object, the arguments, and what it
// requires.
type field struct {
	name   string
	typ    *ast.Type
	target *definition // of a composite type
	args   string      // as in SDL, with parentheses
	// holder is the interface whose object has the field. It is empty if the object's own type has
	// the field.
	holder string
	// key is true if the field differs for all objects.
	key bool
	// anchor is the first field of an interface.
	anchor bool
	// fails is true if the field is an error for some objects.
	fails bool
	// full is true if the value itself is never null, whatever the type allows.
	full bool
	// candidates are the object types that the value can have.
	candidates []*definition
	requires   ast.SelectionSet
	requiring  bool
	// hidden is true if the field is @inaccessible.
	hidden bool
	// moods are the values of a field of returnedEnum.
	moods []string
	// contextual is true if the value also depends on the objects above.
	contextual bool
	// rights are those that all subgraphs together ask for; local are each subgraph's.
	rights rights
	local  []rights
	in     []*localField
}

// localField is one subgraph's form of a field.
type localField struct {
	external bool
	// overridden is true if another subgraph takes the field over, or if this one will and the
	// label is not active.
	overridden bool
	// given is true if the field is external, and another field of the subgraph provides it.
	given bool
	// strict is true if the subgraph declares the value non-null.
	strict                          bool
	requires, provides, overridesIt string
	label                           string // of the @override
	provided                        ast.SelectionSet
	// args are the subgraph's arguments if they differ from the field's; more are directives that
	// change no answer.
	args, more string
}

func (l *localField) resolves() bool { return l != nil && !l.external && !l.overridden }

func (d *definition) field(name string) *field {
	for _, f := range d.fields {
		if f.name == name {
			return f
		}
	}
	return nil
}

func (d *definition) abstract() bool { return d.kind == interfaceType || d.kind == union }

func (w *world) definition(name string) *definition {
	for _, d := range w.types {
		if d.name == name {
			return d
		}
	}
	return nil
}

func (w *world) add(d *definition) *definition {
	d.in = make([]*local, w.subgraphs)
	w.types = append(w.types, d)
	return d
}

func (w *world) addField(d *definition, f *field) *field {
	f.in = make([]*localField, w.subgraphs)
	d.fields = append(d.fields, f)
	return f
}

func (w *world) of(kinds ...kind) []*definition {
	var list []*definition
	for _, d := range w.types {
		if slices.Contains(kinds, d.kind) {
			list = append(list, d)
		}
	}
	return list
}

// owners returns the subgraphs that resolve the field.
func (f *field) owners() []int {
	var list []int
	for s, l := range f.in {
		if l.resolves() {
			list = append(list, s)
		}
	}
	return list
}

// moves reports whether a subgraph takes the field over from another, now or later.
func (f *field) moves() bool {
	return slices.ContainsFunc(f.in, func(l *localField) bool { return l != nil && l.overridesIt != "" })
}

// givenSomewhere reports whether a subgraph provides the field without resolving it. For the rules
// of sharing, it then resolves the field, too.
func (f *field) givenSomewhere() bool {
	return slices.ContainsFunc(f.in, func(l *localField) bool { return l != nil && l.given })
}

// known reports whether any subgraph has the type.
func (d *definition) known() bool {
	return slices.ContainsFunc(d.in, func(l *local) bool { return l != nil })
}

// implements returns the interfaces that the object type implements in a subgraph, or in any of
// them if subgraph is negative.
func (w *world) implements(d *definition, subgraph int) []*definition {
	var list []*definition
	for _, i := range w.of(interfaceType) {
		for s, l := range i.in {
			if (s == subgraph || subgraph < 0) && l != nil && !l.interfaceObject && slices.Contains(l.members, d) {
				list = append(list, i)
				break
			}
		}
	}
	return list
}

// localType returns the type by which a subgraph knows an object of type d: its interface, if that
// is an interface object.
func (w *world) localType(d *definition, subgraph int) *definition {
	if w.io == nil || w.io.in[subgraph] == nil {
		return d
	}
	if w.io.in[subgraph].interfaceObject && slices.Contains(w.io.members, d) {
		return w.io
	}
	return d
}

// mustSelections parses a field set.
func mustSelections(text string) ast.SelectionSet {
	document, err := parser.ParseQuery(&ast.Source{Input: "{" + text + "}"})
	if err != nil {
		panic(err) // the generator wrote it
	}
	return document.Operations[0].SelectionSet
}

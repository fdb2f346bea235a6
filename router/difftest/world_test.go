package difftest_test

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// world is a schema, and how it is split over subgraphs. A subgraph is its index.
type world struct {
	subgraphs int
	// entities, values, interfaces, unions and roots, in the order in which they were made.
	types           []*definition
	query, mutation *definition
	// active are the labels of @override that are.
	active []string
	// io is the interface that the last subgraph has as an interface object; nil if none is.
	io *definition

	// oneOf is the directive, if all that see the world know it.
	oneOf string
	// probe: all subgraphs know the executable directive @probe.
	probe bool
	// dialects are how the subgraphs are written, by subgraph; written are other names of directives that all share.
	dialects []*dialect
	written  map[string]string
	// enums are the values of returnedEnum and takenEnum, by subgraph.
	enums [2][][]string

	api *ast.Schema // the monolith's, as clients see it
	// full has what is inaccessible, too.
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
	// keys of an entity; all are resolved in the hub.
	keys []*key
	hub  int
	// set is where a split type is.
	set []int
	// members of an abstract type. The first is one wherever the type is known.
	members []*definition
	in      []*local // by subgraph; nil where it is not known
}

// local is a type as one subgraph knows it.
type local struct {
	keys            []localKey
	members         []*definition
	interfaceObject bool
	// context: the objects set the context.
	context bool
	// keyed: an interface with @key.
	keyed bool
	// extends is "extend ", " @extends" or nothing; more are directives that change no answer.
	extends, more string
}

type localKey struct {
	*key
	resolvable bool
}

// key is one of an entity's, or id of an interface.
type key struct {
	text   string
	set    ast.SelectionSet
	fields []*field
}

// field is a field of a type. Its value is a function of the object, the arguments, and what it requires.
type field struct {
	name   string
	typ    *ast.Type
	target *definition // of a composite type
	args   string      // as in SDL, with parentheses
	// holder names the interface whose object has the field; empty if the object's own type has it.
	holder string
	// key fields differ for all objects.
	key bool
	// anchor is the first field of an interface.
	anchor bool
	// fails: for some objects there is an error instead of a value.
	fails bool
	// full: the value itself is never null, whatever the type says.
	full bool
	// candidates are the object types that the value can have.
	candidates []*definition
	requires   ast.SelectionSet
	requiring  bool
	// hidden: it is @inaccessible.
	hidden bool
	// moods are the values of a field of returnedEnum.
	moods []string
	// contextual: its value depends on what is above the object, too.
	contextual bool
	in         []*localField
}

// localField is a field as one subgraph has it.
type localField struct {
	external bool
	// overridden: another subgraph takes the field over; or this one is to take it over, and the label is not active.
	overridden bool
	// given: external, and provided by another field of the subgraph.
	given bool
	// strict: the subgraph says that the value is not null.
	strict                          bool
	requires, provides, overridesIt string
	label                           string // of the @override
	provided                        ast.SelectionSet
	// args are those of the subgraph, if they are not the field's; more are directives that change no answer.
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

// owners are the subgraphs that resolve the field.
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

// givenSomewhere reports whether a subgraph provides the field without resolving it. It then is resolved there, too, as
// the rules of sharing see it.
func (f *field) givenSomewhere() bool {
	return slices.ContainsFunc(f.in, func(l *localField) bool { return l != nil && l.given })
}

// known reports whether any subgraph has the type.
func (d *definition) known() bool {
	return slices.ContainsFunc(d.in, func(l *local) bool { return l != nil })
}

// implements are the interfaces that the object type implements in a subgraph; in any of them if it is negative.
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

// localType is the type by which a subgraph knows an object of type d: its interface, if that is an interface object.
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

package subgraph

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// readAttributes makes the schema's types from the definitions, and turns federation's own
// directives into attributes.
func (l *loader) readAttributes() {
	for _, d := range l.definitions {
		if d.Kind == ast.Scalar && isBuiltInScalar(d.Name) {
			continue
		}
		l.schema.Types = append(l.schema.Types, l.readType(d))
	}
	for _, s := range append(l.doc.Schema, l.doc.SchemaExtension...) {
		l.schema.Description = cmp.Or(l.schema.Description, s.Description)
		kept := slices.DeleteFunc(l.kept(s.Directives...), func(d *ast.Directive) bool {
			return d.Name == "link" || d.Name == federation.ComposeDirective
		})
		l.schema.Applied = append(l.schema.Applied, kept...)
	}
	for _, d := range l.schema.Directives {
		l.keepOnArguments(d.Arguments)
	}
	l.schema.index()
}

func isBuiltInScalar(name string) bool {
	switch name {
	case "Int", "Float", "String", "Boolean", "ID":
		return true
	}
	return false
}

func (l *loader) readType(d *ast.Definition) *Type {
	extended := l.extended[d.Name]
	t := &Type{Definition: d, Extension: extended, NeedsBase: extended, Defines: !extended}
	var rest ast.DirectiveList
	for _, directive := range d.Directives {
		switch l.word(directive) {
		case federation.Key:
			t.Keys = append(t.Keys, Key{
				FieldSet: *readFieldSet(directive), Resolvable: !isFalse(directive, "resolvable"),
			})
		case federation.Extends:
			t.Extension = true
			t.NeedsBase = t.NeedsBase || !l.schema.Version.AtLeast(2, 0)
		case federation.InterfaceObject:
			t.InterfaceObject = true
		case federation.External:
			// In Federation 1, the directive meant nothing on a type.
			if l.schema.Version.AtLeast(2, 0) {
				t.external = directive
			}
		case federation.Shareable:
			t.shareable = directive
			if l.sharedTwice[directive] {
				t.sharedTwice = directive
			}
		default:
			rest = append(rest, l.kept(directive)...)
		}
	}
	d.Directives = rest
	l.readContexts(t)
	for _, f := range d.Fields {
		t.Fields = append(t.Fields, l.readField(t, f))
	}
	for _, v := range d.EnumValues {
		v.Directives = l.kept(v.Directives...)
	}
	return t
}

func (l *loader) readField(t *Type, d *ast.FieldDefinition) *Field {
	f := &Field{FieldDefinition: d, external: t.external, shareable: t.shareable}
	var rest ast.DirectiveList
	for _, directive := range d.Directives {
		switch l.word(directive) {
		case federation.Requires:
			f.Requires = readFieldSet(directive)
		case federation.Provides:
			f.Provides = readFieldSet(directive)
		case federation.External:
			f.external = directive
		case federation.Shareable:
			if f.shareable != t.shareable {
				f.sharedTwice = directive
			}
			f.shareable, f.MarkedShareable = directive, true
		case federation.Override:
			f.Override = &Override{
				From: text(directive, "from"), Label: text(directive, "label"), Position: directive.Position,
			}
		default:
			rest = append(rest, l.kept(directive)...)
		}
	}
	d.Directives = rest
	l.keepOnArguments(d.Arguments)
	l.readContextArguments(f)
	f.External, f.Shareable = f.external != nil, f.shareable != nil
	return f
}

// word returns the specification's name for a directive; "" for the subgraph's own directives.
func (l *loader) word(d *ast.Directive) string {
	word, _ := l.schema.names.Directive(d.Name)
	return word
}

// kept returns the directives under the specification's names; the subgraph's own stay unchanged.
// A directive of its own with the name of one of the specification's is left out, because the two
// could not be distinguished.
func (l *loader) kept(directives ...*ast.Directive) ast.DirectiveList {
	var list ast.DirectiveList
	for _, d := range directives {
		if word := l.word(d); word != "" {
			d.Name = word
		} else if _, taken := federation.Since(d.Name); taken {
			continue
		}
		list = append(list, d)
	}
	return list
}

func (l *loader) keepOnArguments(arguments ast.ArgumentDefinitionList) {
	for _, a := range arguments {
		a.Directives = l.kept(a.Directives...)
	}
}

func readFieldSet(directive *ast.Directive) *FieldSet {
	set := &FieldSet{
		Text: text(directive, "fields"), Position: directive.Position, directive: directive,
	}
	// The rules report an error here; the fields that it reads count as read.
	set.Selections, set.err = federation.ParseFieldSet(set.Text)
	return set
}

func text(directive *ast.Directive, name string) string {
	argument := directive.Arguments.ForName(name)
	if argument == nil {
		return ""
	}
	// Federation 1 accepted a list of fields.
	if argument.Value.Kind == ast.ListValue {
		joined := ""
		for _, child := range argument.Value.Children {
			joined += child.Value.Raw + " "
		}
		return joined
	}
	return argument.Value.Raw
}

func isFalse(directive *ast.Directive, name string) bool {
	argument := directive.Arguments.ForName(name)
	return argument != nil && argument.Value.Kind == ast.BooleanValue && argument.Value.Raw == "false"
}

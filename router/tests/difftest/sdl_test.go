package difftest_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
)

const machinery = `
scalar _Any
type _Service { sdl: String }
`

// monolith returns the SDL of the single server, of the visible schema or of the whole schema.
func (w *world) monolith(all bool) string {
	text := w.print(func(*definition) bool { return true }, func(d *definition) string {
		return head(d, d.kind == interfaceType, names(w.implements(d, -1)), "", w.unionMembers(d, -1))
	}, func(d *definition, f *field) string {
		if d.kind == interfaceType && len(f.owners()) == 0 && f.holder == "" || f.hidden && !all {
			return ""
		}
		return f.args + ": " + f.typ.String()
	})
	return text + w.allEnums(text)
}

// load makes the monolith's schemas.
func (w *world) load() {
	w.api, w.full = mustLoad(w.monolith(false)), mustLoad(w.monolith(true))
}

func mustLoad(sdl string) *ast.Schema {
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "monolith", Input: sdl})
	if err != nil {
		panic(fmt.Errorf("%w\n%s", err, sdl)) // the generator wrote it
	}
	return schema
}

// subgraph returns the SDL of one subgraph. Without federation's directives it is the SDL against
// which the subgraph validates documents.
func (w *world) subgraph(s int, federated bool) string {
	text := w.print(func(d *definition) bool { return d.in[s] != nil }, func(d *definition) string {
		directives := ""
		if federated {
			directives = localDirectives(d.in[s])
		}
		return prefix(d.in[s], federated) + head(d, d.kind == interfaceType && !d.in[s].interfaceObject, names(w.implements(d, s)), directives, w.unionMembers(d, s))
	}, func(d *definition, f *field) string {
		l := f.in[s]
		if l == nil {
			return ""
		}
		text := f.typ.String()
		if l.strict {
			text += "!"
		}
		if federated {
			text += fieldDirectives(d, f, s) + l.more
		}
		if f.contextual {
			return contextualArguments(f.args, federated) + ": " + text
		}
		return cmp.Or(l.args, f.args) + ": " + text
	})
	return text + w.enumsOf(text, s)
}

func prefix(l *local, federated bool) string {
	if federated && l.extends == extendKeyword {
		return extendKeyword
	}
	return ""
}

func (w *world) print(known func(*definition) bool, head func(*definition) string, body func(*definition, *field) string) string {
	var out strings.Builder
	for _, d := range w.types {
		if !d.known() || !known(d) {
			continue
		}
		out.WriteString(head(d))
		if d.kind == union {
			out.WriteByte('\n')
			continue
		}
		out.WriteString(" {\n")
		for _, f := range d.fields {
			if text := body(d, f); text != "" {
				fmt.Fprintf(&out, "  %s%s\n", f.name, text)
			}
		}
		out.WriteString("}\n")
	}
	text := out.String()
	if w.probe {
		text += "directive @probe(n: Int) on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT\n"
	}
	if strings.Contains(text, "Tone") {
		text += "enum Tone { RED GREEN BLUE }\n"
	}
	if strings.Contains(text, "Span") {
		text += "input Span { at: Range! = { low: 2 } more: [Range] all: [[Int!]] }\n"
	}
	if strings.Contains(text, "Pick") {
		text += "input Pick " + w.oneOf + " { n: Int s: String range: Range }\n"
	}
	if strings.Contains(text, "Range") {
		text += "input Range { low: Int = 1 high: Int }\n"
	}
	return text
}

func head(d *definition, isInterface bool, implements []string, directives string, members []string) string {
	switch {
	case d.kind == union:
		return "union " + d.name + " = " + strings.Join(members, " | ")
	case isInterface:
		return "interface " + d.name + directives
	case len(implements) > 0:
		return "type " + d.name + " implements " + strings.Join(implements, " & ") + directives
	default:
		return "type " + d.name + directives
	}
}

func localDirectives(l *local) string {
	text := ""
	if l.interfaceObject {
		text = " @interfaceObject"
	}
	if l.context {
		text += ` @context(name: "c")`
	}
	for _, k := range l.keys {
		text += fmt.Sprintf(" @key(fields: %q", k.text)
		if !k.resolvable {
			text += ", resolvable: false"
		}
		text += ")"
	}
	if l.extends == extendsDirective {
		text += extendsDirective
	}
	return text + l.more
}

func fieldDirectives(d *definition, f *field, s int) string {
	l := f.in[s]
	text := ""
	inKey := slices.ContainsFunc(d.in[s].keys, func(k localKey) bool { return slices.Contains(k.fields, f) })
	keyed := slices.ContainsFunc(d.keys, func(k *key) bool { return slices.Contains(k.fields, f) })
	switch {
	case l.external:
		text = " @external"
	case d.kind == interfaceType:
	case len(f.owners()) > 1 && !l.overridden || d.kind == whole || keyed && !inKey || f.givenSomewhere():
		text = " @shareable"
	}
	if f.hidden && l.resolves() {
		text += " @inaccessible"
	}
	if l.requires != "" {
		text += fmt.Sprintf(" @requires(fields: %q)", l.requires)
	}
	if l.provides != "" {
		text += fmt.Sprintf(" @provides(fields: %q)", l.provides)
	}
	if l.overridesIt != "" {
		text += fmt.Sprintf(" @override(from: %q", l.overridesIt)
		if l.label != "" {
			text += fmt.Sprintf(", label: %q", l.label)
		}
		text += ")"
	}
	return text
}

func (w *world) unionMembers(d *definition, subgraph int) []string {
	var list []string
	for _, m := range d.members {
		if slices.ContainsFunc(d.in, func(l *local) bool { return l != nil && slices.Contains(l.members, m) }) {
			if subgraph < 0 || slices.Contains(d.in[subgraph].members, m) {
				list = append(list, m.name)
			}
		}
	}
	return list
}

func names(list []*definition) []string {
	var out []string
	for _, d := range list {
		out = append(out, d.name)
	}
	return out
}

// served returns the schema against which a subgraph validates requests.
func (w *world) served(s int) (*ast.Schema, error) {
	sdl := w.subgraph(s, false)
	var entities []string
	for _, d := range w.types {
		if l := d.in[s]; l != nil && len(l.keys) > 0 && (d.kind == entity || l.interfaceObject) {
			entities = append(entities, d.name)
		}
	}
	sdl += machinery
	if len(entities) > 0 {
		sdl += "union _Entity = " + strings.Join(entities, " | ") + "\n" +
			"extend type Query { _entities(representations: [_Any!]!): [_Entity]! }\n"
	}
	return gqlparser.LoadSchema(&ast.Source{Name: subgraphName(s), Input: sdl})
}

//go:build oracle

package oracle

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/formatter"
	"github.com/vektah/gqlparser/v2/parser"
)

// mutant is a set of subgraphs that is being changed.
type mutant struct {
	*rand.Rand
	names     []string
	documents []*ast.SchemaDocument
	// done lists the changes.
	done []string
}

// Mutate changes subgraphs in a few places, and their order, and lists the changes. ok is false if
// a subgraph does not parse.
func Mutate(random *rand.Rand, subgraphs []Subgraph) (changed []Subgraph, done string, ok bool) {
	m := &mutant{Rand: random}
	for _, g := range subgraphs {
		document, err := parser.ParseSchema(&ast.Source{Name: g.Name, Input: g.SDL})
		if err != nil {
			return nil, "", false
		}
		m.names = append(m.names, g.Name)
		m.documents = append(m.documents, document)
	}
	for range 1 + m.IntN(3) {
		m.change()
	}
	for i, document := range m.documents {
		var out bytes.Buffer
		formatter.NewFormatter(&out, formatter.WithIndent("  ")).FormatSchemaDocument(document)
		name := m.names[i]
		changed = append(changed, Subgraph{Name: name, URL: "http://" + name, SDL: out.String()})
	}
	m.Shuffle(len(changed), func(i, j int) { changed[i], changed[j] = changed[j], changed[i] })
	return changed, strings.Join(m.done, ", "), true
}

// change makes one change. If a kind of change finds nothing to change, it tries another.
func (m *mutant) change() {
	output := []ast.DefinitionKind{ast.Object, ast.Interface}
	kinds := []func() string{
		m.dropDirective, m.dropDirective,
		m.onField(m.dropField), m.onField(m.renameField), m.onField(m.copyField),
		m.onField(m.changeNullability), m.onField(m.changeNullability), m.onField(m.changeType),
		m.changeArgument, m.onField(m.addArgument, output...), m.changeDefault,
		m.copyType, m.dropType, m.dropMember, m.addValue, m.dropSubgraph, m.toggleExtension,
		m.onField(m.addFieldDirective, output...), m.onField(m.addFieldDirective, output...),
		m.addTypeDirective, m.changeFieldSet, m.hide, m.onField(m.override, output...),
		m.changeKind,
	}
	for range 20 {
		if what := kinds[m.IntN(len(kinds))](); what != "" {
			m.done = append(m.done, what)
			return
		}
	}
}

// site is a type of one subgraph.
type site struct {
	subgraph int
	*ast.Definition
}

func (m *mutant) sites(kinds ...ast.DefinitionKind) []site {
	var all []site
	for i, document := range m.documents {
		for _, d := range slices.Concat(document.Definitions, document.Extensions) {
			if len(kinds) == 0 || slices.Contains(kinds, d.Kind) {
				all = append(all, site{i, d})
			}
		}
	}
	return all
}

func choose[T any](m *mutant, list []T) (item T, ok bool) {
	if len(list) == 0 {
		return item, false
	}
	return list[m.IntN(len(list))], true
}

func (m *mutant) pick(texts ...string) string { return texts[m.IntN(len(texts))] }

// fieldSite is a field of a type of one subgraph.
type fieldSite struct {
	site
	*ast.FieldDefinition
}

func (f fieldSite) String() string { return f.Definition.Name + "." + f.Name }

func (m *mutant) field(kinds ...ast.DefinitionKind) (fieldSite, bool) {
	var all []fieldSite
	for _, s := range m.sites(kinds...) {
		for _, f := range s.Fields {
			all = append(all, fieldSite{s, f})
		}
	}
	return choose(m, all)
}

// onField returns a function that applies a change to a field of a type of these kinds.
func (m *mutant) onField(do func(fieldSite) string, kinds ...ast.DefinitionKind) func() string {
	return func() string {
		f, ok := m.field(kinds...)
		if !ok {
			return ""
		}
		return do(f)
	}
}

func (m *mutant) dropDirective() string {
	var lists []*ast.DirectiveList
	for _, s := range m.sites() {
		lists = append(lists, &s.Directives)
		for _, f := range s.Fields {
			lists = append(lists, &f.Directives)
			for _, a := range f.Arguments {
				lists = append(lists, &a.Directives)
			}
		}
		for _, v := range s.EnumValues {
			lists = append(lists, &v.Directives)
		}
	}
	lists = slices.DeleteFunc(lists, func(l *ast.DirectiveList) bool { return len(*l) == 0 })
	list, ok := choose(m, lists)
	if !ok {
		return ""
	}
	at := m.IntN(len(*list))
	what := "@" + (*list)[at].Name
	*list = slices.Delete(slices.Clone(*list), at, at+1)
	return "drop " + what
}

func (m *mutant) dropField(f fieldSite) string {
	is := func(d *ast.FieldDefinition) bool { return d == f.FieldDefinition }
	f.Fields = slices.DeleteFunc(f.Fields, is)
	if len(f.Fields) == 0 {
		m.remove(f.site)
	}
	return "drop " + f.String()
}

func (m *mutant) remove(s site) {
	is := func(d *ast.Definition) bool { return d == s.Definition }
	document := m.documents[s.subgraph]
	document.Definitions = slices.DeleteFunc(document.Definitions, is)
	document.Extensions = slices.DeleteFunc(document.Extensions, is)
}

func (m *mutant) renameField(f fieldSite) string {
	f.Name += "2"
	return "rename " + f.String()
}

// copyField copies a field of a type to the same type in another subgraph.
func (m *mutant) copyField(f fieldSite) string {
	for _, other := range m.sites(f.Kind) {
		if other.Name == f.Definition.Name && other.subgraph != f.subgraph &&
			other.Fields.ForName(f.Name) == nil {
			other.Fields = append(other.Fields, cloneField(f.FieldDefinition))
			return "copy " + f.String()
		}
	}
	return ""
}

func cloneField(f *ast.FieldDefinition) *ast.FieldDefinition {
	c := *f
	c.Type = cloneType(f.Type)
	c.Directives = slices.Clone(f.Directives)
	c.Arguments = slices.Clone(f.Arguments)
	return &c
}

func cloneType(t *ast.Type) *ast.Type {
	if t == nil {
		return nil
	}
	c := *t
	c.Elem = cloneType(t.Elem)
	return &c
}

func (m *mutant) changeNullability(f fieldSite) string {
	f.Type = cloneType(f.Type)
	f.Type.NonNull = !f.Type.NonNull
	return fmt.Sprintf("%s: %s", f, f.Type)
}

func (m *mutant) changeType(f fieldSite) string {
	names := []string{"Int", "String", "ID"}
	for _, s := range m.sites() {
		if s.subgraph == f.subgraph {
			names = append(names, s.Name)
		}
	}
	name, _ := choose(m, names)
	f.Type = ast.NamedType(name, nil)
	if m.IntN(3) == 0 {
		f.Type = ast.ListType(f.Type, nil)
	}
	return fmt.Sprintf("%s: %s", f, f.Type)
}

type argumentSite struct {
	fieldSite
	*ast.ArgumentDefinition
}

func (m *mutant) argument() (argumentSite, bool) {
	var all []argumentSite
	for _, s := range m.sites(ast.Object, ast.Interface) {
		for _, f := range s.Fields {
			for _, a := range f.Arguments {
				all = append(all, argumentSite{fieldSite{s, f}, a})
			}
		}
	}
	return choose(m, all)
}

// changeArgument drops an argument, or changes its type.
func (m *mutant) changeArgument() string {
	a, ok := m.argument()
	if !ok {
		return ""
	}
	what := fmt.Sprintf("%s(%s:)", a.fieldSite, a.Name)
	if m.IntN(2) == 0 {
		a.Arguments = slices.DeleteFunc(slices.Clone(a.Arguments),
			func(d *ast.ArgumentDefinition) bool { return d == a.ArgumentDefinition })
		return "drop " + what
	}
	a.Type = cloneType(a.Type)
	a.Type.NonNull = !a.Type.NonNull
	return fmt.Sprintf("%s %s", what, a.Type)
}

func (m *mutant) addArgument(f fieldSite) string {
	if f.Arguments.ForName("extra") != nil {
		return ""
	}
	a := &ast.ArgumentDefinition{Name: "extra", Type: ast.NamedType("Int", nil)}
	a.Type.NonNull = m.IntN(2) == 0
	f.Arguments = append(slices.Clone(f.Arguments), a)
	return fmt.Sprintf("%s(extra: %s)", f, a.Type)
}

func (m *mutant) changeDefault() string {
	value := &ast.Value{Kind: ast.IntValue, Raw: fmt.Sprint(m.IntN(3))}
	if a, ok := m.argument(); ok && m.IntN(2) == 0 {
		a.DefaultValue = value
		return fmt.Sprintf("%s(%s: = %s)", a.fieldSite, a.Name, value)
	}
	if f, ok := m.field(ast.InputObject); ok {
		f.DefaultValue = value
		return fmt.Sprintf("%s = %s", f, value)
	}
	return ""
}

// copyType copies a type to another subgraph, as one more definition or as the only one.
func (m *mutant) copyType() string {
	s, ok := choose(m, m.sites())
	to := m.IntN(len(m.documents))
	if !ok || to == s.subgraph || strings.Contains(s.Name, "__") {
		return "" // A specification's type would become the subgraph's own type there.
	}
	for _, other := range m.sites() {
		if other.subgraph == to && other.Name == s.Name {
			return ""
		}
	}
	c := *s.Definition
	c.Fields = nil
	for _, f := range s.Fields {
		c.Fields = append(c.Fields, cloneField(f))
	}
	c.Directives = slices.Clone(c.Directives)
	c.EnumValues = slices.Clone(c.EnumValues)
	c.Types = slices.Clone(c.Types)
	m.documents[to].Definitions = append(m.documents[to].Definitions, &c)
	return fmt.Sprintf("copy %s to %s", s.Name, m.names[to])
}

func (m *mutant) dropType() string {
	s, ok := choose(m, m.sites())
	if !ok || m.IntN(3) > 0 {
		return ""
	}
	m.remove(s)
	return "drop " + s.Name
}

// dropMember drops a value of an enum, a member of a union, or an interface of a type.
func (m *mutant) dropMember() string {
	s, ok := choose(m, m.sites(ast.Enum, ast.Union, ast.Object))
	switch {
	case !ok:
		return ""
	case len(s.EnumValues) > 1:
		at := m.IntN(len(s.EnumValues))
		s.EnumValues = slices.Delete(slices.Clone(s.EnumValues), at, at+1)
	case len(s.Types) > 1:
		at := m.IntN(len(s.Types))
		s.Types = slices.Delete(slices.Clone(s.Types), at, at+1)
	case len(s.Interfaces) > 0:
		at := m.IntN(len(s.Interfaces))
		s.Interfaces = slices.Delete(slices.Clone(s.Interfaces), at, at+1)
	default:
		return ""
	}
	return "drop a member of " + s.Name
}

func (m *mutant) addValue() string {
	s, ok := choose(m, m.sites(ast.Enum))
	if !ok || s.EnumValues.ForName("EXTRA") != nil {
		return ""
	}
	s.EnumValues = append(slices.Clone(s.EnumValues), &ast.EnumValueDefinition{Name: "EXTRA"})
	return "add a value to " + s.Name
}

func (m *mutant) dropSubgraph() string {
	if len(m.documents) == 1 || m.IntN(3) > 0 {
		return ""
	}
	at := m.IntN(len(m.documents))
	name := m.names[at]
	m.names, m.documents = slices.Delete(m.names, at, at+1), slices.Delete(m.documents, at, at+1)
	return "drop subgraph " + name
}

// toggleExtension turns a definition into an extension, or the reverse.
func (m *mutant) toggleExtension() string {
	s, ok := choose(m, m.sites())
	if !ok {
		return ""
	}
	document := m.documents[s.subgraph]
	wasExtension := slices.Contains(document.Extensions, s.Definition)
	m.remove(s)
	if wasExtension {
		document.Definitions = append(document.Definitions, s.Definition)
		return "define " + s.Name
	}
	document.Extensions = append(document.Extensions, s.Definition)
	return "extend " + s.Name
}

func (m *mutant) addFieldDirective(f fieldSite) string {
	name := m.pick("external", "shareable", "shareable", "requires", "provides", "deprecated", "tag")
	d := m.directive(f.subgraph, name)
	switch name {
	case "requires", "provides":
		other, _ := m.field(ast.Object, ast.Interface)
		d.Arguments = argument("fields", other.Name)
	case "tag":
		d.Arguments = argument("name", "t")
	}
	f.Directives = append(slices.Clone(f.Directives), d)
	return fmt.Sprintf("%s @%s", f, name)
}

func argument(name, value string) ast.ArgumentList {
	return ast.ArgumentList{{Name: name, Value: &ast.Value{Kind: ast.StringValue, Raw: value}}}
}

// directive returns a directive of the specification, and imports it if necessary.
func (m *mutant) directive(subgraph int, name string) *ast.Directive {
	if name == "deprecated" {
		return &ast.Directive{Name: name}
	}
	document := m.documents[subgraph]
	for _, s := range slices.Concat(document.Schema, document.SchemaExtension) {
		for _, link := range s.Directives {
			url := link.Arguments.ForName("url")
			if url == nil || !strings.Contains(url.Value.Raw, "/federation/") {
				continue
			}
			imports := link.Arguments.ForName("import")
			if imports == nil || imports.Value.Kind != ast.ListValue {
				return &ast.Directive{Name: "federation__" + name}
			}
			imported := func(c *ast.ChildValue) bool { return c.Value.Raw == "@"+name }
			if !slices.ContainsFunc(imports.Value.Children, imported) {
				add := &ast.ChildValue{Value: &ast.Value{Kind: ast.StringValue, Raw: "@" + name}}
				imports.Value.Children = append(imports.Value.Children, add)
			}
		}
	}
	return &ast.Directive{Name: name}
}

func (m *mutant) addTypeDirective() string {
	s, ok := choose(m, m.sites(ast.Object, ast.Interface))
	if !ok || len(s.Fields) == 0 {
		return ""
	}
	name := m.pick("key", "key", "shareable", "external", "interfaceObject", "extends")
	d := m.directive(s.subgraph, name)
	if name == "key" {
		f, _ := choose(m, s.Fields)
		d.Arguments = argument("fields", f.Name)
	}
	s.Directives = append(slices.Clone(s.Directives), d)
	return fmt.Sprintf("%s @%s", s.Name, name)
}

// changeFieldSet makes a key unresolvable, or changes the fields of a directive.
func (m *mutant) changeFieldSet() string {
	var all []*ast.Directive
	for _, s := range m.sites(ast.Object, ast.Interface) {
		all = append(all, s.Directives...)
		for _, f := range s.Fields {
			all = append(all, f.Directives...)
		}
	}
	without := func(d *ast.Directive) bool { return d.Arguments.ForName("fields") == nil }
	d, ok := choose(m, slices.DeleteFunc(all, without))
	if !ok {
		return ""
	}
	isPlainKey := strings.HasSuffix(d.Name, "key") && d.Arguments.ForName("resolvable") == nil
	if isPlainKey && m.IntN(2) == 0 {
		no := &ast.Argument{Name: "resolvable", Value: &ast.Value{Kind: ast.BooleanValue, Raw: "false"}}
		d.Arguments = append(slices.Clone(d.Arguments), no)
		return "key not resolvable"
	}
	f, ok := m.field(ast.Object, ast.Interface)
	if !ok {
		return ""
	}
	d.Arguments = argument("fields", f.Name)
	return fmt.Sprintf("@%s(fields: %q)", d.Name, f.Name)
}

// hide makes a type, field, argument or value inaccessible.
func (m *mutant) hide() string {
	s, ok := choose(m, m.sites())
	if !ok {
		return ""
	}
	d := m.directive(s.subgraph, "inaccessible")
	what, list := s.Name, &s.Directives
	if f, ok := choose(m, s.Fields); ok && m.IntN(4) > 0 {
		what, list = what+"."+f.Name, &f.Directives
		if a, ok := choose(m, f.Arguments); ok && m.IntN(2) == 0 {
			what, list = what+"("+a.Name+":)", &a.Directives
		}
	}
	if v, ok := choose(m, s.EnumValues); ok && m.IntN(4) > 0 {
		what, list = what+"."+v.Name, &v.Directives
	}
	*list = append(slices.Clone(*list), d)
	return what + " @inaccessible"
}

func (m *mutant) override(f fieldSite) string {
	d := m.directive(f.subgraph, "override")
	from, _ := choose(m, append([]string{"nobody"}, m.names...))
	d.Arguments = argument("from", from)
	f.Directives = append(slices.Clone(f.Directives), d)
	return fmt.Sprintf("%s @override(from: %q)", f, from)
}

func (m *mutant) changeKind() string {
	s, ok := choose(m, m.sites(ast.Object, ast.Interface))
	if !ok || m.IntN(3) > 0 {
		return ""
	}
	if s.Kind == ast.Object {
		s.Kind = ast.Interface
	} else {
		s.Kind = ast.Object
	}
	return fmt.Sprintf("%s: %s", s.Name, s.Kind)
}

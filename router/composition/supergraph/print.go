package supergraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// Print returns the supergraph SDL in the form of the join specification, which other Federation 2
// routers read.
func Print(s *Schema) string {
	w := joinWriter{schema: s, graphs: graphNames(s.Subgraphs), names: directiveNames(s.Links)}
	return printDocument(w.document())
}

type joinWriter struct {
	schema *Schema
	// graphs are the subgraphs' enum values.
	graphs []string
	names  map[string]string
}

func (w joinWriter) document() *ast.SchemaDocument {
	machinery := machineryOf(w.schema)
	doc := &ast.SchemaDocument{
		Schema: ast.SchemaDefinitionList{{
			Description: w.schema.Description, OperationTypes: w.schema.operationTypes(),
			Directives: append(w.links(), w.named(w.schema.Applied)...),
		}},
		Directives:  append(machinery.Directives, w.directiveDefinitions()...),
		Definitions: append(machinery.Definitions, w.graphEnum()),
	}
	for _, t := range w.schema.Types {
		doc.Definitions = append(doc.Definitions, w.definition(t))
	}
	return doc
}

// graphNames returns an enum value for each subgraph's name: in upper case, and numbered if
// several would be the same.
func graphNames(subgraphs []Subgraph) []string {
	names := make([]string, len(subgraphs))
	count := map[string]int{}
	for i, g := range subgraphs {
		names[i] = graphName(g.Name)
		count[names[i]]++
	}
	number := map[string]int{}
	for i, name := range names {
		if count[name] > 1 {
			number[name]++
			names[i] = fmt.Sprintf("%s_%d", name, number[name])
		}
	}
	return names
}

// graphName returns a name that never ends in an underscore and a number, because graphNames adds
// these.
func graphName(name string) string {
	name = strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '_':
			return r
		default:
			return '_'
		}
	}, name)
	switch { // GraphQL reserves names that begin with __.
	case strings.Trim(name, "_") == "":
		name = "GRAPH"
	case strings.HasPrefix(name, "__"):
		name = "GRAPH" + name
	}
	if name[0] >= '0' && name[0] <= '9' {
		name = "_" + name
	}
	digits := strings.TrimRight(name, "0123456789")
	if digits != name && strings.HasSuffix(digits, "_") {
		name += "_"
	}
	return name
}

func (w joinWriter) links() ast.DirectiveList {
	join := federation.NewLink(federation.JoinSpec + "/" + w.schema.JoinVersion)
	join.Purpose = "EXECUTION"
	linking := federation.NewLink(federation.LinkSpec + "/v1.0")
	all := append([]federation.Link{linking, join}, w.schema.Links...)
	var list ast.DirectiveList
	for _, link := range all {
		d := directive("link", text("url", link.URL))
		if link.As != link.Name {
			d.Arguments = append(d.Arguments, text("as", link.As))
		}
		if len(link.Imports) > 0 {
			imports := &ast.Argument{Name: "import", Value: importList(link.Imports)}
			d.Arguments = append(d.Arguments, imports)
		}
		if link.Purpose != "" {
			d.Arguments = append(d.Arguments, word("for", link.Purpose))
		}
		list = append(list, d)
	}
	return list
}

func (w joinWriter) graphEnum() *ast.Definition {
	d := &ast.Definition{Kind: ast.Enum, Name: "join__Graph"}
	for i, g := range w.schema.Subgraphs {
		graph := directive("join__graph", text("name", g.Name), text("url", g.URL))
		d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{
			Name: w.graphs[i], Directives: ast.DirectiveList{graph},
		})
	}
	return d
}

func (w joinWriter) definition(t *Type) *ast.Definition {
	d := &ast.Definition{Kind: t.Kind, Name: t.Name, Description: t.Description}
	for _, j := range t.Joins {
		d.Directives = append(d.Directives, w.typeJoins(j)...)
	}
	for _, i := range t.Interfaces {
		d.Interfaces = append(d.Interfaces, i.Name)
		for _, id := range i.Subgraphs {
			d.Directives = append(d.Directives,
				directive("join__implements", w.graph(id), text("interface", i.Name)))
		}
	}
	for _, m := range t.Members {
		d.Types = append(d.Types, m.Name)
		for _, id := range m.Subgraphs {
			d.Directives = append(d.Directives,
				directive("join__unionMember", w.graph(id), text("member", m.Name)))
		}
	}
	d.Directives = append(append(d.Directives, w.cacheTags(t.CacheTags)...), w.named(t.Directives)...)
	for _, v := range t.Values {
		d.EnumValues = append(d.EnumValues, w.enumValue(v))
	}
	for _, f := range t.Fields {
		d.Fields = append(d.Fields, &ast.FieldDefinition{
			Name: f.Name, Description: f.Description, Type: f.Type,
			Arguments: w.arguments(f.Arguments), DefaultValue: f.Default,
			Directives: slices.Concat(
				w.fieldJoins(t, f), w.cacheTags(f.CacheTags), w.named(f.Directives)),
		})
	}
	return d
}

func (w joinWriter) enumValue(v *EnumValue) *ast.EnumValueDefinition {
	d := &ast.EnumValueDefinition{Name: v.Name, Description: v.Description}
	for _, id := range v.Subgraphs {
		d.Directives = append(d.Directives, directive("join__enumValue", w.graph(id)))
	}
	d.Directives = append(d.Directives, w.named(v.Directives)...)
	return d
}

// typeJoins returns one directive for each key, or one directive without a key.
func (w joinWriter) typeJoins(j TypeJoin) ast.DirectiveList {
	keys := j.Keys
	if len(keys) == 0 {
		keys = []Key{{Resolvable: true}}
	}
	var list ast.DirectiveList
	for _, key := range keys {
		d := directive("join__type", w.graph(j.Subgraph))
		if len(key.Fields) > 0 {
			d.Arguments = append(d.Arguments, text("key", federation.PrintFieldSet(key.Fields)))
		}
		d.Arguments = append(d.Arguments, flag("extension", j.Extension)...)
		if !key.Resolvable {
			d.Arguments = append(d.Arguments, boolean("resolvable", false))
		}
		d.Arguments = append(d.Arguments, flag("isInterfaceObject", j.InterfaceObject)...)
		list = append(list, d)
	}
	return list
}

// fieldJoins returns nothing if all subgraphs of the type resolve the field without any
// particulars.
func (w joinWriter) fieldJoins(t *Type, f *Field) ast.DirectiveList {
	if len(f.Joins) == 0 {
		return ast.DirectiveList{directive("join__field")}
	}
	if len(f.Joins) == len(t.Joins) && allPlain(f) {
		return nil
	}
	withTypes := slices.ContainsFunc(f.Joins, func(j FieldJoin) bool {
		return j.Type.String() != f.Type.String()
	})
	var list ast.DirectiveList
	for _, j := range f.Joins {
		list = append(list, w.fieldJoin(j, withTypes))
	}
	return list
}

func allPlain(f *Field) bool {
	for _, j := range f.Joins {
		if j.Type.String() != f.Type.String() || j.Requires != nil || j.Provides != nil ||
			j.External || j.Override != "" || j.UsedOverridden || j.ContextArguments != nil {
			return false
		}
	}
	return true
}

func (w joinWriter) fieldJoin(j FieldJoin, withType bool) *ast.Directive {
	d := directive("join__field", w.graph(j.Subgraph))
	add := func(name, value string) {
		if value != "" {
			d.Arguments = append(d.Arguments, text(name, value))
		}
	}
	add("requires", federation.PrintFieldSet(j.Requires))
	add("provides", federation.PrintFieldSet(j.Provides))
	if withType {
		add("type", j.Type.String())
	}
	d.Arguments = append(d.Arguments, flag("external", j.External)...)
	add("override", j.Override)
	d.Arguments = append(d.Arguments, flag("usedOverridden", j.UsedOverridden)...)
	add("overrideLabel", j.OverrideLabel)
	d.Arguments = append(d.Arguments, contextArguments(j.ContextArguments)...)
	return d
}

func (w joinWriter) graph(id SubgraphID) *ast.Argument { return word("graph", w.graphs[id]) }

func directive(name string, arguments ...*ast.Argument) *ast.Directive {
	return &ast.Directive{Name: name, Arguments: arguments}
}

func text(name, value string) *ast.Argument {
	return &ast.Argument{Name: name, Value: &ast.Value{Kind: ast.StringValue, Raw: value}}
}

func word(name, value string) *ast.Argument {
	return &ast.Argument{Name: name, Value: &ast.Value{Kind: ast.EnumValue, Raw: value}}
}

func boolean(name string, value bool) *ast.Argument {
	literal := &ast.Value{Kind: ast.BooleanValue, Raw: fmt.Sprint(value)}
	return &ast.Argument{Name: name, Value: literal}
}

// flag returns an argument if the value is true.
func flag(name string, value bool) ast.ArgumentList {
	if !value {
		return nil
	}
	return ast.ArgumentList{boolean(name, true)}
}

// importList has a name for each element, or both names if the element is renamed.
func importList(imports []federation.Import) *ast.Value {
	list := &ast.Value{Kind: ast.ListValue}
	for _, i := range imports {
		item := text("", i.Name).Value
		if i.As != i.Name {
			item = &ast.Value{Kind: ast.ObjectValue, Children: ast.ChildValueList{
				{Name: "name", Value: item}, {Name: "as", Value: text("", i.As).Value},
			}}
		}
		list.Children = append(list.Children, &ast.ChildValue{Value: item})
	}
	return list
}

// machineryOf returns the definitions of the link and join specifications, and of the others that
// the schema links.
func machineryOf(s *Schema) *ast.SchemaDocument {
	join := joinV03
	switch s.JoinVersion {
	case "v0.4":
		join = joinV04
	case "v0.5":
		join = joinV05
	}
	doc, err := parser.ParseSchema(&ast.Source{Name: "machinery", Input: linkDefinitions + join})
	if err != nil {
		panic("supergraph: the definitions do not parse: " + err.Error())
	}
	for _, link := range s.Links {
		if feature, ok := federation.FeatureLinked(link); ok {
			own := feature.Define(link)
			doc.Directives = append(doc.Directives, own.Directives...)
			doc.Definitions = append(doc.Definitions, own.Definitions...)
		}
	}
	return doc
}

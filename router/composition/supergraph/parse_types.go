package supergraph

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func (r *joinReader) readTypes() {
	for _, d := range r.doc.Definitions {
		if !isMachinery(d.Name) {
			r.schema.Types = append(r.schema.Types, r.readType(d))
		}
	}
	slices.SortStableFunc(r.schema.Types, func(a, b *Type) int { return cmp.Compare(a.Name, b.Name) })
}

func (r *joinReader) readType(d *ast.Definition) *Type {
	t := &Type{
		Name: d.Name, Kind: d.Kind, Description: d.Description, Joins: r.typeJoins(d),
		Directives: rest(d.Directives), CacheTags: r.cacheTags(d.Directives),
	}
	t.Interfaces = r.memberships(d, d.Interfaces, "join__implements", "interface", t.Joins)
	t.Members = r.memberships(d, d.Types, "join__unionMember", "member", t.Joins)
	for _, v := range d.EnumValues {
		t.Values = append(t.Values, r.enumValue(v, t.Joins))
	}
	for _, f := range d.Fields {
		t.Fields = append(t.Fields, r.field(f, t.Joins))
	}
	return t
}

// rest returns the directives that do not belong to the join specification.
func rest(directives ast.DirectiveList) ast.DirectiveList {
	var list ast.DirectiveList
	for _, d := range directives {
		if !strings.HasPrefix(d.Name, "join__") {
			list = append(list, d)
		}
	}
	return list
}

// typeJoins makes one join for each subgraph from one directive for each key.
func (r *joinReader) typeJoins(d *ast.Definition) []TypeJoin {
	var joins []TypeJoin
	for _, directive := range d.Directives.ForNames("join__type") {
		id, ok := r.graph(directive)
		if !ok {
			continue
		}
		i := slices.IndexFunc(joins, func(j TypeJoin) bool { return j.Subgraph == id })
		if i < 0 {
			i = len(joins)
			joins = append(joins, TypeJoin{Subgraph: id})
		}
		join := &joins[i]
		join.Extension = join.Extension || argument(directive, "extension") == "true"
		join.InterfaceObject = join.InterfaceObject || argument(directive, "isInterfaceObject") == "true"
		if fields := r.fieldSet(directive, "key"); fields != nil {
			resolvable := argument(directive, "resolvable") != "false"
			join.Keys = append(join.Keys, Key{Fields: fields, Resolvable: resolvable})
		}
	}
	if len(joins) == 0 {
		// A type without these directives belongs to all subgraphs.
		for id := range r.schema.Subgraphs {
			joins = append(joins, TypeJoin{Subgraph: SubgraphID(id)})
		}
	}
	slices.SortFunc(joins, func(a, b TypeJoin) int { return cmp.Compare(a.Subgraph, b.Subgraph) })
	return joins
}

func all(joins []TypeJoin) []SubgraphID {
	ids := make([]SubgraphID, len(joins))
	for i, j := range joins {
		ids[i] = j.Subgraph
	}
	return ids
}

// memberships reads which subgraphs know each interface or member of the type; all of them, if the
// SDL does not say.
func (r *joinReader) memberships(
	d *ast.Definition, names []string, directive, argumentName string, joins []TypeJoin,
) []Membership {
	var list []Membership
	for _, name := range names {
		m := Membership{Name: name}
		for _, a := range d.Directives.ForNames(directive) {
			if argument(a, argumentName) == name {
				if id, ok := r.graph(a); ok {
					m.Subgraphs = append(m.Subgraphs, id)
				}
			}
		}
		if len(m.Subgraphs) == 0 {
			m.Subgraphs = all(joins)
		}
		slices.Sort(m.Subgraphs)
		list = append(list, m)
	}
	return list
}

func (r *joinReader) enumValue(d *ast.EnumValueDefinition, joins []TypeJoin) *EnumValue {
	v := &EnumValue{Name: d.Name, Description: d.Description, Directives: rest(d.Directives)}
	for _, a := range d.Directives.ForNames("join__enumValue") {
		if id, ok := r.graph(a); ok {
			v.Subgraphs = append(v.Subgraphs, id)
		}
	}
	if len(v.Subgraphs) == 0 {
		v.Subgraphs = all(joins)
	}
	slices.Sort(v.Subgraphs)
	return v
}

func (r *joinReader) field(d *ast.FieldDefinition, joins []TypeJoin) *Field {
	f := &Field{
		Name: d.Name, Description: d.Description, Type: d.Type,
		Arguments: d.Arguments, Default: d.DefaultValue,
		Directives: rest(d.Directives), CacheTags: r.cacheTags(d.Directives),
	}
	said := d.Directives.ForNames("join__field")
	if len(said) == 0 {
		for _, id := range all(joins) {
			f.Joins = append(f.Joins, FieldJoin{Subgraph: id, Type: d.Type})
		}
	}
	for _, a := range said {
		// Without the argument graph, no subgraph has the field under this name, and an
		// @interfaceObject resolves it.
		if argument(a, "graph") == "" {
			continue
		}
		if id, ok := r.graph(a); ok {
			f.Joins = append(f.Joins, r.fieldJoin(d, a, id))
		}
	}
	slices.SortFunc(f.Joins, func(a, b FieldJoin) int { return cmp.Compare(a.Subgraph, b.Subgraph) })
	return f
}

func (r *joinReader) fieldJoin(d *ast.FieldDefinition, a *ast.Directive, id SubgraphID) FieldJoin {
	join := FieldJoin{
		Subgraph: id, Type: d.Type,
		Requires: r.fieldSet(a, "requires"), Provides: r.fieldSet(a, "provides"),
		External:         argument(a, "external") == "true",
		UsedOverridden:   argument(a, "usedOverridden") == "true",
		Override:         argument(a, "override"),
		OverrideLabel:    argument(a, "overrideLabel"),
		ContextArguments: r.contextArguments(a),
	}
	if _, ok := r.schema.SubgraphNamed(join.Override); !ok && join.Override != "" {
		// An override of a subgraph that does not exist has no effect.
		join.Override, join.OverrideLabel = "", ""
	}
	if own := argument(a, "type"); own != "" {
		join.Type = r.typeReference(a, own)
	}
	return join
}

func (r *joinReader) typeReference(d *ast.Directive, text string) *ast.Type {
	doc, err := parser.ParseSchema(&ast.Source{Name: "type", Input: "type T { f: " + text + "\n}"})
	if err != nil || len(doc.Definitions) != 1 || len(doc.Definitions[0].Fields) != 1 {
		r.fail(d.Position, "@%s(type: %q) is not a type", d.Name, text)
		return ast.NamedType("String", nil)
	}
	return doc.Definitions[0].Fields[0].Type
}

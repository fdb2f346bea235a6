package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// checkDefaults: a default says only what is left of its type in the supergraph, where an input field or an enum value that
// not all subgraphs have is gone.
func (m *merge) checkDefaults() {
	for _, t := range m.schema.Types {
		for _, f := range t.Fields {
			coordinate := t.Name + "." + f.Name
			m.checkDefault(m.fieldAt(t.Name, f.Name, ""), coordinate, f.Type, f.Default)
			for _, a := range f.Arguments {
				m.checkDefault(m.fieldAt(t.Name, f.Name, a.Name), coordinate+"("+a.Name+":)", a.Type, a.DefaultValue)
			}
		}
	}
}

func (m *merge) checkDefault(at []federation.Location, coordinate string, of *ast.Type, value *ast.Value) {
	if value == nil {
		return
	}
	if of.Elem != nil && value.Kind == ast.ListValue {
		for _, child := range value.Children {
			m.checkDefault(at, coordinate, of.Elem, child.Value)
		}
		return
	}
	t := m.byName[of.Name()]
	if t == nil {
		return
	}
	gone := func(name string) {
		m.fail(federation.InvalidGraphQL, at, "the default of %s uses %s.%s, which is not in every subgraph and therefore not in the supergraph; take another default, or add it",
			coordinate, t.out.Name, name)
	}
	switch {
	case value.Kind == ast.EnumValue && t.out.Kind == ast.Enum:
		if !slices.ContainsFunc(t.out.Values, func(v *supergraph.EnumValue) bool { return v.Name == value.Raw }) {
			gone(value.Raw)
		}
	case value.Kind == ast.ObjectValue && t.out.Kind == ast.InputObject:
		for _, child := range value.Children {
			i := slices.IndexFunc(t.out.Fields, func(f *supergraph.Field) bool { return f.Name == child.Name })
			if i < 0 {
				gone(child.Name)
				continue
			}
			m.checkDefault(at, coordinate, t.out.Fields[i].Type, child.Value)
		}
	}
}

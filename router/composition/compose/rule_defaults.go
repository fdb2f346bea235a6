package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// checkDefaults checks that defaults use only input fields and enum values that are in the
// supergraph, which lacks those that some subgraph lacks.
func (m *merge) checkDefaults() {
	for _, t := range m.schema.Types {
		for _, f := range t.Fields {
			coordinate := t.Name + "." + f.Name
			m.checkDefault(m.fieldLater(t.Name, f.Name, ""), coordinate, f.Type, f.Default)
			for _, a := range f.Arguments {
				at := m.fieldLater(t.Name, f.Name, a.Name)
				m.checkDefault(at, coordinate+"("+a.Name+":)", a.Type, a.DefaultValue)
			}
		}
	}
}

func (m *merge) checkDefault(at later, coordinate string, of *ast.Type, value *ast.Value) {
	m.gone(of, value, func(name string) {
		m.fail(federation.InvalidGraphQL, at(), "the default of %s uses %s, "+
			"which is not in every subgraph and therefore not in the supergraph; "+
			"take another default, or add it",
			coordinate, name)
	})
}

// gone reports the enum values and input fields of a value that are not in the supergraph.
func (m *merge) gone(of *ast.Type, value *ast.Value, tell func(coordinate string)) {
	if value == nil {
		return
	}
	if of.Elem != nil && value.Kind == ast.ListValue {
		for _, child := range value.Children {
			m.gone(of.Elem, child.Value, tell)
		}
		return
	}
	t := m.byName[of.Name()]
	switch {
	case t == nil:
	case value.Kind == ast.EnumValue && t.out.Kind == ast.Enum:
		named := func(v *supergraph.EnumValue) bool { return v.Name == value.Raw }
		if !slices.ContainsFunc(t.out.Values, named) {
			tell(t.out.Name + "." + value.Raw)
		}
	case value.Kind == ast.ObjectValue && t.out.Kind == ast.InputObject:
		for _, child := range value.Children {
			if f := fieldOf(t.out, child.Name); f != nil {
				m.gone(f.Type, child.Value, tell)
			} else {
				tell(t.out.Name + "." + child.Name)
			}
		}
	}
}

package compose

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

// checkOneOf makes an input type that is @oneOf in one subgraph @oneOf in all, and checks the
// others' definitions.
func (m *merge) checkOneOf() {
	found := false
	for _, t := range m.types {
		if t.out.Directives.ForName("oneOf") == nil {
			continue
		}
		found = true
		for _, f := range t.out.Fields {
			report := m.failAt(m.fieldLater(t.out.Name, f.Name, ""))
			subgraph.CheckOneOf(t.out.Name+"."+f.Name, f.Type, f.Default, nil, report)
		}
	}
	if !found {
		return
	}
	types := m.inputTypes()
	for _, t := range m.schema.Types {
		for _, f := range t.Fields {
			coordinate := t.Name + "." + f.Name
			subgraph.CheckValue(types, "the default of "+coordinate, f.Type, f.Default,
				m.failAt(m.fieldLater(t.Name, f.Name, "")))
			for _, a := range f.Arguments {
				argument := coordinate + "(" + a.Name + ":)"
				subgraph.CheckValue(types, "the default of "+argument, a.Type, a.DefaultValue,
					m.failAt(m.fieldLater(t.Name, f.Name, a.Name)))
			}
		}
	}
}

// failAt returns a function that reports at all locations of an element.
func (m *merge) failAt(at later) subgraph.Report {
	return func(_ *ast.Position, format string, args ...any) {
		m.fail(federation.InvalidGraphQL, at(), format, args...)
	}
}

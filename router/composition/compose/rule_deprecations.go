package compose

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkDeprecations reports elements that one subgraph deprecates and another requires: clients
// could neither stop nor keep using them.
func (m *merge) checkDeprecations() {
	for _, t := range m.schema.Types {
		for _, f := range t.Fields {
			coordinate := t.Name + "." + f.Name
			required := t.Kind == ast.InputObject && f.Type.NonNull && f.Default == nil
			if required && f.Directives.ForName("deprecated") != nil {
				m.failDeprecated(m.fieldAt(t.Name, f.Name, ""), "input field "+coordinate)
			}
			for _, a := range f.Arguments {
				if isRequired(a) && a.Directives.ForName("deprecated") != nil {
					m.failDeprecated(m.fieldAt(t.Name, f.Name, a.Name), "argument "+coordinate+"("+a.Name+":)")
				}
			}
		}
	}
}

func (m *merge) failDeprecated(at []federation.Location, what string) {
	m.fail(federation.InvalidGraphQL, at,
		"%s is @deprecated in one subgraph and required in another; "+
			"remove @deprecated, or make it optional everywhere", what)
}

package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkExternals checks that each @external field is read, and does not belong to an interface.
func (l *loader) checkExternals() {
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			switch {
			case f.external == nil:
			case t.Kind == ast.Interface && f.External:
				l.fail(federation.ExternalOnInterface, f.external.Position,
					"%s.%s is a field of an interface and cannot be @external; "+
						"mark the fields of the implementations", t.Name, f.Name)
			case f.Provides != nil:
				// Another rule reports this, and without @external the field is useful.
			case f.External && !f.Used:
				l.fail(federation.ExternalUnused, f.Position,
					"%s.%s is @external, but no @key, @requires, @provides or @fromContext reads it "+
						"and no interface needs it; remove the field", t.Name, f.Name)
			}
		}
	}
}

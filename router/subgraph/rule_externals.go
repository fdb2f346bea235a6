package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// checkExternals: an @external field is read by something, is not of an interface, and has no directive that goes into the
// supergraph, since it is not this subgraph's to describe.
func (l *loader) checkExternals() {
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			switch {
			case f.external == nil:
			case t.Kind == ast.Interface:
				l.fail(federation.ExternalOnInterface, f.external.Position,
					"%s.%s is a field of an interface and cannot be @external; mark the fields of the implementations", t.Name, f.Name)
			case f.External && !f.Used:
				l.fail(federation.ExternalUnused, f.Position,
					"%s.%s is @external, but no @key, @requires or @provides reads it and no interface needs it; remove the field", t.Name, f.Name)
			case f.External:
				l.checkExternalField(t, f)
			}
		}
	}
}

func (l *loader) checkExternalField(t *Type, f *Field) {
	if f.Requires != nil {
		l.fail(federation.ExternalCollisionWithAnotherDirective, f.Position,
			"%s.%s is both @external and @requires; a field that is resolved elsewhere requires nothing here: remove one of the two", t.Name, f.Name)
	}
	for _, d := range f.Directives {
		if d.Name == federation.Tag || d.Name == federation.Inaccessible {
			l.fail(federation.MergedDirectiveApplicationOnExternal, d.Position,
				"%s.%s is @external and cannot have @%s; put it on the field where it is resolved", t.Name, f.Name, d.Name)
		}
	}
}

package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkAccess reports access directives on interfaces: the objects determine who may see an
// interface. Only fields that an @interfaceObject adds may have them, because no object has these
// fields.
func (l *loader) checkAccess() {
	for _, t := range l.schema.Types {
		switch {
		case t.InterfaceObject:
			l.checkUnrestricted("@interfaceObject "+t.Name, t.Directives,
				"the types of its objects, or on fields of it")
		case t.Kind == ast.Interface:
			l.checkUnrestricted("interface "+t.Name, t.Directives, "the types that implement it")
			for _, f := range t.Fields {
				l.checkUnrestricted(t.Name+"."+f.Name+", a field of an interface,",
					f.Directives, "the fields that implement it")
			}
		}
	}
}

func (l *loader) checkUnrestricted(where string, directives ast.DirectiveList, instead string) {
	for _, d := range directives {
		if federation.IsAccess(d.Name) {
			l.fail(federation.AuthRequirementsAppliedOnInterface, d.Position,
				"%s has @%s; put that on %s", where, d.Name, instead)
		}
	}
}

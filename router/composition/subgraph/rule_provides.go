package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkProvides checks that the fields of a @provides exist in the field's type, take no
// arguments, and are external.
func (l *loader) checkProvides() {
	rule := fieldSetRule{
		directive:    federation.Provides,
		invalidType:  federation.ProvidesInvalidFieldsType,
		hasDirective: federation.ProvidesDirectiveInFieldsArg,
		invalid:      federation.ProvidesInvalidFields,
		hasArguments: federation.ProvidesFieldsHasArgs,
	}
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			if f.Provides == nil {
				continue
			}
			of := l.schema.Type(f.Type.Name())
			switch {
			case f.External:
				l.fail(federation.ExternalCollisionWithAnotherDirective, f.Position,
					"%s.%s is both @external and @provides, "+
						"which is for fields that are resolved here; remove one of the two",
					t.Name, f.Name)
			case t.Kind == ast.Interface:
				l.fail(federation.ProvidesUnsupportedOnInterface, f.Provides.Position,
					"%s.%s is a field of an interface and cannot have @provides; "+
						"put it on the fields of the implementations", t.Name, f.Name)
			case of == nil || !of.IsCompositeType():
				l.fail(federation.ProvidesOnNonObjectField, f.Provides.Position,
					"%s.%s is of type %q, which has no fields to provide; remove @provides",
					t.Name, f.Name, f.Type)
			default:
				where := "field \"" + t.Name + "." + f.Name + "\""
				before := len(l.errs)
				if l.checkFieldSet(rule, where, of, f.Provides); len(l.errs) == before {
					l.checkAllExternal(federation.ProvidesFieldsMissingExternal,
						rule.directive, where, of, f.Provides)
				}
			}
		}
	}
}

package subgraph

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkRequires checks that the fields of a @requires exist and are external: the subgraph reads
// its own fields without the directive.
func (l *loader) checkRequires() {
	rule := fieldSetRule{
		directive:    federation.Requires,
		invalidType:  federation.RequiresInvalidFieldsType,
		hasDirective: federation.RequiresDirectiveInFieldsArg,
		invalid:      federation.RequiresInvalidFields,
	}
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			if f.Requires == nil {
				continue
			}
			if t.Kind == ast.Interface {
				l.fail(federation.RequiresUnsupportedOnInterface, f.Requires.Position,
					"%s.%s is a field of an interface and cannot have @requires; "+
						"put it on the fields of the implementations", t.Name, f.Name)
				continue
			}
			where := "field \"" + t.Name + "." + f.Name + "\""
			before := len(l.errs)
			if l.checkFieldSet(rule, where, t, f.Requires); len(l.errs) == before {
				l.checkAllExternal(federation.RequiresFieldsMissingExternal,
					rule.directive, where, t, f.Requires)
			}
		}
	}
}

// checkAllExternal reports the leaves of a field set that are neither external nor below an
// external field.
func (l *loader) checkAllExternal(
	code federation.Code, directive, where string, parent *Type, set *FieldSet,
) {
	external := map[*ast.Field]bool{}
	var leaves []read
	l.schema.reads(parent, set.Selections, false, func(r read) {
		if len(r.selection.SelectionSet) > 0 {
			return
		}
		if _, seen := external[r.selection]; !seen {
			leaves = append(leaves, r)
		}
		external[r.selection] = external[r.selection] || r.external
	})
	for _, leaf := range leaves {
		if !external[leaf.selection] {
			l.fail(code, set.Position, "on %s, @%s(fields: %q): %s.%s is not @external; "+
				"mark it, or leave it out, as this subgraph resolves it itself",
				where, directive, set.brief(), leaf.parent.Name, leaf.field.Name)
		}
	}
}

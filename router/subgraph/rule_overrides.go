package subgraph

import (
	"regexp"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

var (
	customLabel  = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_\-:./]*$`)
	percentLabel = regexp.MustCompile(`^percent\((100(\.0{1,8})?|\d{1,2}(\.\d{1,8})?)\)$`)
)

// checkOverrides: @override stands on a field that this subgraph resolves.
func (l *loader) checkOverrides() {
	for _, t := range l.schema.Types {
		for _, f := range t.Fields {
			if f.Override != nil {
				l.checkOverride(t, f)
			}
		}
	}
}

func (l *loader) checkOverride(t *Type, f *Field) {
	o := f.Override
	if t.Kind == ast.Interface {
		l.fail(federation.OverrideOnInterface, o.Position,
			"%s.%s is a field of an interface and cannot have @override; put it on the fields of the implementations", t.Name, f.Name)
	}
	if f.External {
		l.fail(federation.OverrideCollisionWithAnotherDirective, o.Position,
			"%s.%s is both @external and @override; a field that is taken over is resolved here: remove @external", t.Name, f.Name)
	}
	if o.Label != "" && !customLabel.MatchString(o.Label) && !percentLabel.MatchString(o.Label) {
		l.fail(federation.OverrideLabelInvalid, o.Position,
			"%s.%s has @override(label: %q); a label is percent(0) to percent(100), or begins with a letter and goes on with letters, digits and _-:./",
			t.Name, f.Name, o.Label)
	}
}

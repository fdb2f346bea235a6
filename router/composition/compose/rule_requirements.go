package compose

import (
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkRequirements checks that a @requires selection, with its arguments and their values, is
// valid wherever the fields are resolved.
func (m *merge) checkRequirements() {
	for _, t := range m.types {
		for _, f := range t.fields {
			for _, s := range f.sources {
				if s.Requires != nil {
					c := requirement{m, f, s}
					c.selections(t, s.Requires.Selections)
				}
			}
		}
	}
}

// requirement is one @requires.
type requirement struct {
	*merge
	field  *mergedField
	source fieldSource
}

func (r requirement) selections(parent *mergedType, set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			on := parent
			if s.TypeCondition != "" {
				on = r.byName[s.TypeCondition]
			}
			if on != nil {
				r.selections(on, s.SelectionSet)
			}
		case *ast.Field:
			r.selection(parent, s)
		}
	}
}

func (r requirement) selection(parent *mergedType, s *ast.Field) {
	f := parent.field[s.Name]
	if f == nil {
		return
	}
	for _, a := range s.Arguments {
		of := f.out.Arguments.ForName(a.Name)
		if of == nil {
			r.report("%s has the argument %q not everywhere where it is resolved; "+
				"add it there, or leave it out", f.coordinate(), a.Name)
			continue
		}
		r.gone(of.Type, a.Value, func(name string) {
			r.report("%s(%s:) is given %s, "+
				"which is not in every subgraph and therefore not in the supergraph; "+
				"give another value, or add it",
				f.coordinate(), a.Name, name)
		})
	}
	for _, a := range f.out.Arguments {
		if isRequired(a) && s.Arguments.ForName(a.Name) == nil {
			r.report("%s needs the argument %q where it is resolved; give it a value",
				f.coordinate(), a.Name)
		}
	}
	if of := r.byName[f.out.Type.Name()]; of != nil {
		r.selections(of, s.SelectionSet)
	}
}

func (r requirement) report(format string, args ...any) {
	args = append([]any{r.field.coordinate(), r.source.Requires.Text}, args...)
	r.fail(federation.RequiresInvalidFields, r.at(r.source.id, r.source.Requires.Position),
		"on field %q, @requires(fields: %q): "+format, args...)
}

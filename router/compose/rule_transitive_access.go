package compose

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/subgraph"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// checkTransitiveAccess: a field that is made of others does not tell them to who may not see them.
func (m *merge) checkTransitiveAccess() {
	for _, t := range m.types {
		for _, f := range t.fields {
			for _, s := range f.sources {
				if s.Requires != nil {
					r := m.newReading(f)
					r.selections(t, s.Requires.Selections)
					r.tell(s, s.Requires.Position, "@requires")
				}
				for _, a := range s.Contextual {
					r := m.newReading(f)
					r.context(m.subgraphs[s.id], a)
					r.tell(s, a.Position, "@fromContext")
				}
			}
		}
	}
}

// reading is what a field reads of others, and what they take that the field itself does not.
type reading struct {
	*merge
	field   *mergedField
	has     access
	lacking access
	// of are the fields and types with what is lacking.
	of []string
}

func (m *merge) newReading(f *mergedField) *reading {
	return &reading{merge: m, field: f, has: accessOf(f.parent.out.Directives).and(accessOf(f.out.Directives))}
}

// need adds what it takes to see a field or type.
func (r *reading) need(coordinate string, directives ast.DirectiveList) {
	lacking := accessOf(directives).beyond(r.has)
	if lacking.String() == "" {
		return
	}
	r.lacking = r.lacking.and(lacking)
	if !slices.Contains(r.of, coordinate) {
		r.of = append(r.of, coordinate)
	}
}

func (r *reading) needType(t *mergedType) { r.need("type "+t.out.Name, t.out.Directives) }

// context reads of all types that set the context.
func (r *reading) context(s *subgraph.Schema, a subgraph.ContextArgument) {
	for _, setter := range s.Types {
		if slices.ContainsFunc(setter.Contexts, func(c subgraph.Context) bool { return c.Name == a.Context }) {
			t := r.byName[setter.Name]
			r.needType(t)
			r.selections(t, a.Selections)
		}
	}
}

func (r *reading) selections(parent *mergedType, set ast.SelectionSet) {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.InlineFragment:
			on := parent
			if s.TypeCondition != "" {
				on = r.byName[s.TypeCondition]
			}
			if on != nil {
				r.needType(on)
				r.selections(on, s.SelectionSet)
			}
		case *ast.Field:
			if f := fieldOf(parent.out, s.Name); f != nil {
				r.selection(parent, f, s.SelectionSet)
			}
		}
	}
}

func (r *reading) selection(parent *mergedType, f *supergraph.Field, below ast.SelectionSet) {
	r.need(parent.out.Name+"."+f.Name, f.Directives)
	if of := r.byName[f.Type.Name()]; of != nil {
		r.needType(of)
		r.selections(of, below)
	}
}

func (r *reading) tell(s fieldSource, position *ast.Position, by string) {
	if len(r.of) > 0 {
		r.fail(federation.MissingTransitiveAuthRequirements, r.at(s.id, position),
			"%s reads %s by %s, which not all may see who see the field; ask for %s on the field, too",
			r.field.coordinate(), strings.Join(r.of, " and "), by, r.lacking)
	}
}

package compose

import (
	"fmt"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// checkTransitiveAccess checks that a field that is computed from others requires the access of
// those.
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

// reading collects what a field reads, and the access that this requires beyond the field's own.
type reading struct {
	*merge
	field   *mergedField
	has     access
	lacking []access
	// of are the fields and types whose access is missing.
	of []string
	// tooComplex is true if the field, or a field that it reads, requires too many alternatives to
	// compare them.
	tooComplex bool
}

func (m *merge) newReading(f *mergedField) *reading {
	ofType, few := accessOf(f.parent.out.Directives)
	own, too := accessOf(f.out.Directives)
	has, ok := ofType.and(own)
	return &reading{merge: m, field: f, has: has, tooComplex: !few || !too || !ok}
}

// need adds the access of a field or type.
func (r *reading) need(coordinate string, directives ast.DirectiveList) {
	asked, ok := accessOf(directives)
	r.tooComplex = r.tooComplex || !ok
	lacking := asked.beyond(r.has)
	if !lacking.restricts() || slices.Contains(r.of, coordinate) {
		return
	}
	r.lacking = append(r.lacking, lacking)
	r.of = append(r.of, coordinate)
}

func (r *reading) needType(t *mergedType) { r.need("type "+t.out.Name, t.out.Directives) }

// context adds the fields that a contextual argument reads from all types that set the context.
func (r *reading) context(s *subgraph.Schema, a subgraph.ContextArgument) {
	for _, setter := range s.Types {
		sets := func(c subgraph.Context) bool { return c.Name == a.Context }
		if slices.ContainsFunc(setter.Contexts, sets) {
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
	switch {
	case r.tooComplex:
		r.fail(federation.AuthRequirementsTooComplex, r.at(s.id, position),
			"%s reads fields by %s, and they or the field itself have more than %d "+
				"alternative sets of scopes or policies; ask for fewer",
			r.field.coordinate(), by, maxAlternatives)
	case len(r.of) > 0:
		r.fail(federation.MissingTransitiveAuthRequirements, r.at(s.id, position),
			"%s reads %s by %s, which not all may see who see the field; ask for %s on the field, too",
			r.field.coordinate(), firstOf(r.of, " and "), by, r.remedy())
	}
}

// remedy returns the directives that the field should have in addition, or a description if they
// have too many alternatives.
func (r *reading) remedy() string {
	all := access{}
	for _, lacking := range r.lacking {
		var ok bool
		if all, ok = all.and(lacking); !ok {
			return fmt.Sprintf("what each of them asks for "+
				"(that is more than %d alternatives, so give them fewer first)", maxAlternatives)
		}
	}
	return all.String()
}

package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// collectFields collects the fields of objects and interfaces, with all subgraphs that define
// them.
func (m *merge) collectFields() {
	for _, t := range m.types {
		if t.out.Kind != ast.Object && t.out.Kind != ast.Interface {
			continue
		}
		t.field = map[string]*mergedField{}
		for _, s := range t.sources {
			for _, f := range s.Fields {
				merged := t.field[f.Name]
				if merged == nil {
					merged = &mergedField{parent: t, out: &supergraph.Field{Name: f.Name}}
					t.field[f.Name] = merged
					t.fields = append(t.fields, merged)
				}
				merged.sources = append(merged.sources, fieldSource{id: s.id, parent: s.Type, Field: f})
			}
		}
	}
}

// mergeFields gives objects and interfaces the fields of all subgraphs, with a type that includes
// all others and the arguments that all subgraphs have.
func (m *merge) mergeFields() {
	for _, t := range m.types {
		for _, f := range t.fields {
			t.out.Fields = append(t.out.Fields, f.out)
			m.mergeField(f)
		}
	}
}

func (m *merge) mergeField(f *mergedField) {
	describing := f.describing()
	if len(describing) == 0 {
		if !m.byInterfaceObject(f) {
			m.fail(federation.ExternalMissingOnBase, m.fieldPlaces(f.sources),
				"%s is @external in %s, but no subgraph resolves it; "+
					"remove @external where it is resolved",
				f.coordinate(), in(m.sourceNames(f.sources)))
		}
		describing = f.sources
	}
	f.out.Type = m.mergeOutputType(f, describing)
	m.mergeArguments(f, describing)
	for _, s := range f.sources {
		join := fieldJoin(s)
		join.ContextArguments = contextArguments(m.name(s.id), s.Field)
		f.out.Joins = append(f.out.Joins, join)
	}
}

func fieldJoin(s fieldSource) supergraph.FieldJoin {
	join := supergraph.FieldJoin{
		Subgraph: s.id, Type: s.Type,
		External: s.External, UsedOverridden: s.usedOverridden, OverrideLabel: s.label,
	}
	if s.Requires != nil {
		join.Requires = s.Requires.Selections
	}
	if s.Provides != nil {
		join.Provides = s.Provides.Selections
	}
	if s.override != nil {
		join.Override = s.override.From
	}
	return join
}

func (m *merge) sourceNames(sources []fieldSource) []string {
	var names []string
	for _, s := range sources {
		names = append(names, m.name(s.id))
	}
	return names
}

// mergeOutputType returns the type of which all others are subtypes.
func (m *merge) mergeOutputType(f *mergedField, sources []fieldSource) *ast.Type {
	types := make([]*ast.Type, len(sources))
	forms := make([]string, len(sources))
	for i, s := range sources {
		types[i], forms[i] = s.Type, s.Type.String()
	}
	widest := slices.IndexFunc(types, func(t *ast.Type) bool {
		return !slices.ContainsFunc(types, func(o *ast.Type) bool { return !m.isSubtype(o, t) })
	})
	if widest < 0 {
		m.fail(federation.FieldTypeMismatch, m.fieldPlaces(sources),
			"%s is of type %s; give it types of which one includes the others",
			f.coordinate(), variants(m.sourceNames(sources), forms))
		return types[0]
	}
	if slices.ContainsFunc(forms, func(form string) bool { return form != forms[0] }) {
		m.note(federation.HintInconsistentButCompatibleFieldType,
			f.coordinate(), m.fieldPlaces(sources), "%s is of type %s; the supergraph takes %s",
			f.coordinate(), variants(m.sourceNames(sources), forms), forms[widest])
	}
	return types[widest]
}

// isSubtype reports whether every value of type sub is also of type super.
func (m *merge) isSubtype(sub, super *ast.Type) bool {
	if super.NonNull && !sub.NonNull {
		return false
	}
	if (sub.Elem == nil) != (super.Elem == nil) {
		return false
	}
	if sub.Elem != nil {
		return m.isSubtype(sub.Elem, super.Elem)
	}
	return sub.NamedType == super.NamedType || m.isMember(sub.NamedType, super.NamedType)
}

func (m *merge) isMember(sub, super string) bool {
	a, b := m.byName[sub], m.byName[super]
	if a == nil || b == nil {
		return false
	}
	named := func(name string) func(supergraph.Membership) bool {
		return func(s supergraph.Membership) bool { return s.Name == name }
	}
	return slices.ContainsFunc(a.out.Interfaces, named(super)) ||
		slices.ContainsFunc(b.out.Members, named(sub))
}

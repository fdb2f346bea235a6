package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkExternals checks that an @external field has the form of the field to which it refers, and
// no directive that goes into the supergraph, because another subgraph describes the field.
func (m *merge) checkExternals() {
	for _, t := range m.types {
		for _, f := range t.fields {
			for _, s := range f.sources {
				resolved := len(f.describing()) > 0
				if s.External && (resolved || m.byInterfaceObject(f)) {
					m.checkExternalDirectives(f, s)
				}
				if s.External && resolved {
					m.checkExternal(f, s)
				}
			}
		}
	}
}

func (m *merge) checkExternalDirectives(f *mergedField, s fieldSource) {
	for _, d := range s.Directives {
		if m.composes(s.id, d.Name) && !m.repeatsTag(f, s, d) {
			m.fail(federation.MergedDirectiveApplicationOnExternal, m.at(s.id, d.Position),
				"%s is @external and cannot have @%s; put it on the field where it is resolved",
				f.coordinate(), d.Name)
		}
	}
}

// repeatsTag reports whether a directive is a @tag that the field also has where it is resolved.
// Federation 1 required both.
func (m *merge) repeatsTag(f *mergedField, s fieldSource, d *ast.Directive) bool {
	if d.Name != federation.Tag || m.subgraphs[s.id].Version.AtLeast(2, 0) {
		return false
	}
	same := func(other *ast.Directive) bool { return directiveText(other) == directiveText(d) }
	return slices.ContainsFunc(f.describing(), func(o fieldSource) bool {
		return slices.ContainsFunc(o.Directives, same)
	})
}

// looksLike reports whether an @external field has the field's type, or a type that it includes if
// that is the common type of several resolvers.
func (m *merge) looksLike(f *mergedField, external *ast.Type) bool {
	text := f.out.Type.String()
	varies := func(o fieldSource) bool { return o.Type.String() != text }
	return external.String() == text ||
		slices.ContainsFunc(f.describing(), varies) && m.isSubtype(external, f.out.Type)
}

func (m *merge) checkExternal(f *mergedField, s fieldSource) {
	at := m.at(s.id, s.Position)
	if !m.looksLike(f, s.Type) {
		m.fail(federation.ExternalTypeMismatch, at, "%s is @external and of type %s "+
			"in subgraph %q, but of type %s where it is resolved; write the same",
			f.coordinate(), s.Type, m.name(s.id), f.out.Type)
	}
	for _, a := range f.out.Arguments {
		own := s.Arguments.ForName(a.Name)
		switch {
		case own == nil:
			m.fail(federation.ExternalArgumentMissing, at, "%s is @external in subgraph %q "+
				"and lacks the argument %q, which it has where it is resolved; add it",
				f.coordinate(), m.name(s.id), a.Name)
		case own.Type.String() != a.Type.String() && !m.isSubtype(a.Type, own.Type):
			m.fail(federation.ExternalArgumentTypeMismatch, m.at(s.id, own.Position),
				"argument %s(%s:) is of type %s in subgraph %q, "+
					"but of type %s where the field is resolved; write the same",
				f.coordinate(), a.Name, own.Type, m.name(s.id), a.Type)
		case defaultText(own.DefaultValue) != defaultText(a.DefaultValue):
			m.fail(federation.ExternalArgumentDefaultMismatch, m.at(s.id, own.Position),
				"argument %s(%s:) has %s in subgraph %q, but %s where the field is resolved; write the same",
				f.coordinate(), a.Name, defaultText(own.DefaultValue), m.name(s.id),
				defaultText(a.DefaultValue))
		}
	}
}

func defaultText(value *ast.Value) string {
	if value == nil {
		return "no default"
	}
	return "the default " + value.String()
}

package compose

import (
	"github.com/trefoil-graph/trefoil/router/federation"
)

// checkExternals: an @external field looks like the field that it refers to.
func (m *merge) checkExternals() {
	for _, t := range m.types {
		for _, f := range t.fields {
			if len(f.describing()) == 0 {
				continue
			}
			for _, s := range f.sources {
				if s.External {
					m.checkExternal(f, s)
				}
			}
		}
	}
}

func (m *merge) checkExternal(f *mergedField, s fieldSource) {
	at := m.at(s.id, s.Position)
	if f.out.Type.String() != s.Type.String() && !m.isSubtype(f.out.Type, s.Type) {
		m.fail(federation.ExternalTypeMismatch, at, "%s is @external and of type %s in subgraph %q, but of type %s where it is resolved; write the same",
			f.coordinate(), s.Type, m.name(s.id), f.out.Type)
	}
	for _, a := range f.out.Arguments {
		own := s.Arguments.ForName(a.Name)
		switch {
		case own == nil:
			m.fail(federation.ExternalArgumentMissing, at, "%s is @external in subgraph %q and lacks the argument %q, which it has where it is resolved; add it",
				f.coordinate(), m.name(s.id), a.Name)
		case own.Type.String() != a.Type.String() && !m.isSubtype(a.Type, own.Type):
			m.fail(federation.ExternalArgumentTypeMismatch, m.at(s.id, own.Position),
				"argument %s(%s:) is of type %s in subgraph %q, but of type %s where the field is resolved; write the same",
				f.coordinate(), a.Name, own.Type, m.name(s.id), a.Type)
		case own.DefaultValue != nil && (a.DefaultValue == nil || a.DefaultValue.String() != own.DefaultValue.String()):
			m.fail(federation.ExternalArgumentDefaultMismatch, m.at(s.id, own.Position),
				"argument %s(%s:) has the default %s in subgraph %q, but another where the field is resolved; write the same",
				f.coordinate(), a.Name, own.DefaultValue, m.name(s.id))
		}
	}
}

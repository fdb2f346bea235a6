package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// applyOverrides removes a field from a subgraph if another one takes it over. It stays known
// there if the subgraph itself still reads it, or if a label moves it only for a part of the
// requests.
func (m *merge) applyOverrides() {
	for _, t := range m.types {
		for _, f := range t.fields {
			m.applyOverride(f)
		}
	}
}

func (m *merge) applyOverride(f *mergedField) {
	dropped := map[int]bool{}
	for i := range f.sources {
		s := &f.sources[i]
		if s.Override == nil {
			continue
		}
		if m.failsOnAbstract(f, s) {
			continue
		}
		if s.Override.From == m.name(s.id) {
			m.fail(federation.OverrideFromSelfError, m.at(s.id, s.Override.Position),
				"%s has @override(from: %q), which is its own subgraph; "+
					"name the subgraph from which to take the field",
				f.coordinate(), s.Override.From)
			continue
		}
		named := func(g supergraph.Subgraph) bool { return g.Name == s.Override.From }
		if !slices.ContainsFunc(m.schema.Subgraphs, named) {
			m.note(federation.HintFromSubgraphDoesNotExist, f.coordinate(), m.at(s.id, s.Override.Position),
				"%s in subgraph %q overrides subgraph %q, which does not exist, so it has no effect",
				f.coordinate(), m.name(s.id), s.Override.From)
			continue
		}
		from := slices.IndexFunc(f.sources, func(o fieldSource) bool {
			return m.name(o.id) == s.Override.From
		})
		if from < 0 && m.failsOnAbstracted(f, s) {
			continue
		}
		if from < 0 {
			m.note(federation.HintOverrideDirectiveCanBeRemoved,
				f.coordinate(), m.at(s.id, s.Override.Position),
				"%s is no longer in subgraph %q; @override can be removed from subgraph %q",
				f.coordinate(), s.Override.From, m.name(s.id))
			continue
		}
		if m.overrides(f, s, &f.sources[from]) {
			dropped[from] = true
		}
	}
	kept := f.sources[:0:0]
	for i, s := range f.sources {
		if dropped[i] {
			f.dropped = append(f.dropped, s)
		} else {
			kept = append(kept, s)
		}
	}
	f.sources = kept
}

// failsOnAbstract reports an override of an interface's field, which has no resolver, not even in
// an @interfaceObject.
func (m *merge) failsOnAbstract(f *mergedField, s *fieldSource) bool {
	switch {
	case s.parent.Kind == ast.Interface:
		m.fail(federation.OverrideOnInterface, m.at(s.id, s.Override.Position),
			"%s is a field of an interface and cannot have @override; "+
				"put it on the fields of the implementations", f.coordinate())
	case s.parent.InterfaceObject:
		m.fail(federation.OverrideCollisionWithAnotherDirective, m.at(s.id, s.Override.Position),
			"%s is a field of an @interfaceObject and cannot have @override; "+
				"move the field in one step", f.coordinate())
	default:
		return false
	}
	return true
}

// failsOnAbstracted reports an override of a field that a subgraph has for all types of an
// interface, because it would keep the field.
func (m *merge) failsOnAbstracted(f *mergedField, s *fieldSource) bool {
	sources := func(f *mergedField) []fieldSource { return f.sources }
	for _, o := range m.interfaceObjectSources(f.parent, f.out.Name, sources) {
		if m.name(o.id) == s.Override.From {
			m.fail(federation.OverrideCollisionWithAnotherDirective,
				append(m.at(s.id, s.Override.Position), m.at(o.id, o.Position)...),
				"%s in subgraph %q overrides subgraph %q, "+
					"which has the field for all of the @interfaceObject %q; "+
					"remove @override, and move the field in one step",
				f.coordinate(), m.name(s.id), s.Override.From, o.parent.Name)
			return true
		}
	}
	return false
}

// overrides records that s takes the field over from another source, and reports whether that one
// is then useless.
func (m *merge) overrides(f *mergedField, s, from *fieldSource) (dropped bool) {
	s.override = s.Override
	switch {
	case from.Override != nil:
		m.fail(federation.OverrideSourceHasOverride,
			append(m.at(s.id, s.Override.Position), m.at(from.id, from.Override.Position)...),
			"%s in subgraph %q overrides subgraph %q, "+
				"where the field has an @override of its own; remove one of the two",
			f.coordinate(), m.name(s.id), m.name(from.id))
	case s.External:
		m.fail(federation.OverrideCollisionWithAnotherDirective, m.at(s.id, s.Override.Position),
			"%s is both @external and @override; "+
				"a field that is taken over is resolved here: remove @external", f.coordinate())
	case s.Override.Label != "" && !federation.ValidLabel(s.Override.Label):
		m.fail(federation.OverrideLabelInvalid, m.at(s.id, s.Override.Position),
			"%s has @override(label: %q); a label is percent(0) to percent(100), "+
				"or begins with a letter and goes on with letters, digits and _-:./",
			f.coordinate(), s.Override.Label)
		return true
	case from.Requires != nil || from.Provides != nil:
		directive := federation.Requires
		if from.Requires == nil {
			directive = federation.Provides
		}
		m.fail(federation.OverrideCollisionWithAnotherDirective,
			append(m.at(s.id, s.Override.Position), m.at(from.id, from.Position)...),
			"%s in subgraph %q overrides subgraph %q, where the field has @%s; remove that first",
			f.coordinate(), m.name(s.id), m.name(from.id), directive)
	case from.External:
		m.note(federation.HintOverrideDirectiveCanBeRemoved,
			f.coordinate(), m.at(s.id, s.Override.Position),
			"%s is only @external in subgraph %q; @override can be removed from subgraph %q",
			f.coordinate(), m.name(from.id), m.name(s.id))
	case s.Override.Label != "":
		s.label, from.label = s.Override.Label, s.Override.Label
		from.usedOverridden = from.Used
		m.note(federation.HintOverrideMigrationInProgress,
			f.coordinate(), m.at(s.id, s.Override.Position),
			"%s moves from subgraph %q to %q by label %q",
			f.coordinate(), m.name(from.id), m.name(s.id), s.Override.Label)
	case from.Used:
		from.usedOverridden = true
		m.note(federation.HintOverriddenFieldCanBeRemoved, f.coordinate(), m.at(from.id, from.Position),
			"%s is overridden in subgraph %q; "+
				"it is still read there by a directive, or needed by an interface",
			f.coordinate(), m.name(from.id))
	default:
		m.note(federation.HintOverriddenFieldCanBeRemoved, f.coordinate(), m.at(from.id, from.Position),
			"%s is overridden; it can be removed from subgraph %q", f.coordinate(), m.name(from.id))
		return true
	}
	return false
}

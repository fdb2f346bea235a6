package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// interfaceObjectFields returns the fields with that name that @interfaceObject types resolve for
// a type's interfaces.
func (m *merge) interfaceObjectFields(t *mergedType, name string) []fieldSource {
	return m.interfaceObjectSources(t, name, (*mergedField).resolvers)
}

// interfaceObjectSources returns those of the sources that belong to @interfaceObject types in
// subgraphs that do not know the type.
func (m *merge) interfaceObjectSources(
	t *mergedType, name string, of func(*mergedField) []fieldSource,
) []fieldSource {
	var list []fieldSource
	for _, f := range m.interfaceFields(t, name) {
		list = append(list, without(of(f), func(s fieldSource) bool {
			return !s.parent.InterfaceObject || m.subgraphs[s.id].Type(t.out.Name) != nil
		})...)
	}
	return list
}

// interfaceFields returns the fields with that name of a type's interfaces.
func (m *merge) interfaceFields(t *mergedType, name string) []*mergedField {
	var list []*mergedField
	for _, i := range t.out.Interfaces {
		if merged := m.byName[i.Name]; merged != nil && merged.field[name] != nil {
			list = append(list, merged.field[name])
		}
	}
	return list
}

func (m *merge) interfaceObjectResolvers(f *mergedField) []fieldSource {
	return m.interfaceObjectFields(f.parent, f.out.Name)
}

func (m *merge) byInterfaceObject(f *mergedField) bool {
	return len(m.interfaceObjectResolvers(f)) > 0
}

// maxAddedFields limits the fields that @interfaceObject types add to implementations: 1,000
// fields for each of 1,000 types make a million fields in the supergraph from 60 KB of SDL.
const maxAddedFields = 50_000

// addInterfaceObjectFields adds the fields of an @interfaceObject to the interface's
// implementations. No subgraph has them under the implementation's name, so they have no joins.
func (m *merge) addInterfaceObjectFields() {
	total := 0
	for _, t := range m.types {
		has := map[string]bool{}
		for _, f := range t.out.Fields {
			has[f.Name] = true
		}
		for _, membership := range t.out.Interfaces {
			i := m.byName[membership.Name]
			if i == nil {
				continue
			}
			added := m.addedFields(t, i, has)
			if total += len(added); total > maxAddedFields {
				m.fail(federation.SupergraphTooLarge, m.places(i),
					"the fields that @interfaceObject types add to implementations "+
						"are more than %d, the last ones being those of interface %q for type %q; "+
						"add fewer fields, or put them into a type of their own",
					maxAddedFields, i.out.Name, t.out.Name)
				return
			}
			t.out.Fields = append(t.out.Fields, added...)
		}
	}
}

// addedFields returns the fields of an interface that an implementation gets from @interfaceObject
// types only.
func (m *merge) addedFields(t, i *mergedType, has map[string]bool) []*supergraph.Field {
	var list []*supergraph.Field
	for _, f := range i.fields {
		if has[f.out.Name] || len(m.interfaceObjectFields(t, f.out.Name)) == 0 {
			continue
		}
		added := *f.out
		added.Joins = nil
		has[added.Name] = true
		list = append(list, &added)
		if t.out.Kind == ast.Object { // as checkSharing does with the implementation's own fields
			m.checkShared(&mergedField{parent: t, out: &added})
		}
	}
	return list
}

// checkInterfaceObjects checks that an @interfaceObject is an interface in another subgraph, and
// that a subgraph that can look up an interface's entities knows all of its implementations.
func (m *merge) checkInterfaceObjects() {
	isResolvable := func(k subgraph.Key) bool { return k.Resolvable }
	for _, t := range m.types {
		if !slices.ContainsFunc(t.sources, func(s typeSource) bool { return !s.InterfaceObject }) {
			m.fail(federation.InterfaceObjectUsageError, m.places(t),
				"type %q is an @interfaceObject in %s, but no subgraph has an interface "+
					"of that name; define it, or remove @interfaceObject",
				t.out.Name, in(t.subgraphs(m)))
			continue
		}
		for _, s := range t.sources {
			switch {
			case s.InterfaceObject:
				m.checkHidesImplementations(t, s)
				m.checkNoOldKeys(t, s)
			case s.Kind == ast.Interface && slices.ContainsFunc(s.Keys, isResolvable):
				m.checkKnowsImplementations(t, s)
			}
		}
	}
}

// checkNoOldKeys refuses Federation 1 keys on interfaces, because there a @key did not mean that
// the subgraph knows the types of the interface's entities.
func (m *merge) checkNoOldKeys(t *mergedType, s typeSource) {
	for _, other := range t.sources {
		if other.HadKeys {
			m.fail(federation.InterfaceObjectUsageError, m.at(s.id, s.Position),
				"subgraph %q has %q as @interfaceObject, but subgraph %q is of Federation 1, "+
					"where the @key of an interface has no effect; "+
					"link federation v2.3 or later in %q",
				m.name(s.id), t.out.Name, other.schema.Name, other.schema.Name)
		}
	}
}

// checkHidesImplementations checks that a subgraph with an @interfaceObject has none of the
// interface's types. Another @interfaceObject, for an interface that implements this one, does not
// count.
func (m *merge) checkHidesImplementations(t *mergedType, s typeSource) {
	for _, other := range m.types {
		implements := slices.ContainsFunc(other.out.Interfaces,
			func(i supergraph.Membership) bool { return i.Name == t.out.Name })
		if own := s.schema.Type(other.out.Name); implements && own != nil && !own.InterfaceObject {
			m.fail(federation.InterfaceObjectUsageError, m.at(s.id, own.Position),
				"subgraph %q has %q as @interfaceObject, and also its implementation %q; "+
					"remove the implementation, and put its fields into another subgraph",
				m.name(s.id), t.out.Name, other.out.Name)
		}
	}
}

func (m *merge) checkKnowsImplementations(t *mergedType, s typeSource) {
	for _, other := range m.types {
		if other.out.Kind != ast.Object {
			continue
		}
		for _, i := range other.out.Interfaces {
			if i.Name == t.out.Name && !i.In(s.id) {
				m.fail(federation.InterfaceKeyMissingImplementationType, m.at(s.id, s.Position),
					"subgraph %q has interface %q with a @key, "+
						"but not its implementation %q of %s; add it there, or remove the @key",
					m.name(s.id), t.out.Name, other.out.Name, in(m.names(i.Subgraphs)))
			}
		}
	}
}

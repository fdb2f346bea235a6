package compose

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// checkSharing: if several subgraphs resolve a field of an object, all of them say that they mean it.
func (m *merge) checkSharing() {
	for _, t := range m.types {
		if t.out.Kind != ast.Object {
			continue
		}
		for _, f := range t.fields {
			m.checkShared(f)
		}
	}
}

func (m *merge) checkShared(f *mergedField) {
	resolvers := append(f.resolvers(), m.interfaceObjectResolvers(f)...)
	for _, s := range f.sources {
		if s.External && s.Provided {
			resolvers = append(resolvers, s)
		}
	}
	slices.SortStableFunc(resolvers, func(a, b fieldSource) int { return cmp.Compare(a.id, b.id) })
	if f.parent.out.Name == "Subscription" {
		m.checkSubscription(f, resolvers)
		return
	}
	unshared := slices.DeleteFunc(slices.Clone(resolvers), func(s fieldSource) bool { return s.Shareable })
	if len(resolvers) < 2 || len(unshared) == 0 || isMigrating(resolvers) {
		return
	}
	m.fail(federation.InvalidFieldSharing, m.fieldPlaces(unshared),
		"%s is resolved in %s, but not marked @shareable in %s; mark it there, or remove it from all but one",
		f.coordinate(), in(m.sourceNames(resolvers)), in(m.sourceNames(unshared)))
}

// checkSubscription: events come from one subgraph.
func (m *merge) checkSubscription(f *mergedField, resolvers []fieldSource) {
	shared := slices.ContainsFunc(resolvers, func(s fieldSource) bool { return s.Shareable })
	if len(resolvers) > 1 || shared {
		m.fail(federation.InvalidFieldSharing, m.fieldPlaces(resolvers),
			"%s is in %s; a subscription field is in one subgraph only, and not @shareable", f.coordinate(), in(m.sourceNames(resolvers)))
	}
}

// isMigrating reports whether one of two subgraphs takes the field over from the other by label: never do both resolve it.
func isMigrating(resolvers []fieldSource) bool {
	return len(resolvers) == 2 && slices.ContainsFunc(resolvers, func(s fieldSource) bool {
		return s.label != ""
	})
}

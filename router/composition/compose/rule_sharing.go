package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// checkSharing checks that all subgraphs that resolve a field of an object mark it @shareable.
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
	resolvers := f.resolvers()
	if more := slices.Concat(m.interfaceObjectResolvers(f), f.provided()); len(more) > 0 {
		resolvers = slices.Concat(resolvers, more)
		slices.SortStableFunc(resolvers, bySubgraph)
	}
	if f.parent.out.Name == "Subscription" {
		m.checkSubscription(f, resolvers)
		return
	}
	unshared := without(resolvers, func(s fieldSource) bool { return s.Shareable })
	if len(resolvers) < 2 || len(unshared) == 0 || isMigrating(resolvers) {
		return
	}
	m.fail(federation.InvalidFieldSharing, m.fieldPlaces(unshared),
		"%s is resolved in %s, but not marked @shareable in %s; "+
			"mark it there, or remove it from all but one",
		f.coordinate(), in(m.sourceNames(resolvers)), in(m.sourceNames(unshared)))
}

// provided returns the sources that resolve the field only where another field's @provides says
// so.
func (f *mergedField) provided() []fieldSource {
	return without(f.sources, func(s fieldSource) bool { return !s.External || !s.Provided })
}

// checkSubscription checks that only one subgraph resolves a subscription's field.
func (m *merge) checkSubscription(f *mergedField, resolvers []fieldSource) {
	shared := slices.ContainsFunc(resolvers, func(s fieldSource) bool { return s.MarkedShareable })
	if len(resolvers) > 1 || shared {
		m.fail(federation.InvalidFieldSharing, m.fieldPlaces(resolvers),
			"%s is in %s; a subscription field is in one subgraph only, and not @shareable",
			f.coordinate(), in(m.sourceNames(resolvers)))
	}
}

// isMigrating reports whether one of two subgraphs takes the field over from the other by label,
// so that never both resolve it. Both have the label then.
func isMigrating(resolvers []fieldSource) bool {
	return len(resolvers) == 2 && resolvers[0].label != "" && resolvers[0].label == resolvers[1].label
}

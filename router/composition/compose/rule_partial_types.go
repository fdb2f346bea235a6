package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

// hintPartialTypes adds hints about value types whose fields are not in all of their subgraphs,
// and about entities that are not entities in some subgraph.
func (m *merge) hintPartialTypes() {
	for _, t := range m.types {
		keyed := slices.DeleteFunc(slices.Clone(t.sources), func(s typeSource) bool {
			return len(s.Keys) == 0
		})
		switch {
		case t.out.Kind == ast.Object && len(keyed) > 0 && len(keyed) < len(t.sources):
			var names []string
			for _, s := range keyed {
				names = append(names, s.schema.Name)
			}
			m.note(federation.HintInconsistentEntity, t.out.Name, m.places(t),
				"type %q has a @key only in %s", t.out.Name, in(names))
		case t.out.Kind == ast.Object && len(keyed) == 0 && !subgraph.IsRoot(t.out.Name):
			m.hintPartialFields(t, federation.HintInconsistentObjectValueTypeField)
		case t.out.Kind == ast.Interface && len(keyed) == 0:
			m.hintPartialFields(t, federation.HintInconsistentInterfaceValueTypeField)
		}
	}
}

// hintPartialFields ignores subgraphs that only refer to the type, with all fields @external.
func (m *merge) hintPartialFields(t *mergedType, code federation.HintCode) {
	for _, f := range t.fields {
		lacks := func(s typeSource) bool {
			resolved := func(f *subgraph.Field) bool { return !f.External }
			return s.Field(f.out.Name) == nil && slices.ContainsFunc(s.Fields, resolved)
		}
		if slices.ContainsFunc(t.sources, lacks) {
			m.note(code, f.coordinate(), m.fieldPlaces(f.sources), "%s is only in %s",
				f.coordinate(), in(m.sourceNames(f.sources)))
		}
	}
}

package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// linkContexts links the specification of contexts, if a subgraph sets one.
func (m *merge) linkContexts() {
	for _, s := range m.subgraphs {
		if slices.ContainsFunc(s.Types, func(t *subgraph.Type) bool { return len(t.Contexts) > 0 }) {
			link := federation.NewLink(federation.ContextSpec + "/v0.1")
			link.Purpose = "SECURITY"
			m.schema.Links = append(m.schema.Links, link)
			return
		}
	}
}

// mergeContexts names a context by its subgraph's name and its own. Contexts of different
// subgraphs are independent.
func (m *merge) mergeContexts() {
	for _, t := range m.types {
		for _, s := range t.sources {
			for _, c := range s.Contexts {
				t.out.AddContext(contextIn(s.schema.Name, c.Name))
			}
		}
	}
}

func contextIn(subgraph, context string) string { return subgraph + "__" + context }

func contextArguments(subgraph string, f *subgraph.Field) []supergraph.ContextArgument {
	var list []supergraph.ContextArgument
	for _, a := range f.Contextual {
		list = append(list, supergraph.ContextArgument{
			Name: a.Name, Type: a.Type, Context: contextIn(subgraph, a.Context), Selection: a.Selections,
		})
	}
	return list
}

// dropContextual drops an argument that is contextual in one subgraph from the others, because
// clients cannot pass it.
func (m *merge) dropContextual() {
	for _, t := range m.types {
		for _, f := range t.fields {
			for _, s := range f.sources {
				for _, a := range s.Contextual {
					m.dropGiven(f, a.Name)
				}
			}
		}
	}
}

func (m *merge) dropGiven(f *mergedField, name string) {
	for i := range f.sources {
		s := &f.sources[i]
		given := s.Arguments.ForName(name)
		if given == nil {
			continue
		}
		if isRequired(given) {
			m.fail(federation.ContextualArgumentNotContextualInAllSubgraphs, m.at(s.id, given.Position),
				"%s(%s:) is contextual in another subgraph, but required in subgraph %q; "+
					"make it contextual there, or optional",
				f.coordinate(), name, m.name(s.id))
		} else {
			m.note(federation.HintContextualArgumentNotContextualInAllSubgraphs,
				f.coordinate(), m.at(s.id, given.Position),
				"%s(%s:) is contextual in another subgraph, so subgraph %q is never given it",
				f.coordinate(), name, m.name(s.id))
		}
		definition, field := *s.FieldDefinition, *s.Field
		definition.Arguments = slices.DeleteFunc(slices.Clone(s.Arguments),
			func(a *ast.ArgumentDefinition) bool { return a.Name == name })
		field.FieldDefinition = &definition
		s.Field = &field
	}
}

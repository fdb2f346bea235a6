package compose

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/subgraph"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// mergeDirectiveDefinitions: clients may use the directives that all subgraphs know, where all allow them.
func (m *merge) mergeDirectiveDefinitions() {
	for _, name := range m.directiveNames() {
		if m.composes(name) {
			continue
		}
		var have []*ast.DirectiveDefinition
		var missing []string
		for _, s := range m.subgraphs {
			if d := s.Directives.ForName(name); d != nil {
				have = append(have, d)
			} else {
				missing = append(missing, s.Name)
			}
		}
		merged := *have[0]
		for _, d := range have {
			merged.Locations = slices.DeleteFunc(slices.Clone(merged.Locations), func(l ast.DirectiveLocation) bool {
				return !slices.Contains(d.Locations, l) || !isExecutable(l)
			})
			merged.IsRepeatable = merged.IsRepeatable && d.IsRepeatable
		}
		switch {
		case !slices.ContainsFunc(have[0].Locations, isExecutable):
		case len(missing) > 0:
			m.hint(inconsistentExecutable, Warn, nil, "directive @%s is not defined in %s and therefore not in the supergraph", name, in(missing))
		case len(merged.Locations) == 0:
			m.hint(noExecutableIntersection, Warn, nil, "directive @%s has no location that all subgraphs allow and is therefore not in the supergraph", name)
		default:
			merged.Arguments = m.directiveArguments(name, have)
			m.schema.Directives = append(m.schema.Directives, &merged)
		}
	}
}

// directiveArguments merges as if the directive were a field.
func (m *merge) directiveArguments(name string, have []*ast.DirectiveDefinition) ast.ArgumentDefinitionList {
	f := &mergedField{parent: &mergedType{out: &supergraph.Type{Name: "@"}}, out: &supergraph.Field{Name: name}}
	for id, d := range have {
		field := &subgraph.Field{FieldDefinition: &ast.FieldDefinition{Name: name, Arguments: d.Arguments, Position: d.Position}}
		f.sources = append(f.sources, fieldSource{id: supergraph.SubgraphID(id), Field: field})
	}
	m.mergeArguments(f, f.sources)
	return f.out.Arguments
}

func (m *merge) directiveNames() []string {
	var names []string
	for _, s := range m.subgraphs {
		for _, d := range s.Directives {
			if !slices.Contains(names, d.Name) {
				names = append(names, d.Name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func isExecutable(l ast.DirectiveLocation) bool {
	switch l {
	case ast.LocationQuery, ast.LocationMutation, ast.LocationSubscription, ast.LocationField, ast.LocationFragmentDefinition,
		ast.LocationFragmentSpread, ast.LocationInlineFragment, ast.LocationVariableDefinition:
		return true
	}
	return false
}

// finish completes the schema: the links that its directives need, and the look-ups.
func (m *merge) finish() {
	m.links()
	if err := m.schema.Finish(); err != nil {
		m.fail(federation.InvalidGraphQL, nil, "the merged schema is not valid GraphQL: %s", strings.TrimPrefix(err.Error(), "input: "))
	}
}

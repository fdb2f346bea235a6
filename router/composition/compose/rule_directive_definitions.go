package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// directiveSource is a subgraph's definition of a directive.
type directiveSource struct {
	id supergraph.SubgraphID
	*ast.DirectiveDefinition
	// executable are the directive's locations in operations.
	executable []ast.DirectiveLocation
}

// mergeDirectiveDefinitions keeps the directives that all subgraphs know, at the locations that
// all allow.
func (m *merge) mergeDirectiveDefinitions() {
	for _, name := range m.directiveNames() {
		if m.isComposed(name) || m.taken(name) {
			continue
		}
		have := m.directiveSources(name)
		if slices.ContainsFunc(have, func(s directiveSource) bool { return len(s.executable) > 0 }) {
			m.mergeExecutable(name, have)
		}
	}
}

func (m *merge) directiveSources(name string) []directiveSource {
	var have []directiveSource
	for id, s := range m.subgraphs {
		if d := s.Directives.ForName(name); d != nil {
			executable := slices.DeleteFunc(slices.Clone(d.Locations),
				func(l ast.DirectiveLocation) bool { return !isExecutable(l) })
			have = append(have, directiveSource{supergraph.SubgraphID(id), d, executable})
		}
	}
	return have
}

func (m *merge) mergeExecutable(name string, have []directiveSource) {
	var names, locations []string
	var places []federation.Location
	var texts []description
	merged := *have[0].DirectiveDefinition
	merged.Locations = have[0].executable
	repeatable := 0
	for _, s := range have {
		merged.Locations = slices.DeleteFunc(slices.Clone(merged.Locations),
			func(l ast.DirectiveLocation) bool { return !slices.Contains(s.executable, l) })
		if s.IsRepeatable {
			repeatable++
		}
		names, locations = append(names, m.name(s.id)), append(locations, locationTexts(s.executable))
		places = append(places, m.at(s.id, s.Position)...)
		texts = m.describe(texts, s.id, s.Description, s.Position)
	}
	switch {
	case len(have) < len(m.subgraphs):
		m.note(federation.HintInconsistentExecutableDirectivePresence, "@"+name, places,
			"directive @%s is only in %s and therefore not in the supergraph", name, in(names))
		return
	case len(merged.Locations) == 0:
		m.note(federation.HintNoExecutableDirectiveIntersection, "@"+name, places,
			"directive @%s has no location that all subgraphs allow, "+
				"and is therefore not in the supergraph: it is for %s",
			name, variants(names, locations))
		return
	}
	if repeatable > 0 && repeatable < len(have) {
		m.note(federation.HintInconsistentExecutableDirectiveRepeatable, "@"+name, places,
			"directive @%s is repeatable in %s only, and therefore not in the supergraph",
			name, in(m.repeating(have)))
	}
	if slices.ContainsFunc(locations, func(l string) bool { return l != locations[0] }) {
		m.note(federation.HintInconsistentExecutableDirectiveLocations, "@"+name, places,
			"directive @%s is for %s; the supergraph has it for %s",
			name, variants(names, locations), locationTexts(merged.Locations))
	}
	merged.IsRepeatable = repeatable == len(have)
	merged.Description = m.mergeText("@"+name, texts)
	merged.Arguments = m.directiveArguments(name, have)
	m.schema.Directives = append(m.schema.Directives, &merged)
}

func (m *merge) repeating(have []directiveSource) []string {
	var names []string
	for _, s := range have {
		if s.IsRepeatable {
			names = append(names, m.name(s.id))
		}
	}
	return names
}

// locationTexts returns the sorted locations.
func locationTexts(locations []ast.DirectiveLocation) string {
	texts := make([]string, len(locations))
	for i, l := range locations {
		texts[i] = string(l)
	}
	slices.Sort(texts)
	return cmp.Or(strings.Join(texts, " | "), "no operation")
}

// directiveArguments merges arguments in the same way as those of a field.
func (m *merge) directiveArguments(
	name string, have []directiveSource,
) ast.ArgumentDefinitionList {
	f := &mergedField{out: &supergraph.Field{Name: name}}
	for _, s := range have {
		definition := &ast.FieldDefinition{
			Name: name, Arguments: s.Arguments, Position: s.Position,
		}
		field := &subgraph.Field{FieldDefinition: definition}
		f.sources = append(f.sources, fieldSource{id: s.id, Field: field})
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
	case ast.LocationQuery, ast.LocationMutation, ast.LocationSubscription, ast.LocationField,
		ast.LocationFragmentDefinition, ast.LocationFragmentSpread, ast.LocationInlineFragment,
		ast.LocationVariableDefinition:
		return true
	}
	return false
}

// finish builds the schema's indexes.
func (m *merge) finish() {
	if err := m.schema.Finish(); err != nil {
		m.fail(federation.InvalidGraphQL, m.starts(),
			"the merged schema is not valid GraphQL: %s; correct what the subgraphs have of it",
			strings.TrimPrefix(err.Error(), "input: "))
	}
}

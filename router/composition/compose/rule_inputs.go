package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// mergeInputFields gives an input type the fields that all its subgraphs have, so that all accept
// whatever a client sends.
func (m *merge) mergeInputFields() {
	for _, t := range m.types {
		if t.out.Kind != ast.InputObject {
			continue
		}
		for _, name := range inputFieldNames(t) {
			m.mergeInputField(t, name)
		}
		if len(t.out.Fields) == 0 {
			m.fail(federation.EmptyMergedInputType, m.places(t),
				"input type %q has no field that all of %s have; add one", t.out.Name, in(t.subgraphs(m)))
		}
	}
}

func inputFieldNames(t *mergedType) []string {
	var names []string
	for _, s := range t.sources {
		for _, f := range s.Fields {
			if !slices.Contains(names, f.Name) {
				names = append(names, f.Name)
			}
		}
	}
	return names
}

func (m *merge) mergeInputField(t *mergedType, name string) {
	var have []inputSource
	var joins []supergraph.FieldJoin
	for _, s := range t.sources {
		if f := s.Field(name); f != nil {
			have = append(have, inputSource{
				s.id, f.Type, f.DefaultValue, f.Directives, f.Position, f.Description,
			})
			joins = append(joins, supergraph.FieldJoin{Subgraph: s.id, Type: f.Type})
		}
	}
	coordinate := t.out.Name + "." + name
	if len(have) < len(t.sources) && !slices.ContainsFunc(have, inputSource.inaccessible) {
		m.dropInputField(coordinate, have)
		return
	}
	t.out.Fields = append(t.out.Fields, &supergraph.Field{
		Name:        name,
		Type:        m.mergeInputType(coordinate, have),
		Default:     m.mergeDefault(federation.InputFieldDefaultMismatch, coordinate, have),
		Description: m.mergeText(coordinate, m.descriptions(have)),
		Directives: m.mergeApplied(
			place{coordinate, ast.LocationInputFieldDefinition, m.inputLater(have)}, applied(have)),
		Joins: joins,
	})
}

func (m *merge) dropInputField(coordinate string, have []inputSource) {
	if slices.ContainsFunc(have, inputSource.required) {
		m.fail(federation.RequiredInputFieldMissingInSomeSubgraph, m.inputPlaces(have),
			"input field %s is required in %s and missing in others; "+
				"make it optional, or add it everywhere", coordinate, in(m.inputNames(have)))
		return
	}
	m.note(federation.HintInconsistentInputObjectField, coordinate, m.inputPlaces(have),
		"input field %s is only in %s and therefore not in the supergraph",
		coordinate, in(m.inputNames(have)))
}

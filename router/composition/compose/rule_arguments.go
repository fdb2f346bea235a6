package compose

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// inputSource is a subgraph's definition of an argument or of a field of an input type.
type inputSource struct {
	id         supergraph.SubgraphID
	kind       *ast.Type
	value      *ast.Value
	directives ast.DirectiveList
	position   *ast.Position
	text       string
}

// required reports whether clients must give a value.
func (s inputSource) required() bool { return s.kind.NonNull && s.value == nil }

// mergeArguments gives a field the arguments that all subgraphs have.
func (m *merge) mergeArguments(f *mergedField, sources []fieldSource) {
	for _, name := range argumentNames(sources) {
		var have []inputSource
		for _, s := range sources {
			if a := s.Arguments.ForName(name); a != nil {
				have = append(have, inputSource{
					s.id, a.Type, a.DefaultValue, a.Directives, a.Position, a.Description,
				})
			}
		}
		if len(have) < len(sources) {
			m.dropArgument(f, name, have)
			continue
		}
		coordinate := f.coordinate() + "(" + name + ":)"
		f.out.Arguments = append(f.out.Arguments, &ast.ArgumentDefinition{
			Name:         name,
			Type:         m.mergeInputType(coordinate, have),
			DefaultValue: m.mergeDefault(federation.FieldArgumentDefaultMismatch, coordinate, have),
			Description:  m.mergeText(coordinate, m.descriptions(have)),
			Directives: m.mergeApplied(
				place{coordinate, ast.LocationArgumentDefinition, m.inputLater(have)}, applied(have)),
		})
	}
}

func (s inputSource) inaccessible() bool { return supergraph.Inaccessible(s.directives) }

func argumentNames(sources []fieldSource) []string {
	var names []string
	for _, s := range sources {
		for _, a := range s.Arguments {
			if !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

func (m *merge) dropArgument(f *mergedField, name string, have []inputSource) {
	if slices.ContainsFunc(have, inputSource.required) {
		m.fail(federation.RequiredArgumentMissingInSomeSubgraph, m.inputPlaces(have),
			"argument %s(%s:) is required in %s and missing in others; "+
				"make it optional, or add it everywhere",
			f.coordinate(), name, in(m.inputNames(have)))
		return
	}
	m.note(federation.HintInconsistentArgumentPresence,
		f.coordinate()+"("+name+":)", m.inputPlaces(have),
		"optional argument %s(%s:) is only in %s and therefore not in the supergraph",
		f.coordinate(), name, in(m.inputNames(have)))
}

// mergeInputType returns the type that is a subtype of all others, so that its values suit all
// subgraphs.
func (m *merge) mergeInputType(coordinate string, have []inputSource) *ast.Type {
	forms := make([]string, len(have))
	for i, s := range have {
		forms[i] = s.kind.String()
	}
	narrowest := slices.IndexFunc(have, func(s inputSource) bool {
		return !slices.ContainsFunc(have, func(o inputSource) bool {
			return !m.isSubtype(s.kind, o.kind)
		})
	})
	if narrowest < 0 {
		code := federation.FieldArgumentTypeMismatch
		if !isArgument(coordinate) {
			code = federation.FieldTypeMismatch
		}
		m.fail(code, m.inputPlaces(have), "%s is of type %s; give it types of which one suits all",
			coordinate, variants(m.inputNames(have), forms))
		return have[0].kind
	}
	if slices.ContainsFunc(forms, func(form string) bool { return form != forms[0] }) {
		hint := federation.HintInconsistentButCompatibleArgumentType
		if !isArgument(coordinate) {
			hint = federation.HintInconsistentButCompatibleFieldType
		}
		m.note(hint, coordinate, m.inputPlaces(have), "%s is of type %s; the supergraph takes %s",
			coordinate, variants(m.inputNames(have), forms), forms[narrowest])
	}
	return have[narrowest].kind
}

// isArgument distinguishes the coordinate of an argument from that of a field of an input type.
func isArgument(coordinate string) bool { return strings.HasSuffix(coordinate, ")") }

// mergeDefault checks that defaults are equal everywhere. If some subgraphs have none, the
// supergraph has none either.
func (m *merge) mergeDefault(
	code federation.Code, coordinate string, have []inputSource,
) *ast.Value {
	var value *ast.Value
	forms := make([]string, len(have))
	missing, different := false, false
	for i, s := range have {
		switch {
		case s.value == nil:
			forms[i] = "no default"
			missing = true
			continue
		case value == nil:
			value = s.value
		case value.String() != s.value.String():
			different = true
		}
		forms[i] = s.value.String()
	}
	switch {
	case different:
		m.fail(code, m.inputPlaces(have), "%s has the default %s; make it the same everywhere",
			coordinate, variants(m.inputNames(have), forms))
	case missing && value != nil:
		m.note(federation.HintInconsistentDefaultValuePresence, coordinate, m.inputPlaces(have),
			"%s has %s; the supergraph has no default",
			coordinate, variants(m.inputNames(have), forms))
		return nil
	}
	return value
}

func (m *merge) inputNames(have []inputSource) []string {
	var names []string
	for _, s := range have {
		names = append(names, m.name(s.id))
	}
	return names
}

func (m *merge) inputPlaces(have []inputSource) []federation.Location {
	var list []federation.Location
	for _, s := range have {
		list = append(list, federation.At(m.name(s.id), s.position))
	}
	return list
}

func (m *merge) descriptions(have []inputSource) []description {
	var list []description
	for _, s := range have {
		list = m.describe(list, s.id, s.text, s.position)
	}
	return list
}

func applied(have []inputSource) []appliedIn {
	var lists []appliedIn
	for _, s := range have {
		lists = append(lists, appliedIn{s.id, s.directives})
	}
	return lists
}

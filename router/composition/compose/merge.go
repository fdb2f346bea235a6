package compose

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// merge is the state of one composition.
type merge struct {
	// subgraphs are sorted by name, and a SubgraphID is an index.
	subgraphs []*subgraph.Schema
	schema    *supergraph.Schema
	// types are sorted by name.
	types  []*mergedType
	byName map[string]*mergedType
	// composed are the directives that subgraphs want to have in the supergraph.
	composed []composed
	// applied are the subgraphs' directives that go into the supergraph.
	applied []application
	// maxSteps limits the satisfiability check.
	maxSteps int
	errs     federation.Errors
	hints    []Hint
	// levels caches the levels of the hints' codes, because a look-up reads the whole catalogue.
	levels map[federation.HintCode]federation.Level
}

// mergedType is a type with the subgraphs' definitions of it.
type mergedType struct {
	out     *supergraph.Type
	sources []typeSource
	fields  []*mergedField
	// field maps names to fields.
	field map[string]*mergedField
}

type typeSource struct {
	id     supergraph.SubgraphID
	schema *subgraph.Schema
	*subgraph.Type
}

// mergedField is a field of an object or interface with the subgraphs' definitions of it.
type mergedField struct {
	parent  *mergedType
	out     *supergraph.Field
	sources []fieldSource
	// dropped are the definitions that lost the field to another subgraph. They no longer resolve
	// it, but still describe it.
	dropped []fieldSource
}

type fieldSource struct {
	id     supergraph.SubgraphID
	parent *subgraph.Type
	*subgraph.Field
	// usedOverridden is true if another subgraph took the field over, but this one still reads it.
	usedOverridden bool
	// override is the effective @override; label is the label of the @override that moves the
	// field here or from here.
	override *subgraph.Override
	label    string
}

func newMerge(schemas []*subgraph.Schema) *merge {
	m := &merge{
		subgraphs: schemas, schema: &supergraph.Schema{},
		byName: map[string]*mergedType{}, levels: map[federation.HintCode]federation.Level{},
	}
	latest := federation.One()
	for id, s := range schemas {
		m.schema.Subgraphs = append(m.schema.Subgraphs, supergraph.Subgraph{Name: s.Name, URL: s.URL})
		for _, t := range s.Types {
			merged := m.byName[t.Name]
			if merged == nil {
				merged = &mergedType{out: &supergraph.Type{Name: t.Name}}
				m.byName[t.Name] = merged
				m.types = append(m.types, merged)
			}
			merged.sources = append(merged.sources, typeSource{supergraph.SubgraphID(id), s, t})
		}
		if s.Version.AtLeast(latest.Major, latest.Minor) {
			latest = s.Version
		}
	}
	m.schema.JoinVersion = joinVersion(latest)
	slices.SortFunc(m.types, func(a, b *mergedType) int {
		return strings.Compare(a.out.Name, b.out.Name)
	})
	for _, t := range m.types {
		m.schema.Types = append(m.schema.Types, t.out)
	}
	return m
}

// joinVersion returns the version of the join specification that can express everything of a
// version of federation.
func joinVersion(v federation.Version) string {
	switch {
	case v.AtLeast(2, 8):
		return "v0.5"
	case v.AtLeast(2, 7):
		return "v0.4"
	default:
		return "v0.3"
	}
}

// maxFound limits the errors that are kept for sorting. Only the first of them are listed.
const maxFound = 10_000

func (m *merge) fail(
	code federation.Code, locations []federation.Location, format string, args ...any,
) {
	if len(m.errs) == maxFound {
		return
	}
	message := fmt.Sprintf(format, federation.Brief(args)...)
	m.errs = append(m.errs, &federation.Error{Code: code, Message: message, Locations: locations})
}

func (m *merge) hint(
	code federation.HintCode, _ federation.Level, locations []federation.Location,
	format string, args ...any,
) {
	m.note(code, "", locations, format, args...)
}

// note adds a hint about the element at a coordinate.
func (m *merge) note(
	code federation.HintCode, coordinate string, locations []federation.Location,
	format string, args ...any,
) {
	if _, known := m.levels[code]; !known {
		m.levels[code] = code.Level()
	}
	m.hints = append(m.hints, Hint{
		Code: code, Level: m.levels[code], Coordinate: coordinate,
		Message: fmt.Sprintf(format, federation.Brief(args)...), Locations: locations,
	})
}

func (m *merge) name(id supergraph.SubgraphID) string { return m.subgraphs[id].Name }

func (m *merge) at(id supergraph.SubgraphID, position *ast.Position) []federation.Location {
	return []federation.Location{federation.At(m.name(id), position)}
}

// starts returns the beginnings of all subgraphs, as locations for what all of them lack.
func (m *merge) starts() []federation.Location {
	list := make([]federation.Location, len(m.subgraphs))
	for i, s := range m.subgraphs {
		list[i] = s.Start
	}
	return list
}

// places returns the locations of a type's definitions.
func (m *merge) places(t *mergedType) []federation.Location {
	var list []federation.Location
	for _, s := range t.sources {
		list = append(list, federation.At(s.schema.Name, s.Position))
	}
	return list
}

// fieldAt returns the locations of a field, or of one of its arguments, in the subgraphs that have
// it.
func (m *merge) fieldAt(typeName, field, argument string) []federation.Location {
	var list []federation.Location
	for _, s := range m.byName[typeName].sources {
		f := s.Field(field)
		if f == nil {
			continue
		}
		if argument == "" {
			list = append(list, federation.At(s.schema.Name, f.Position))
		} else if a := f.Arguments.ForName(argument); a != nil {
			list = append(list, federation.At(s.schema.Name, a.Position))
		}
	}
	return list
}

// later finds locations only when they are needed for an error or hint, which is rare.
type later func() []federation.Location

func (m *merge) typeLater(t *mergedType) later {
	return func() []federation.Location { return m.places(t) }
}

func (m *merge) inputLater(have []inputSource) later {
	return func() []federation.Location { return m.inputPlaces(have) }
}

func (m *merge) fieldLater(typeName, field, argument string) later {
	return func() []federation.Location { return m.fieldAt(typeName, field, argument) }
}

// fieldPlaces returns the locations of a field's definitions.
func (m *merge) fieldPlaces(sources []fieldSource) []federation.Location {
	var list []federation.Location
	for _, s := range sources {
		list = append(list, federation.At(m.name(s.id), s.Position))
	}
	return list
}

// coordinate returns the field's name in messages: Type.field. A directive, which is merged like a
// field, has no parent.
func (f *mergedField) coordinate() string {
	if f.parent == nil {
		return "@" + f.out.Name
	}
	return f.parent.out.Name + "." + f.out.Name
}

// resolvers returns the sources that resolve the field.
func (f *mergedField) resolvers() []fieldSource {
	return without(f.sources, func(s fieldSource) bool {
		return s.External || s.usedOverridden && s.label == ""
	})
}

// describing returns the sources that describe the field, in the order of subgraphs; others only
// refer to it.
func (f *mergedField) describing() []fieldSource {
	all := f.sources
	if len(f.dropped) > 0 {
		all = slices.Concat(f.sources, f.dropped)
		slices.SortFunc(all, bySubgraph)
	}
	return without(all, func(s fieldSource) bool { return s.External })
}

// without returns the sources that are not left out. If these are all, it returns the slice
// itself, so callers must not change it.
func without(sources []fieldSource, leftOut func(fieldSource) bool) []fieldSource {
	if !slices.ContainsFunc(sources, leftOut) {
		return slices.Clip(sources)
	}
	var kept []fieldSource
	for _, s := range sources {
		if !leftOut(s) {
			kept = append(kept, s)
		}
	}
	return kept
}

func bySubgraph(a, b fieldSource) int { return cmp.Compare(a.id, b.id) }

// variants describes for messages which subgraphs have which form: "A" in subgraph "x", "B" in
// subgraphs "y" and "z".
func variants(subgraphs []string, forms []string) string {
	var order []string
	by := map[string][]string{}
	for i, form := range forms {
		if by[form] == nil {
			order = append(order, form)
		}
		by[form] = append(by[form], subgraphs[i])
	}
	parts := make([]string, len(order))
	for i, form := range order {
		parts[i] = form + " in " + in(by[form])
	}
	return strings.Join(parts, ", ")
}

// maxShown is the number of names in a message. Hints with all names of n subgraphs would take n²
// of space.
const maxShown = 10

// firstOf joins names. If there are many, it joins the first ones and adds how many others there
// are.
func firstOf(names []string, separator string) string {
	if len(names) <= maxShown {
		return strings.Join(names, separator)
	}
	shown := strings.Join(names[:maxShown], separator)
	return fmt.Sprintf("%s%s%d others", shown, separator, len(names)-maxShown)
}

// in returns: subgraph "a", or subgraphs "a" and "b".
func in(subgraphs []string) string {
	quoted := make([]string, len(subgraphs))
	for i, s := range subgraphs {
		quoted[i] = `"` + s + `"`
	}
	if len(quoted) == 1 {
		return "subgraph " + quoted[0]
	}
	if len(quoted) > maxShown {
		return "subgraphs " + firstOf(quoted, ", ")
	}
	return "subgraphs " + strings.Join(quoted[:len(quoted)-1], ", ") + " and " + quoted[len(quoted)-1]
}

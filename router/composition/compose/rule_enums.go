package compose

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// enumUse says where the supergraph uses an enum. Uses that only some subgraphs have do not count.
type enumUse struct{ input, output bool }

// mergeEnums merges enums. One for output only has the values of all subgraphs together; one for
// input only has the values that all share; and one for both must be equal everywhere. A value
// that is @inaccessible in a subgraph is always kept, because clients do not see it.
func (m *merge) mergeEnums() {
	uses := m.enumUses()
	for _, t := range m.types {
		if t.out.Kind == ast.Enum {
			m.mergeEnum(t, uses[t.out.Name])
		}
	}
}

func (m *merge) mergeEnum(t *mergedType, use enumUse) {
	if use == (enumUse{}) {
		use.output = true
		m.note(federation.HintUnusedEnumType, t.out.Name, m.places(t),
			"enum %q is used by no field or argument", t.out.Name)
	}
	for _, value := range enumValues(t) {
		everywhere := len(value.Subgraphs) == len(t.sources)
		switch {
		case everywhere || use.input && m.valueInaccessible(t, value.Name):
		case use.input && use.output:
			m.fail(federation.EnumValueMismatch, m.places(t),
				"enum %q is used for input and for output, so it must be the same everywhere; "+
					"value %q is only in %s: add it to the others, or mark it @inaccessible",
				t.out.Name, value.Name, in(m.names(value.Subgraphs)))
		case use.input:
			m.note(federation.HintInconsistentEnumValueForInputEnum,
				t.out.Name+"."+value.Name, m.places(t),
				"value %q of input enum %q is only in %s and therefore not in the supergraph",
				value.Name, t.out.Name, in(m.names(value.Subgraphs)))
			continue
		default:
			m.note(federation.HintInconsistentEnumValueForOutputEnum,
				t.out.Name+"."+value.Name, m.places(t),
				"value %q of enum %q is only in %s", value.Name, t.out.Name, in(m.names(value.Subgraphs)))
		}
		t.out.Values = append(t.out.Values, value)
	}
	if len(t.out.Values) == 0 {
		m.fail(federation.EmptyMergedEnumType, m.places(t),
			"enum %q is used for input, but has no value that all of %s have; add one",
			t.out.Name, in(t.subgraphs(m)))
	}
}

func enumValues(t *mergedType) []*supergraph.EnumValue {
	var values []*supergraph.EnumValue
	byName := map[string]*supergraph.EnumValue{}
	for _, s := range t.sources {
		for _, v := range s.EnumValues {
			value := byName[v.Name]
			if value == nil {
				value = &supergraph.EnumValue{Name: v.Name}
				byName[v.Name] = value
				values = append(values, value)
			}
			value.Subgraphs = append(value.Subgraphs, s.id)
		}
	}
	return values
}

func (m *merge) valueInaccessible(t *mergedType, name string) bool {
	return slices.ContainsFunc(t.sources, func(s typeSource) bool {
		v := s.Value(name)
		return v != nil && supergraph.Inaccessible(v.Directives)
	})
}

func (m *merge) enumUses() map[string]enumUse {
	uses := map[string]enumUse{}
	note := func(t *ast.Type, input bool) {
		use := uses[t.Name()]
		use.input, use.output = use.input || input, use.output || !input
		uses[t.Name()] = use
	}
	for _, t := range m.types {
		for _, f := range t.out.Fields {
			note(f.Type, t.out.Kind == ast.InputObject)
			for _, a := range f.Arguments {
				note(a.Type, true)
			}
		}
	}
	for _, definition := range m.supergraphDirectives() {
		for _, a := range definition.Arguments {
			note(a.Type, true)
		}
	}
	return uses
}

// supergraphDirectives returns the definitions of the supergraph's directives: composed ones, and
// those for operations that all subgraphs have.
func (m *merge) supergraphDirectives() []*ast.DirectiveDefinition {
	var list []*ast.DirectiveDefinition
	for _, c := range m.composed {
		list = append(list, m.composedDefinition(c.name))
	}
	for _, name := range m.directiveNames() {
		have := m.directiveSources(name)
		if m.isComposed(name) || len(have) < len(m.subgraphs) {
			continue
		}
		common := have[0].executable
		for _, s := range have {
			common = slices.DeleteFunc(slices.Clone(common),
				func(l ast.DirectiveLocation) bool { return !slices.Contains(s.executable, l) })
		}
		if len(common) > 0 {
			list = append(list, have[0].DirectiveDefinition)
		}
	}
	return list
}

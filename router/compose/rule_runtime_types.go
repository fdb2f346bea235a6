package compose

import (
	"cmp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// checkRuntimeTypes: subgraphs that resolve the same field as an interface or union have some object type in common there; or the
// field's value would depend on who is asked.
func (m *merge) checkRuntimeTypes() {
	for _, t := range m.types {
		if t.out.Kind != ast.Object {
			continue
		}
		for _, f := range t.fields {
			m.checkRuntimeTypesOf(f)
		}
	}
}

func (m *merge) checkRuntimeTypesOf(f *mergedField) {
	var sources []fieldSource
	var forms, common []string
	for _, s := range f.resolvers() {
		names, abstract := m.runtimeTypes(s)
		if !abstract {
			continue
		}
		if len(sources) == 0 {
			common = names
		}
		common = slices.DeleteFunc(slices.Clone(common), func(name string) bool { return !slices.Contains(names, name) })
		sources, forms = append(sources, s), append(forms, cmp.Or(strings.Join(names, ", "), "of no type"))
	}
	switch {
	case !slices.ContainsFunc(forms, func(form string) bool { return form != forms[0] }):
	case len(common) == 0:
		m.fail(federation.ShareableHasMismatchedRuntimeTypes, m.fieldPlaces(sources),
			"%s is shared, but its objects are %s; let them have a type in common, or give the fields different names",
			f.coordinate(), variants(m.sourceNames(sources), forms))
	default:
		m.note(federation.HintInconsistentRuntimeTypesForShareableReturn, f.coordinate(), m.fieldPlaces(sources),
			"%s is shared, but its objects are %s",
			f.coordinate(), variants(m.sourceNames(sources), forms))
	}
}

// runtimeTypes are the object types that a subgraph can give for a field, if it is of an interface or a union there.
func (m *merge) runtimeTypes(s fieldSource) (names []string, abstract bool) {
	schema := m.subgraphs[s.id]
	of := schema.Type(s.Type.Name())
	if of == nil || !of.IsAbstractType() {
		return nil, false
	}
	for _, t := range schema.PossibleTypes(of) {
		names = append(names, t.Name)
	}
	slices.Sort(names)
	return names, true
}

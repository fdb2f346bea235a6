package compose

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// mergeDirectives puts the subgraphs' directives into the supergraph.
func (m *merge) mergeDirectives() {
	m.mergeSchemaDefinition()
	for _, t := range m.types {
		var lists []appliedIn
		for _, s := range t.sources {
			lists = append(lists, appliedIn{s.id, s.Directives})
		}
		on := place{"type " + t.out.Name, ast.DirectiveLocation(t.out.Kind), m.typeLater(t)}
		t.out.Directives = m.mergeApplied(on, lists)
		for _, f := range t.fields {
			var lists []appliedIn
			for _, s := range m.directing(f) {
				if len(s.Directives) > 0 {
					lists = append(lists, appliedIn{s.id, s.Directives})
				}
			}
			if len(lists) > 0 {
				at := m.fieldLater(t.out.Name, f.out.Name, "")
				on := place{f.coordinate(), ast.LocationFieldDefinition, at}
				f.out.Directives = m.mergeApplied(on, lists)
			}
		}
		for _, v := range t.out.Values {
			var lists []appliedIn
			for _, s := range t.sources {
				if d := s.Value(v.Name); d != nil {
					lists = append(lists, appliedIn{s.id, d.Directives})
				}
			}
			on := place{t.out.Name + "." + v.Name, ast.LocationEnumValue, m.typeLater(t)}
			v.Directives = m.mergeApplied(on, lists)
		}
	}
}

// directing returns the sources whose directives count. For a field that only an @interfaceObject
// resolves, these are the interface's.
func (m *merge) directing(f *mergedField) []fieldSource {
	if sources := f.describing(); len(sources) > 0 {
		return sources
	}
	var sources []fieldSource
	for _, i := range m.interfaceFields(f.parent, f.out.Name) {
		onObject := func(s fieldSource) bool { return s.parent.InterfaceObject }
		if slices.ContainsFunc(i.resolvers(), onObject) {
			sources = append(sources, i.describing()...)
		}
	}
	return sources
}

// mergeSchemaDefinition merges the descriptions and directives of the schema definitions.
func (m *merge) mergeSchemaDefinition() {
	var texts []description
	var lists []appliedIn
	for i, s := range m.subgraphs {
		id := supergraph.SubgraphID(i)
		texts, lists = m.describe(texts, id, s.Description, nil), append(lists, appliedIn{id, s.Applied})
	}
	m.schema.Description = m.mergeText("", texts)
	on := place{"the schema definition", ast.LocationSchema, m.starts}
	m.schema.Applied = m.mergeApplied(on, lists)
}

// appliedIn holds one subgraph's directives on an element.
type appliedIn struct {
	id         supergraph.SubgraphID
	directives ast.DirectiveList
}

// application is one directive on an element in a subgraph.
type application struct {
	on        place
	id        supergraph.SubgraphID
	directive *ast.Directive
}

// place is an element that has directives.
type place struct {
	name     string
	location ast.DirectiveLocation
	at       later
}

// mergeApplied returns the subgraphs' directives on an element that go into the supergraph.
func (m *merge) mergeApplied(on place, lists []appliedIn) ast.DirectiveList {
	var kept []ast.DirectiveList
	for _, list := range lists {
		var own ast.DirectiveList
		for _, d := range list.directives {
			if m.composes(list.id, d.Name) {
				m.applied = append(m.applied, application{on, list.id, d})
				own = append(own, d)
			}
		}
		kept = append(kept, own)
	}
	return m.mergeLists(on, kept)
}

// mergeLists returns each distinct application once, sorted by name.
func (m *merge) mergeLists(on place, lists []ast.DirectiveList) ast.DirectiveList {
	var all ast.DirectiveList
	counts := map[string]int{}
	for _, list := range lists {
		for _, d := range list {
			text := directiveText(d)
			if counts[text]++; counts[text] == 1 {
				all = append(all, d)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *ast.Directive) int {
		return strings.Compare(a.Name, b.Name)
	})
	var merged ast.DirectiveList
	for len(all) > 0 {
		same := all[:1]
		for len(same) < len(all) && all[len(same)].Name == same[0].Name {
			same = all[:len(same)+1]
		}
		all = all[len(same):]
		if len(same) > 1 && !m.isRepeatable(same[0]) {
			same = ast.DirectiveList{m.mergeSame(on, same, counts)}
		}
		merged = append(merged, same...)
	}
	return merged
}

// mergeSame merges several applications of a directive that is not repeatable: into one that
// combines all of them if that is possible, otherwise into the most frequent one.
func (m *merge) mergeSame(on place, same ast.DirectiveList, counts map[string]int) *ast.Directive {
	d, few := mergeArgumentsOf(same)
	if !few {
		m.fail(federation.AuthRequirementsTooComplex, on.at(),
			"%s has @%s with different alternatives, "+
				"and all of them together are more than %d sets; "+
				"ask for the same alternatives everywhere, or for fewer",
			on.name, same[0].Name, maxAlternatives)
		return same[0]
	}
	if d != nil {
		m.hint(mergedDirective, Info, nil, "%s has @%s with different arguments; "+
			"the supergraph has what includes all of them", on.name, d.Name)
		return d
	}
	best := same[0]
	for _, d := range same[1:] {
		if counts[directiveText(d)] > counts[directiveText(best)] {
			best = d
		}
		m.hint(inconsistentDirective, Warn, nil,
			"%s has @%s with different arguments in different subgraphs; "+
				"the supergraph takes the most frequent ones", on.name, d.Name)
	}
	return best
}

// composes reports whether a subgraph's applications of a directive go into the supergraph. If
// other subgraphs compose the directive and this one does not, it is this subgraph's own, because
// it may have another meaning.
func (m *merge) composes(id supergraph.SubgraphID, name string) bool {
	switch name {
	case "deprecated", "specifiedBy", "oneOf":
		return true
	}
	if _, ok := federation.FeatureOf(name); ok {
		return true
	}
	named := func(c subgraph.Composed) bool { return c.Name == name }
	return m.isComposed(name) && slices.ContainsFunc(m.subgraphs[id].Composed, named)
}

func (m *merge) isComposed(name string) bool {
	return slices.ContainsFunc(m.composed, func(c composed) bool { return c.name == name })
}

func (m *merge) isRepeatable(d *ast.Directive) bool {
	if definition := m.composedDefinition(d.Name); definition != nil {
		return definition.IsRepeatable
	}
	return d.Name == federation.Tag || d.Definition != nil && d.Definition.IsRepeatable
}

func directiveText(d *ast.Directive) string {
	parts := make([]string, len(d.Arguments))
	for i, a := range d.Arguments {
		parts[i] = a.Name + ":" + a.Value.String()
	}
	slices.Sort(parts)
	return "@" + d.Name + "(" + strings.Join(parts, ",") + ")"
}

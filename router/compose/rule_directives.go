package compose

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/supergraph"
)

// mergeDirectives: what the directives say in any subgraph holds in the supergraph.
func (m *merge) mergeDirectives() {
	for _, t := range m.types {
		var lists []ast.DirectiveList
		for _, s := range t.sources {
			lists = append(lists, s.Directives)
		}
		t.out.Directives = m.mergeApplied("type "+t.out.Name, lists)
		for _, f := range t.fields {
			var lists []ast.DirectiveList
			for _, s := range f.describing() {
				lists = append(lists, s.Directives)
			}
			f.out.Directives = m.mergeApplied(f.coordinate(), lists)
		}
		for _, v := range t.out.Values {
			var lists []ast.DirectiveList
			for _, s := range t.sources {
				if d := s.EnumValues.ForName(v.Name); d != nil {
					lists = append(lists, d.Directives)
				}
			}
			v.Directives = m.mergeApplied(t.out.Name+"."+v.Name, lists)
		}
	}
}

// mergeApplied takes each different application once, in the order of names; of a directive that can be there only once, the
// most frequent application.
func (m *merge) mergeApplied(where string, lists []ast.DirectiveList) ast.DirectiveList {
	var all ast.DirectiveList
	counts := map[string]int{}
	for _, list := range lists {
		for _, d := range list {
			if !m.composes(d.Name) {
				continue
			}
			text := directiveText(d)
			if counts[text]++; counts[text] == 1 {
				all = append(all, d)
			}
		}
	}
	slices.SortStableFunc(all, func(a, b *ast.Directive) int { return strings.Compare(a.Name, b.Name) })
	var merged ast.DirectiveList
	for _, d := range all {
		last := len(merged) - 1
		switch {
		case last < 0 || merged[last].Name != d.Name || isRepeatable(d):
			merged = append(merged, d)
		case counts[directiveText(d)] > counts[directiveText(merged[last])]:
			merged[last] = d
			fallthrough
		default:
			m.hint(inconsistentDirective, Warn, nil, "%s has @%s with different arguments in different subgraphs; the supergraph takes the most frequent ones", where, d.Name)
		}
	}
	return merged
}

// composes reports whether a directive goes into the supergraph.
func (m *merge) composes(name string) bool {
	switch name {
	case federation.Tag, federation.Inaccessible, "deprecated", "specifiedBy", "oneOf":
		return true
	}
	return slices.ContainsFunc(m.composed, func(c composed) bool { return c.name == name })
}

func isRepeatable(d *ast.Directive) bool {
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

// links adds the specifications of the directives that the supergraph uses.
func (m *merge) links() {
	if m.applies(federation.Inaccessible) {
		m.schema.Links = append(m.schema.Links, supergraph.Link{URL: federation.InaccessibleSpec + "/v0.2", Purpose: "SECURITY"})
	}
	if m.applies(federation.Tag) {
		m.schema.Links = append(m.schema.Links, supergraph.Link{URL: federation.TagSpec + "/v0.3"})
	}
	m.composedLinks()
}

// applies reports whether the directive stands anywhere in the supergraph.
func (m *merge) applies(name string) bool {
	on := func(list ast.DirectiveList) bool { return list.ForName(name) != nil }
	for _, t := range m.schema.Types {
		if on(t.Directives) || slices.ContainsFunc(t.Values, func(v *supergraph.EnumValue) bool { return on(v.Directives) }) {
			return true
		}
		for _, f := range t.Fields {
			if on(f.Directives) || slices.ContainsFunc(f.Arguments, func(a *ast.ArgumentDefinition) bool { return on(a.Directives) }) {
				return true
			}
		}
	}
	return false
}

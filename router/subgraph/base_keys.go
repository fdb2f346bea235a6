package subgraph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/federation"
)

// findBaseKeys returns the first keys that each of the sources names for a type, by type: in Federation 1, they are also those of an
// extension that names none. Nil if no source can be of Federation 1.
func (s *shared) findBaseKeys(sources []Source) map[string][]string {
	if !slices.ContainsFunc(sources, mayLackKeys) {
		return nil
	}
	keys := map[string][]string{}
	for _, source := range sources {
		l := newLoader(source, s)
		if l.parseDocument(); len(l.errs) > 0 {
			continue // What is wrong is told when the subgraph is parsed.
		}
		l.readLinks()
		seen := map[string]bool{}
		for _, d := range slices.Concat(l.doc.Definitions, l.doc.Extensions) {
			if key := l.firstKey(d); key != "" && !seen[d.Name] {
				seen[d.Name] = true
				keys[d.Name] = append(keys[d.Name], key)
			}
		}
	}
	return keys
}

// mayLackKeys spares most sets of subgraphs that they are read twice.
func mayLackKeys(s Source) bool {
	return strings.Contains(s.SDL, "@"+federation.External) && !strings.Contains(s.SDL, federation.FederationSpec)
}

// firstKey is the first key that a definition or an extension names; else it is empty.
func (l *loader) firstKey(d *ast.Definition) string {
	for _, directive := range d.Directives {
		if l.word(directive) == federation.Key {
			return text(directive, "fields")
		}
	}
	return ""
}

// takeBaseKeys: what an extension without a key has of another subgraph's first key is resolved there, also if it is @external.
func (l *loader) takeBaseKeys(t *Type) {
	if len(t.Keys) > 0 || l.schema.Version.AtLeast(2, 0) {
		return
	}
	for _, key := range l.baseKeys[t.Name] {
		set, _ := federation.ParseFieldSet(key) // What is wrong with it is told where it stands.
		for _, selection := range set {
			if s, ok := selection.(*ast.Field); ok && t.Field(s.Name) != nil {
				t.Field(s.Name).External = false
			}
		}
	}
}

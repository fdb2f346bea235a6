package subgraph

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

// findBaseKeys returns, by type, the first keys that the sources define. In Federation 1, an
// extension without keys has these. It returns nil if no source can be of Federation 1.
func (s *shared) findBaseKeys(sources []Source) map[string][]string {
	if !slices.ContainsFunc(sources, mayLackKeys) {
		return nil
	}
	keys := map[string][]string{}
	for _, source := range sources {
		l := newLoader(source, s)
		if l.parseDocument(); len(l.errs) > 0 {
			continue // Parsing the subgraph reports the error.
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

// mayLackKeys avoids parsing most sets of subgraphs twice.
func mayLackKeys(s Source) bool {
	return strings.Contains(s.SDL, "@"+federation.External) &&
		!strings.Contains(s.SDL, federation.FederationSpec)
}

// firstKey returns the first key of a definition or an extension, or "".
func (l *loader) firstKey(d *ast.Definition) string {
	for _, directive := range d.Directives {
		if l.word(directive) == federation.Key {
			return text(directive, "fields")
		}
	}
	return ""
}

// takeBaseKeys marks fields of another subgraph's first key in an extension without a key as
// resolved there, even if they are @external.
func (l *loader) takeBaseKeys(t *Type) {
	if len(t.Keys) > 0 || l.schema.Version.AtLeast(2, 0) {
		return
	}
	for _, key := range l.baseKeys[t.Name] {
		set, _ := federation.ParseFieldSet(key) // An error is reported at the key itself.
		for _, selection := range set {
			if s, ok := selection.(*ast.Field); ok && t.Field(s.Name) != nil {
				t.Field(s.Name).External = false
			}
		}
	}
}

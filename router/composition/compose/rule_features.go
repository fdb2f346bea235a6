package compose

import (
	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// linkFeatures links the specifications of the applied directives under the subgraphs' names for
// them. All subgraphs that apply a directive use the same name.
func (m *merge) linkFeatures() {
	for _, feature := range federation.Features() {
		link, applied := feature.Link(), false
		for _, word := range feature.Directives {
			if name := m.appliedAs(word); name != "" {
				applied = true
				link.Rename(word, name)
			}
		}
		for _, word := range feature.Joined {
			applied = applied || m.appliedAs(word) != ""
		}
		if applied {
			m.schema.Links = append(m.schema.Links, link)
		}
	}
}

// appliedAs returns the name of a directive in the subgraphs that apply it, or "" if none does.
func (m *merge) appliedAs(word string) string {
	first, name := 0, ""
	for id, s := range m.subgraphs {
		d := s.FirstApplied(word)
		switch {
		case d == nil:
		case name == "":
			first, name = id, s.Written(word)
		case name != s.Written(word):
			m.fail(federation.LinkImportNameMismatch, m.at(supergraph.SubgraphID(id), d.Position),
				"@%s is known as @%s in subgraph %q and as @%s in subgraph %q; take one name",
				word, name, m.subgraphs[first].Name, s.Written(word), s.Name)
		}
	}
	return name
}

// taken reports whether a specification puts a directive with that name into the supergraph.
func (m *merge) taken(name string) bool {
	for _, link := range m.schema.Links {
		feature, _ := federation.FeatureLinked(link)
		for _, word := range feature.Directives {
			if link.Directive(word) == name {
				return true
			}
		}
	}
	return false
}

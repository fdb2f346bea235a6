package compose

import (
	"maps"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// hintUncomposed adds hints where @composeDirective loses something or is not needed.
func (m *merge) hintUncomposed() {
	for _, c := range m.composed {
		m.hintOtherNames(c)
		m.hintDefinitions(c)
	}
	m.hintMajorVersions()
}

// hintOtherNames adds a hint if a subgraph uses the composed directive under another name, because
// its applications are lost.
func (m *merge) hintOtherNames(c composed) {
	for id, s := range m.subgraphs {
		for _, link := range s.Links {
			imported := slices.ContainsFunc(link.Imports, func(i federation.Import) bool {
				return i.Name == "@"+c.original
			})
			name := link.Directive(c.original)
			if link.Identity == c.link.Identity && imported && name != c.name {
				m.note(federation.HintDirectiveCompositionWarn, "@"+c.name,
					m.at(supergraph.SubgraphID(id), link.Position),
					"@%s is composed by subgraph %q, but known as @%s in subgraph %q, "+
						"which does not compose it; what it says there is lost",
					c.name, m.name(c.id), name, s.Name)
			}
		}
	}
}

// hintDefinitions adds a hint if subgraphs that compose a directive define it differently, because
// the latest version's definition is used.
func (m *merge) hintDefinitions(c composed) {
	have := slices.DeleteFunc(m.directiveSources(c.name), func(s directiveSource) bool {
		return !m.composes(s.id, c.name)
	})
	var names, locations []string
	var places []federation.Location
	for _, s := range have {
		names, locations = append(names, m.name(s.id)), append(locations, locationTexts(s.Locations))
		places = append(places, m.at(s.id, s.Position)...)
	}
	if repeating := m.repeating(have); len(repeating) > 0 && len(repeating) < len(have) {
		m.note(federation.HintInconsistentTypeSystemDirectiveRepeatable, "@"+c.name, places,
			"directive @%s is repeatable in %s only; "+
				"the supergraph has the definition of subgraph %q",
			c.name, in(repeating), m.name(c.id))
	}
	if slices.ContainsFunc(locations, func(l string) bool { return l != locations[0] }) {
		m.note(federation.HintInconsistentTypeSystemDirectiveLocations, "@"+c.name, places,
			"directive @%s is for %s; the supergraph has the definition of subgraph %q",
			c.name, variants(names, locations), m.name(c.id))
	}
}

// hintMajorVersions adds a hint if a specification is linked in different major versions, which
// could not be composed.
func (m *merge) hintMajorVersions() {
	type use struct {
		majors          []int
		names, versions []string
		places          []federation.Location
	}
	uses := map[string]*use{}
	for _, s := range m.subgraphs {
		for _, link := range s.Links {
			u := uses[link.Identity]
			if u == nil {
				u = &use{}
				uses[link.Identity] = u
			}
			u.majors = append(u.majors, link.Version.Major)
			u.names, u.versions = append(u.names, s.Name), append(u.versions, link.Version.String())
			u.places = append(u.places, federation.At(s.Name, link.Position))
		}
	}
	for _, identity := range slices.Sorted(maps.Keys(uses)) {
		if u := uses[identity]; slices.Max(u.majors) != slices.Min(u.majors) {
			m.note(federation.HintDirectiveCompositionInfo, "", u.places,
				"specification %q is linked as %s; "+
					"its directives can be composed from one major version only",
				identity, variants(u.names, u.versions))
		}
	}
}

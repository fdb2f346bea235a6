package compose

import (
	"regexp"
	"slices"

	"github.com/trefoil-graph/trefoil/router/federation"
	"github.com/trefoil-graph/trefoil/router/subgraph"
)

var graphName = regexp.MustCompile(`^[A-Za-z0-9_][A-Za-z0-9_.\-]*$`)

// checkNames: each subgraph has a name of its own.
func checkNames(sources []subgraph.Source) federation.Errors {
	var errs federation.Errors
	fail := func(s subgraph.Source, message string) {
		errs = append(errs, &federation.Error{
			Code: federation.InvalidSubgraphName, Message: message,
			Locations: []federation.Location{federation.Start(s.Name, s.File)},
		})
	}
	for i, s := range sources {
		if !graphName.MatchString(s.Name) {
			fail(s, "\""+s.Name+"\" is not a name for a subgraph; take letters, digits, _, - and .")
		}
		if i > 0 && sources[i-1].Name == s.Name {
			fail(s, "two subgraphs are named \""+s.Name+"\"; rename one")
		}
	}
	return errs
}

// checkRoots: something can be asked for.
func (m *merge) checkRoots() {
	for _, name := range []string{"Query", "Mutation", "Subscription"} {
		t := m.byName[name]
		if t == nil || !slices.ContainsFunc(t.sources, func(s typeSource) bool { return len(s.Fields) > 0 }) {
			continue
		}
		switch name {
		case "Query":
			m.schema.Query = name
		case "Mutation":
			m.schema.Mutation = name
		case "Subscription":
			m.schema.Subscription = name
		}
	}
	if m.schema.Query == "" {
		m.fail(federation.NoQueries, m.starts(), "no subgraph has a Query type with fields; add one, so that there is something to ask")
	}
	for _, s := range m.subgraphs {
		if !s.Version.AtLeast(2, 0) {
			m.note(federation.HintImplicitlyUpgradedFederationVersion, "", []federation.Location{s.Start},
				"subgraph %q links no federation specification and is read as Federation 1", s.Name)
		}
		for _, link := range s.Links {
			if link.Implied {
				m.note(federation.HintImplicitlyUpgradedFederationVersion, "", []federation.Location{s.Start},
					"subgraph %q links no federation specification, but uses directives of Federation 2; it is read as if it linked \"%s\"", s.Name, link.URL)
			}
		}
	}
}

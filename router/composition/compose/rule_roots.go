package compose

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

// graphName matches any text that has the same form in logs, URLs and messages: no blanks around
// it, no quotes, backslashes and invisible characters.
var graphName = regexp.MustCompile(`^[\pL\pN_.@(\[](?:[\pL\pM\pN\pS\pP ]*[\pL\pM\pN\pS\pP])?$`)

const maxGraphName = 200

// checkNames checks that each subgraph has a unique name.
func checkNames(sources []subgraph.Source) federation.Errors {
	var errs federation.Errors
	fail := func(s subgraph.Source, message string) {
		errs = append(errs, &federation.Error{
			Code: federation.InvalidSubgraphName, Message: message,
			Locations: []federation.Location{federation.Start(s.Name, s.File)},
		})
	}
	for i, s := range sources {
		quotes := strings.ContainsAny(s.Name, "\"'`\\")
		if quotes || !graphName.MatchString(s.Name) || len(s.Name) > maxGraphName {
			fail(s, fmt.Sprintf("%q is not a name for a subgraph; take up to %d bytes of letters, "+
				"digits and signs, without quotes and backslashes, "+
				"and begin with a letter or a digit",
				federation.Cut(s.Name, maxGraphName), maxGraphName))
		}
		if i > 0 && sources[i-1].Name == s.Name {
			fail(s, "two subgraphs are named \""+s.Name+"\"; rename one")
		}
	}
	return errs
}

// checkRoots checks that there is a query field.
func (m *merge) checkRoots() {
	for _, name := range []string{"Query", "Mutation", "Subscription"} {
		t := m.byName[name]
		hasFields := func(s typeSource) bool { return len(s.Fields) > 0 }
		if t == nil || !slices.ContainsFunc(t.sources, hasFields) {
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
		m.fail(federation.NoQueries, m.starts(), "no subgraph has a Query type with fields; "+
			"add one, so that there is something to ask")
	}
	for _, s := range m.subgraphs {
		if !s.Version.AtLeast(2, 0) {
			m.note(federation.HintImplicitlyUpgradedFederationVersion, "", []federation.Location{s.Start},
				"subgraph %q links no federation specification and is read as Federation 1", s.Name)
		}
		for _, link := range s.Links {
			if link.Implied {
				m.note(federation.HintImplicitlyUpgradedFederationVersion, "", []federation.Location{s.Start},
					"subgraph %q links no federation specification, "+
						"but uses directives of Federation 2; it is read as if it linked \"%s\"",
					s.Name, link.URL)
			}
		}
	}
}

package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// composed is a directive that a subgraph wants to have in the supergraph, and its origin.
type composed struct {
	id       supergraph.SubgraphID
	name     string
	original string
	link     federation.Link
	position *ast.Position
}

// collectComposed finds the directives that @composeDirective names. A directive is composed under
// one name, from one specification. If subgraphs link several versions of it, the latest is used.
func (m *merge) collectComposed() {
	for id, s := range m.subgraphs {
		for _, c := range s.Composed {
			if found, ok := m.findComposed(supergraph.SubgraphID(id), s, c); ok {
				m.addComposed(found)
			}
		}
	}
}

func (m *merge) findComposed(
	id supergraph.SubgraphID, s *subgraph.Schema, c subgraph.Composed,
) (composed, bool) {
	link, original, ok := origin(s.Links, c.Name)
	reject := func(format string, args ...any) (composed, bool) {
		m.fail(federation.DirectiveCompositionError, m.at(id, c.Position), format, args...)
		return composed{}, false
	}
	switch {
	case ok && composedAnyway(link, original):
		m.note(federation.HintDirectiveCompositionInfo, "@"+c.Name, m.at(id, c.Position),
			"@%s is composed without being asked for; "+
				"@composeDirective can be removed from subgraph %q", c.Name, s.Name)
		return composed{}, false
	case ok && (link.Identity == federation.FederationSpec || link.Identity == federation.LinkSpec):
		return reject("@composeDirective names @%s, which composition itself takes care of; "+
			"remove it", c.Name)
	case s.Directives.ForName(c.Name) == nil:
		return reject("@composeDirective names @%s, which subgraph %q does not define; define it",
			c.Name, s.Name)
	case !ok:
		return reject("@composeDirective names @%s, which is of no linked specification; "+
			"add @link(url: \"https://…/name/v1.0\", import: [\"@%s\"])", c.Name, c.Name)
	case slices.Contains([]string{"link", "join", "tag", "inaccessible"}, link.As):
		return reject("@composeDirective names @%s of %q, which is known as %q "+
			"like a specification of the supergraph; give it another name with @link(as:)",
			c.Name, link.Identity, link.As)
	}
	return composed{id, c.Name, original, link, c.Position}, true
}

// composedAnyway reports whether a directive is in the supergraph without @composeDirective.
func composedAnyway(link federation.Link, original string) bool {
	feature, ok := federation.FeatureOf(original)
	return ok && feature.Identity != federation.CostSpec &&
		(link.Identity == federation.FederationSpec || link.Identity == feature.Identity)
}

// origin returns the specification to which a directive belongs, and its name there.
func origin(links []federation.Link, name string) (federation.Link, string, bool) {
	for _, link := range links {
		for _, i := range link.Imports {
			if i.As == "@"+name {
				return link, i.Name[1:], true
			}
		}
		prefix := link.As + "__"
		if link.As == name || len(name) > len(prefix) && name[:len(prefix)] == prefix {
			return link, name, true
		}
	}
	return federation.Link{}, "", false
}

func (m *merge) addComposed(c composed) {
	for i, known := range m.composed {
		same := known.link.Identity == c.link.Identity
		both := append(m.at(known.id, known.position), m.at(c.id, c.position)...)
		switch {
		case !same && known.link.As == c.link.As:
			m.fail(federation.DirectiveCompositionError, both,
				"%q in subgraph %q and %q in subgraph %q are both known as %q; "+
					"give one another name with @link(as:)",
				known.link.Identity, m.name(known.id), c.link.Identity, m.name(c.id), c.link.As)
			return
		case same && known.original == c.original && known.name != c.name:
			m.fail(federation.LinkImportNameMismatch, both,
				"@%s of %q is imported as @%s in subgraph %q and as @%s in subgraph %q; take one name",
				c.original, c.link.Identity, known.name, m.name(known.id), c.name, m.name(c.id))
			return
		case same && known.link.Version.Major != c.link.Version.Major:
			m.fail(federation.DirectiveCompositionError, both,
				"@%s is of version %s of %q in subgraph %q and of %s in subgraph %q; take one major version",
				c.name, known.link.Version, c.link.Identity, m.name(known.id), c.link.Version, m.name(c.id))
			return
		case !same && known.name == c.name:
			m.fail(federation.DirectiveCompositionError, both,
				"@%s is of %q in subgraph %q and of %q in subgraph %q; rename one on import",
				c.name, known.link.Identity, m.name(known.id), c.link.Identity, m.name(c.id))
			return
		case known.name == c.name:
			if c.link.Version.AtLeast(known.link.Version.Major, known.link.Version.Minor) {
				m.composed[i] = c
			}
			return
		}
	}
	m.composed = append(m.composed, c)
}

// composedDefinition returns the supergraph's definition of a composed directive, or nil if it is
// not composed.
func (m *merge) composedDefinition(name string) *ast.DirectiveDefinition {
	for _, c := range m.composed {
		if c.name == name {
			return m.subgraphs[c.id].Directives.ForName(name)
		}
	}
	return nil
}

// checkComposed checks that all subgraphs' applications of a composed directive match the
// supergraph's single definition of it.
func (m *merge) checkComposed() {
	if len(m.composed) == 0 {
		return
	}
	types := m.inputTypes()
	type once struct {
		on, name string
		id       supergraph.SubgraphID
	}
	seen := map[once]bool{}
	for _, a := range m.applied {
		at := slices.IndexFunc(m.composed, func(c composed) bool { return c.name == a.directive.Name })
		if at < 0 {
			continue
		}
		of, definition := m.composed[at].id, m.composedDefinition(a.directive.Name)
		key := once{a.on.name, a.directive.Name, a.id}
		if seen[key] && !definition.IsRepeatable {
			m.fail(federation.InvalidGraphQL, m.at(a.id, a.directive.Position),
				"by the definition of @%s in subgraph %q, which the supergraph has: "+
					"@%s of %s is there twice; remove one, or make it repeatable there",
				a.directive.Name, m.name(of), a.directive.Name, a.on.name)
		}
		seen[key] = true
		subgraph.CheckApplied(a.on.name, a.on.location, a.directive, definition, types,
			func(position *ast.Position, format string, args ...any) {
				text := fmt.Sprintf(format, federation.Brief(args)...)
				m.fail(federation.InvalidGraphQL, m.at(a.id, position),
					"by the definition of @%s in subgraph %q, which the supergraph has: %s",
					a.directive.Name, m.name(of), text)
			})
	}
}

// inputTypes returns the scalars, enums and input types of the supergraph.
func (m *merge) inputTypes() map[string]*ast.Definition {
	types := map[string]*ast.Definition{}
	for _, name := range []string{"Int", "Float", "String", "Boolean", "ID"} {
		types[name] = &ast.Definition{Kind: ast.Scalar, Name: name}
	}
	for _, t := range m.types {
		d := &ast.Definition{Kind: t.out.Kind, Name: t.out.Name, Directives: t.out.Directives}
		for _, v := range t.out.Values {
			d.EnumValues = append(d.EnumValues, &ast.EnumValueDefinition{Name: v.Name})
		}
		if t.out.Kind == ast.InputObject {
			for _, f := range t.out.Fields {
				d.Fields = append(d.Fields, &ast.FieldDefinition{
					Name: f.Name, Type: f.Type, DefaultValue: f.Default,
				})
			}
		}
		types[d.Name] = d
	}
	return types
}

// composedLinks links the latest versions of the composed directives' specifications, and defines
// the directives.
func (m *merge) composedLinks() {
	var links []federation.Link
	for _, c := range m.composed {
		i := slices.IndexFunc(links, func(l federation.Link) bool {
			return l.Identity == c.link.Identity
		})
		if i < 0 {
			i = len(links)
			links = append(links, federation.Link{
				Identity: c.link.Identity, Name: c.link.Name, As: c.link.As,
			})
		}
		if c.link.Version.AtLeast(links[i].Version.Major, links[i].Version.Minor) {
			links[i].URL, links[i].Version = c.link.URL, c.link.Version
		}
		links[i].Rename(c.original, c.name)
		m.schema.Directives = append(m.schema.Directives, m.subgraphs[c.id].Directives.ForName(c.name))
	}
	m.schema.Links = append(m.schema.Links, links...)
	slices.SortFunc(m.schema.Directives, func(a, b *ast.DirectiveDefinition) int {
		return strings.Compare(a.Name, b.Name)
	})
}

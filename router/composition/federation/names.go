package federation

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Names maps the names in one subgraph's SDL to those of the specifications.
type Names struct {
	// Version is the version of the federation specification for which the subgraph is written.
	Version Version
	// Links are all of its @link directives.
	Links []Link

	definitions ast.DirectiveDefinitionList
	// directives and types map the subgraph's names to the specification's.
	directives, types map[string]string
}

// NewNames returns the names of a subgraph from its links. The definitions are the result of
// Definitions. Subgraphs may share them, because NewNames does not change them.
func NewNames(links []Link, definitions, own ast.DirectiveDefinitionList) (*Names, Errors) {
	n := &Names{
		Version: One(), Links: links,
		directives: map[string]string{}, types: map[string]string{},
	}
	n.directives["link"] = "link"
	var errs Errors
	for _, link := range links {
		errs = append(errs, n.add(link)...)
	}
	if n.Version == One() {
		n.legacy(own)
	}
	if len(errs) == 0 {
		n.define(definitions)
	}
	return n, errs
}

func (n *Names) add(link Link) Errors {
	switch link.Identity {
	case FederationSpec:
		return n.addFederation(link)
	case LinkSpec:
		if link.Version != (Version{1, 0}) {
			return link.fail(UnknownLinkVersion, fmt.Sprintf(
				"version %s of the link specification is not known; take v1.0", link.Version))
		}
		n.directives[link.Directive("link")] = "link"
		for _, name := range []string{"Import", "Purpose"} {
			n.types[link.Type(name)] = name
		}
	}
	if link.Identity == ConnectSpec {
		return link.fail(UnsupportedFeature, fmt.Sprintf(
			"connectors (connect/%s) are not supported; serve what @connect reads by a subgraph, "+
				"and remove the link and its directives", link.Version))
	}
	n.addFeature(link)
	return nil
}

// addFeature adds a feature that an SDL links directly, and not through the federation
// specification.
func (n *Names) addFeature(link Link) {
	feature, ok := FeatureLinked(link)
	if !ok {
		return
	}
	for _, name := range feature.Directives {
		n.directives[link.Directive(name)] = name
	}
	for _, name := range feature.Types {
		n.types[link.Type(name)] = name
	}
}

func (n *Names) addFederation(link Link) Errors {
	if !link.Version.known() {
		return link.fail(UnknownFederationLinkVersion, fmt.Sprintf(
			"federation %s is not known; take a version from v2.0 to v2.%d",
			link.Version, latestMinor))
	}
	n.Version = link.Version
	for _, word := range words() {
		if !word.in(link.Version) {
			continue
		}
		n.directives[link.As+"__"+word.name] = word.name
		n.directives[link.Directive(word.name)] = word.name
	}
	for _, name := range typeWords() {
		n.types[link.As+"__"+name] = name
		n.types[link.Type(name)] = name
	}
	return n.checkImports(link)
}

func (n *Names) checkImports(link Link) Errors {
	var errs Errors
	for _, i := range link.Imports {
		name, isDirective := strings.CutPrefix(i.Name, "@")
		known := !isDirective && slices.Contains(typeWords(), name)
		if isDirective {
			known = slices.ContainsFunc(words(), func(w word) bool {
				return w.name == name && w.in(link.Version)
			})
		}
		if isDirective && IsBuiltIn(i.As[1:]) {
			errs = append(errs, link.fail(DirectiveDefinitionInvalid, i.Name+" is imported as "+
				i.As+", which is a directive of GraphQL; import it by another name")...)
		}
		if !known {
			errs = append(errs, link.fail(InvalidLinkDirectiveUsage, fmt.Sprintf(
				"federation %s has no %s to import%s",
				link.Version, i.Name, suggestion(name, link.Version)))...)
		}
	}
	return errs
}

func suggestion(name string, version Version) string {
	for _, w := range words() {
		switch {
		case w.name == name && w.in(version):
			return "; import a directive with its @, \"@" + name + "\""
		case w.name == name:
			return fmt.Sprintf("; link v2.%d or later, where it is", w.since)
		}
	}
	return ""
}

// legacy adds the names of Federation 1, which need no @link. It also adds each directive of
// Federation 2.0 to 2.4 that the SDL defines, because libraries define these without a @link. If
// the SDL defines a directive @link that cannot be on a schema, it is the subgraph's own.
func (n *Names) legacy(own ast.DirectiveDefinitionList) {
	for _, w := range words() {
		if w.legacy || w.since < 5 && own.ForName(w.name) != nil {
			n.directives[w.name] = w.name
		}
	}
	d := own.ForName("link")
	if d != nil && len(n.Links) == 0 && !slices.Contains(d.Locations, ast.LocationSchema) {
		delete(n.directives, "link")
	}
	n.types["_FieldSet"] = "FieldSet"
	n.types["FieldSet"] = "FieldSet"
}

// Written returns the subgraph's name for a directive of the specification, both without @.
func (n *Names) Written(word string) string {
	written := word
	for _, link := range n.Links {
		if feature, ok := FeatureLinked(link); ok && slices.Contains(feature.Directives, word) {
			return link.Directive(word)
		}
		if link.Identity == FederationSpec {
			written = link.Directive(word)
		}
	}
	return written
}

// Directive returns the specification's name for a directive of the SDL, both without @.
func (n *Names) Directive(written string) (string, bool) {
	word, ok := n.directives[written]
	return word, ok
}

// IsMachinery reports whether a type belongs to the specifications instead of the subgraph's own
// schema.
func (n *Names) IsMachinery(typeName string) bool {
	if _, ok := n.types[typeName]; ok {
		return true
	}
	switch typeName {
	case "_Any", "_Entity", "_Service", "_FieldSet":
		return true
	}
	return n.IsReserved(typeName)
}

// TypeWord returns the specification's name for a type of the SDL.
func (n *Names) TypeWord(written string) (string, bool) {
	if word, ok := n.types[written]; ok {
		return word, true
	}
	word, ok := strings.CutPrefix(written, "link__")
	return word, ok && (word == "Purpose" || word == "Import")
}

// IsReserved reports whether the name of a type is reserved in the supergraph: for the join and
// link specifications, or for the federation specification under its name here.
func (n *Names) IsReserved(typeName string) bool {
	owner, _, prefixed := strings.Cut(typeName, "__")
	linked := func(link Link) bool {
		return owner == link.As && (link.Identity == FederationSpec || link.Identity == LinkSpec)
	}
	return prefixed && (owner == "join" || owner == "link" || owner == "federation" ||
		slices.ContainsFunc(n.Links, linked))
}

// Definitions returns the definitions of all directives of the specifications, under this
// subgraph's names, and of the types that they use.
func (n *Names) Definitions() (ast.DirectiveDefinitionList, ast.DefinitionList) {
	types := ast.DefinitionList{}
	for _, name := range append(typeWords(), "Import", "Purpose") {
		types = append(types, &ast.Definition{
			Kind: ast.Scalar, Name: "federation__" + name, BuiltIn: true,
		})
	}
	return n.definitions, types
}

// Definition returns the definition of a directive of the SDL, or nil if it does not belong to the
// specifications.
func (n *Names) Definition(written string) *ast.DirectiveDefinition {
	return n.definitions.ForName(written)
}

func (n *Names) define(words ast.DirectiveDefinitionList) {
	written := make([]string, 0, len(n.directives))
	for name := range n.directives {
		written = append(written, name)
	}
	slices.Sort(written)
	for _, name := range written {
		definition := *words.ForName(n.directives[name])
		definition.Name = name
		n.asInVersion(&definition, n.directives[name])
		n.definitions = append(n.definitions, &definition)
	}
}

// asInVersion removes the parts of a definition that were added after the linked version.
// Subgraphs without a link define the directives that they use.
func (n *Names) asInVersion(d *ast.DirectiveDefinition, word string) {
	switch {
	case n.Version == One():
	case word == Override && !n.Version.AtLeast(2, 7):
		d.Arguments = slices.DeleteFunc(slices.Clone(d.Arguments),
			func(a *ast.ArgumentDefinition) bool { return a.Name == "label" })
	case word == Tag && !n.Version.AtLeast(2, 3):
		d.Locations = slices.DeleteFunc(slices.Clone(d.Locations),
			func(l ast.DirectiveLocation) bool { return l == ast.LocationSchema })
	}
}

// Narrow lets a definition of the subgraph's own replace the specification's. It may leave out
// arguments and locations, and need not be repeatable. Another rule checks repeated @shareable.
func (n *Names) Narrow(own *ast.DirectiveDefinition) {
	d := n.definitions.ForName(own.Name)
	d.Locations = own.Locations
	d.IsRepeatable = d.IsRepeatable && (own.IsRepeatable || n.directives[own.Name] == Shareable)
	d.Arguments = slices.DeleteFunc(slices.Clone(d.Arguments), func(a *ast.ArgumentDefinition) bool {
		return own.Arguments.ForName(a.Name) == nil
	})
}

func (l Link) fail(code Code, message string) Errors {
	return Errors{{Code: code, Message: message, Locations: []Location{At("", l.Position)}}}
}

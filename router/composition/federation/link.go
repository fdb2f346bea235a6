package federation

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// URLs of the specifications, without version.
const (
	FederationSpec     = "https://specs.apollo.dev/federation"
	LinkSpec           = "https://specs.apollo.dev/link"
	JoinSpec           = "https://specs.apollo.dev/join"
	TagSpec            = "https://specs.apollo.dev/tag"
	InaccessibleSpec   = "https://specs.apollo.dev/inaccessible"
	AuthenticatedSpec  = "https://specs.apollo.dev/authenticated"
	RequiresScopesSpec = "https://specs.apollo.dev/requiresScopes"
	PolicySpec         = "https://specs.apollo.dev/policy"
	CostSpec           = "https://specs.apollo.dev/cost"
	CacheTagSpec       = "https://specs.apollo.dev/cacheTag"
	ConnectSpec        = "https://specs.apollo.dev/connect"
)

// Link is one @link of a schema: a specification whose elements the schema uses.
type Link struct {
	// URL is the URL as written; Identity is the URL without the version.
	URL, Identity string
	// Name is the specification's own name, the last part of Identity.
	Name    string
	Version Version
	// As is the name under which the schema uses the specification; Name by default.
	As      string
	Imports []Import
	Purpose string
	// Implied is true if the schema does not contain the link, but cannot mean anything else.
	Implied  bool
	Position *ast.Position
}

// Import is an element that the schema uses without a prefix. Directives are written with their @.
type Import struct {
	Name, As string
}

// NewLink returns a link to a specification that renames nothing.
func NewLink(url string) Link {
	link := Link{URL: url}
	if err := link.readURL(); err != nil {
		panic("federation: " + url + " " + err.Error())
	}
	link.As = link.Name
	return link
}

// Rename sets the name under which the schema uses a directive of the specification, both without
// @.
func (l *Link) Rename(directive, as string) {
	if l.Directive(directive) != as {
		l.Imports = append(l.Imports, Import{Name: "@" + directive, As: "@" + as})
	}
}

// Directive returns the name under which the schema uses a directive of the specification, both
// without @.
func (l Link) Directive(name string) string {
	for _, i := range l.Imports {
		if i.Name == "@"+name {
			return strings.TrimPrefix(i.As, "@")
		}
	}
	if name == l.Name {
		return l.As
	}
	return l.As + "__" + name
}

// Type returns the name under which the schema uses a type of the specification.
func (l Link) Type(name string) string {
	for _, i := range l.Imports {
		if i.Name == name {
			return i.As
		}
	}
	return l.As + "__" + name
}

// identifier matches valid names of a specification, which directives and types have as a prefix
// before two underscores.
var identifier = regexp.MustCompile(`^_?[A-Za-z0-9-](?:_?[A-Za-z0-9-])*$`)

// importName matches valid names of an element, with the @ of a directive.
var importName = regexp.MustCompile(`^@?[A-Za-z_][A-Za-z0-9_]*$`)

// FindLinks reads the @link directives, under the schema's own name for @link. The errors have no
// subgraph.
func FindLinks(directives ast.DirectiveList) ([]Link, Errors) {
	name := nameOfLink(directives)
	var links []Link
	var errs Errors
	for _, directive := range directives {
		if directive.Name != name {
			continue
		}
		link, err := parseLink(directive)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if called := link.Directive("link"); link.Identity == LinkSpec && called != name {
			errs = append(errs, linkError(directive, InvalidGraphQL, "@"+name+
				" is not defined, as this link calls it @"+called+"; write @"+called+"(url: …)"))
		}
		links = append(links, link)
	}
	return links, append(errs, conflictingLinks(links)...)
}

// nameOfLink returns the schema's name for @link, because a link to the link specification may
// rename it.
func nameOfLink(directives ast.DirectiveList) string {
	for _, d := range directives {
		link, err := parseLink(d)
		if err == nil && link.Identity == LinkSpec && link.Directive("link") == d.Name {
			return d.Name
		}
	}
	return "link"
}

func parseLink(directive *ast.Directive) (Link, *Error) {
	link := Link{URL: stringArgument(directive, "url"), Position: directive.Position}
	if link.URL == "" {
		return link, linkError(directive, InvalidLinkDirectiveUsage,
			"@link needs the specification's URL: @link(url: \"https://…/name/v1.0\")")
	}
	if err := link.readURL(); err != nil {
		return link, linkError(directive, InvalidLinkIdentifier,
			"@link(url: \""+Cut(link.URL, maxPart)+"\") "+err.Error()+
				"; write it like https://specs.apollo.dev/federation/v2.3")
	}
	link.As = link.Name
	if as := directive.Arguments.ForName("as"); as != nil && as.Value.Kind != ast.NullValue {
		link.As = stringArgument(directive, "as")
	}
	if !identifier.MatchString(link.As) || strings.ContainsAny(link.As[:1], "-0123456789") {
		return link, linkError(directive, InvalidLinkDirectiveUsage, "\""+Cut(link.URL, maxPart)+
			"\" would be known as \""+Cut(link.As, maxPart)+"\", which is not a name; "+
			"give it one with as: of letters, digits and single underscores inside")
	}
	purpose := directive.Arguments.ForName("for")
	if purpose != nil && purpose.Value.Kind != ast.NullValue {
		link.Purpose = purpose.Value.Raw
		if link.Purpose != "SECURITY" && link.Purpose != "EXECUTION" {
			return link, linkError(directive, InvalidGraphQL, "@link(for: "+
				Cut(link.Purpose, maxPart)+") is not a purpose; "+
				"write SECURITY or EXECUTION, or leave it out")
		}
	}
	return link, link.readImports(directive)
}

// readURL splits the URL: …/name/v1.0. It ignores a slash at the end, a query and a fragment.
func (l *Link) readURL() error {
	u, err := url.Parse(l.URL)
	if err != nil || u.Scheme == "" || u.Host == "" && u.Opaque == "" && u.Path == "" {
		return errors.New("is not an absolute URL")
	}
	location := strings.TrimSuffix(u.EscapedPath()+u.Opaque, "/")
	location, version, _ := cutLast(location)
	_, name, named := cutLast(location)
	var ok bool
	if l.Version, ok = ParseVersion(version); !ok {
		return errors.New("does not end in a version")
	}
	if l.Name = name; name == "" || !named && u.Opaque == "" {
		return errors.New("does not name a specification before the version")
	}
	u.Path, u.RawPath, u.Opaque, u.RawQuery, u.Fragment, u.User = "", "", "", "", "", nil
	l.Identity = strings.TrimSuffix(u.String(), "?") + location
	return nil
}

// cutLast splits a path before its last segment.
func cutLast(location string) (before, last string, found bool) {
	i := strings.LastIndex(location, "/")
	return location[:max(i, 0)], location[i+1:], i >= 0
}

func (l *Link) readImports(directive *ast.Directive) *Error {
	argument := directive.Arguments.ForName("import")
	if argument == nil {
		return nil
	}
	for _, child := range argument.Value.Children {
		element, ok := readImport(child.Value)
		if !ok {
			return linkError(directive, InvalidLinkDirectiveUsage,
				"@link(import:) has "+child.Value.String()+"; write a name, "+
					"or {name: \"@a\", as: \"@b\"} with both names with @ or both without")
		}
		other := slices.IndexFunc(l.Imports, func(i Import) bool {
			return i.Name == element.Name && i.As != element.As
		})
		if other >= 0 {
			return linkError(directive, InvalidLinkDirectiveUsage,
				"@link(import:) has "+element.Name+" as "+l.Imports[other].As+
					" and as "+element.As+"; remove one of them")
		}
		l.Imports = append(l.Imports, element)
	}
	return nil
}

func readImport(value *ast.Value) (Import, bool) {
	var i Import
	switch value.Kind {
	case ast.StringValue, ast.BlockValue:
		i = Import{Name: value.Raw, As: value.Raw}
	case ast.ObjectValue:
		name, as := value.Children.ForName("name"), value.Children.ForName("as")
		if name == nil {
			return i, false
		}
		i = Import{Name: name.Raw, As: name.Raw}
		if as != nil {
			i.As = as.Raw
		}
	}
	directive := strings.HasPrefix(i.Name, "@")
	return i, importName.MatchString(i.Name) && importName.MatchString(i.As) &&
		directive == strings.HasPrefix(i.As, "@")
}

func linkError(directive *ast.Directive, code Code, message string) *Error {
	return &Error{Code: code, Message: message, Locations: []Location{At("", directive.Position)}}
}

func stringArgument(directive *ast.Directive, name string) string {
	argument := directive.Arguments.ForName(name)
	if argument == nil ||
		argument.Value.Kind != ast.StringValue && argument.Value.Kind != ast.BlockValue {
		return ""
	}
	return argument.Value.Raw
}

package federation

import (
	"net/url"
	"path"
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
)

// Link is one @link of a schema: a specification whose elements the schema uses.
type Link struct {
	// URL is as written; Identity is it without the version.
	URL, Identity string
	// Name is the specification's own name, the last part of Identity.
	Name    string
	Version Version
	// As is the name under which the schema knows the specification: Name if it does not say.
	As      string
	Imports []Import
	Purpose string
	// Implied is true if the schema does not say so, but could mean nothing else.
	Implied  bool
	Position *ast.Position
}

// Import is an element that the schema uses without prefix. Directives are written with their @.
type Import struct {
	Name, As string
}

// NewLink is a link to a specification that changes no names.
func NewLink(url string) Link {
	link := Link{URL: url}
	link.readURL()
	link.As = link.Name
	return link
}

// Rename lets the schema know a directive of the specification by a name, both without @.
func (l *Link) Rename(directive, as string) {
	if l.Directive(directive) != as {
		l.Imports = append(l.Imports, Import{Name: "@" + directive, As: "@" + as})
	}
}

// Directive returns the name under which the schema knows a directive of the specification, both without @.
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

// Type returns the name under which the schema knows a type of the specification.
func (l Link) Type(name string) string {
	for _, i := range l.Imports {
		if i.Name == name {
			return i.As
		}
	}
	return l.As + "__" + name
}

var identifier = regexp.MustCompile(`^[A-Za-z](?:_?[A-Za-z0-9-])*$`)

// FindLinks reads the @link directives, under the name that the schema gave to @link itself. What is wrong with
// them comes back as errors without subgraph.
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
			errs = append(errs, linkError(directive, InvalidGraphQL, "@"+name+" is not defined, as this link calls it @"+called+"; write @"+called+"(url: …)"))
		}
		links = append(links, link)
	}
	return links, append(errs, conflictingLinks(links)...)
}

// nameOfLink finds how @link is called here: a link to the link specification may rename it.
func nameOfLink(directives ast.DirectiveList) string {
	for _, d := range directives {
		if link, err := parseLink(d); err == nil && link.Identity == LinkSpec && link.Directive("link") == d.Name {
			return d.Name
		}
	}
	return "link"
}

func parseLink(directive *ast.Directive) (Link, *Error) {
	link := Link{URL: stringArgument(directive, "url"), Position: directive.Position}
	if link.URL == "" {
		return link, linkError(directive, InvalidLinkDirectiveUsage, "@link needs the specification's URL: @link(url: \"https://…/name/v1.0\")")
	}
	link.readURL()
	link.As = link.Name
	if as := stringArgument(directive, "as"); as != "" {
		if !identifier.MatchString(as) || strings.HasSuffix(as, "_") {
			return link, linkError(directive, InvalidLinkIdentifier,
				"@link(as: \""+as+"\") is not a name; take letters, digits and single underscores inside")
		}
		link.As = as
	}
	if purpose := directive.Arguments.ForName("for"); purpose != nil {
		link.Purpose = purpose.Value.Raw
	}
	return link, link.readImports(directive)
}

func (l *Link) readURL() {
	l.Identity = strings.TrimRight(l.URL, "/")
	l.Name = path.Base(l.Identity)
	if version, ok := ParseVersion(l.Name); ok {
		l.Version = version
		l.Identity = strings.TrimSuffix(l.Identity, "/"+l.Name)
		l.Name = path.Base(l.Identity)
	}
	if u, err := url.Parse(l.Identity); err == nil && strings.Trim(u.Path, "/") == "" {
		l.Name = ""
	}
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
				"@link(import:) has "+child.Value.String()+"; write a name, or {name: \"@a\", as: \"@b\"} with both names with @ or both without")
		}
		if other := slices.IndexFunc(l.Imports, func(i Import) bool { return i.Name == element.Name && i.As != element.As }); other >= 0 {
			return linkError(directive, InvalidLinkDirectiveUsage,
				"@link(import:) has "+element.Name+" as "+l.Imports[other].As+" and as "+element.As+"; remove one of them")
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
	return i, i.Name != "" && i.Name != "@" && i.As != "" && directive == strings.HasPrefix(i.As, "@")
}

func conflictingLinks(links []Link) Errors {
	var errs Errors
	byName := map[string]Link{}
	for _, link := range links {
		if link.As == "" {
			continue
		}
		if first, ok := byName[link.As]; ok {
			errs = append(errs, &Error{
				Code:      InvalidLinkDirectiveUsage,
				Message:   "\"" + link.URL + "\" and \"" + first.URL + "\" are both known as \"" + link.As + "\"; give one another name with as:",
				Locations: []Location{At("", link.Position)},
			})
			continue
		}
		byName[link.As] = link
	}
	return errs
}

func linkError(directive *ast.Directive, code Code, message string) *Error {
	return &Error{Code: code, Message: message, Locations: []Location{At("", directive.Position)}}
}

func stringArgument(directive *ast.Directive, name string) string {
	argument := directive.Arguments.ForName(name)
	if argument == nil || argument.Value.Kind != ast.StringValue && argument.Value.Kind != ast.BlockValue {
		return ""
	}
	return argument.Value.Raw
}

package federation

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

// Feature is a specification whose directives subgraphs use through the federation specification,
// and which supergraphs link.
type Feature struct {
	// Identity is the URL without the version, which is the latest one.
	Identity string
	Version  Version
	// Purpose is SECURITY if the program that executes operations must obey the directives, and
	// EXECUTION if the directives are for it.
	Purpose string
	// Directives are the specification's directives, without @, and Types the types of their
	// arguments.
	Directives, Types []string
	// Joined are directives that a supergraph does not apply itself; a @join__directive says which
	// subgraph does.
	Joined []string
}

// Features returns all specifications that a supergraph may link.
func Features() []Feature {
	return []Feature{
		{
			Identity: InaccessibleSpec, Version: Version{0, 2}, Purpose: "SECURITY",
			Directives: []string{Inaccessible},
		},
		{Identity: TagSpec, Version: Version{0, 3}, Directives: []string{Tag}},
		{
			Identity: AuthenticatedSpec, Version: Version{0, 1}, Purpose: "SECURITY",
			Directives: []string{Authenticated},
		},
		{
			Identity: RequiresScopesSpec, Version: Version{0, 1}, Purpose: "SECURITY",
			Directives: []string{RequiresScopes}, Types: []string{"Scope"},
		},
		{
			Identity: PolicySpec, Version: Version{0, 1}, Purpose: "SECURITY",
			Directives: []string{Policy}, Types: []string{"Policy"},
		},
		{
			Identity: ContextSpec, Version: Version{0, 1}, Purpose: "SECURITY",
			Directives: []string{Context, FromContext}, Types: []string{"ContextFieldValue"},
		},
		{Identity: CostSpec, Version: Version{0, 1}, Directives: []string{Cost, ListSize}},
		{
			Identity: CacheTagSpec, Version: Version{0, 1}, Purpose: "EXECUTION",
			Joined: []string{CacheTag},
		},
	}
}

// FeatureOf returns the feature to which a directive belongs.
func FeatureOf(directive string) (Feature, bool) {
	for _, f := range Features() {
		if slices.Contains(f.Directives, directive) {
			return f, true
		}
	}
	return Feature{}, false
}

// FeatureLinked returns the feature that a link names, if its version is known.
func FeatureLinked(link Link) (Feature, bool) {
	for _, f := range Features() {
		if f.Identity == link.Identity && f.Version.AtLeast(link.Version.Major, link.Version.Minor) {
			return f, true
		}
	}
	return Feature{}, false
}

// Link returns a supergraph's link to the feature.
func (f Feature) Link() Link {
	link := NewLink(f.Identity + "/" + f.Version.String())
	link.Purpose = f.Purpose
	return link
}

// Define returns the definitions of the feature's directives and types, under the link's names.
func (f Feature) Define(link Link) *ast.SchemaDocument {
	doc := &ast.SchemaDocument{}
	all := Definitions()
	for _, name := range f.Directives {
		d := all.ForName(name)
		d.Name = link.Directive(name)
		for _, a := range d.Arguments {
			f.rename(a.Type, link)
		}
		doc.Directives = append(doc.Directives, d)
	}
	for _, name := range f.Types {
		scalar := &ast.Definition{Kind: ast.Scalar, Name: link.Type(name)}
		doc.Definitions = append(doc.Definitions, scalar)
	}
	return doc
}

// rename gives a type of the federation specification its name in the feature's own specification.
func (f Feature) rename(t *ast.Type, link Link) {
	for t.Elem != nil {
		t = t.Elem
	}
	for _, name := range f.Types {
		if t.NamedType == "federation__"+name {
			t.NamedType = link.Type(name)
		}
	}
}

// Definitions returns new definitions of all directives, under the specifications' names.
func Definitions() ast.DirectiveDefinitionList {
	doc, err := parser.ParseSchema(&ast.Source{Name: "federation", Input: definitions, BuiltIn: true})
	if err != nil {
		panic("federation: the definitions do not parse: " + err.Error())
	}
	return doc.Directives
}

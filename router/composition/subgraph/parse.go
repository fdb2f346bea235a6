package subgraph

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/shared/source"
)

// maxTokens limits the size of an SDL document; the largest known subgraphs have less than a tenth
// of it.
const maxTokens = 2_000_000

// Parse reads the subgraphs of one supergraph. They do not depend on each other, so they are read
// concurrently. If there are errors, it returns no schemas of the subgraphs concerned.
func Parse(sources ...Source) ([]*Schema, federation.Errors) {
	schemas := make([]*Schema, len(sources))
	failed := make([]federation.Errors, len(sources))
	shared := newShared(sources)
	var all sync.WaitGroup
	for i, source := range sources {
		all.Go(func() { schemas[i], failed[i] = newLoader(source, shared).load() })
	}
	all.Wait()
	return schemas, slices.Concat(failed...)
}

// shared holds the data that the loaders of one supergraph share. They only read it.
type shared struct {
	// builtIn holds GraphQL's own definitions, federation those of its directives. They are the
	// same for all subgraphs; parsing them each time took an eighth of composing 100 subgraphs.
	builtIn    *ast.SchemaDocument
	federation ast.DirectiveDefinitionList
	baseKeys   map[string][]string
}

func newShared(sources []Source) *shared {
	s := &shared{builtIn: validator.PreludeDocument(), federation: federation.Definitions()}
	s.baseKeys = s.findBaseKeys(sources)
	return s
}

func (l *loader) load() (*Schema, federation.Errors) {
	for _, step := range []func(*loader){
		(*loader).parseDocument,
		(*loader).readLinks,
		(*loader).dropMachinery,
		(*loader).mergeExtensions,
		(*loader).renameRoots,
		(*loader).validateGraphQL,
		(*loader).readAttributes,
		(*loader).findFakeExternals,
		(*loader).upgradeFederation1,
		(*loader).markUsed,
		(*loader).checkRules,
	} {
		// A step depends on those before it, and would report consequences of their errors.
		if step(l); len(l.errs) > 0 {
			l.errs.Sort()
			return nil, l.errs
		}
	}
	return l.schema, nil
}

type loader struct {
	*shared
	source Source
	doc    *ast.SchemaDocument
	// definitions are the types, with extensions merged in; extended are those that have only
	// extensions.
	definitions ast.DefinitionList
	extended    map[string]bool
	// types maps names to definitions, including GraphQL's and federation's.
	types map[string]*ast.Definition
	// sharedTwice holds each @shareable that is not the first of its definition or extension.
	sharedTwice map[*ast.Directive]bool
	schema      *Schema
	errs        federation.Errors
}

func newLoader(source Source, shared *shared) *loader {
	return &loader{shared: shared, source: source, schema: &Schema{
		Name: source.Name, URL: source.URL, Start: federation.Start(source.Name, source.File),
	}}
}

func (l *loader) fail(code federation.Code, position *ast.Position, format string, args ...any) {
	l.errs = append(l.errs, &federation.Error{
		Code:      code,
		Message:   fmt.Sprintf(format, federation.Brief(args)...),
		Locations: []federation.Location{l.at(position)},
	})
}

// at returns the location of a position, or of the whole SDL if there is none.
func (l *loader) at(position *ast.Position) federation.Location {
	location := federation.At(l.source.Name, position)
	if location.Line == 0 {
		return l.schema.Start
	}
	location.File = l.source.File
	return location
}

func (l *loader) parseDocument() {
	if !utf8.ValidString(l.source.SDL) {
		l.failGraphQL(errors.New("the SDL is not UTF-8; save it as UTF-8"))
		return
	}
	sdl, err := source.Correct(l.source.SDL)
	if err != nil {
		l.failGraphQL(err)
		return
	}
	doc, err := parser.ParseSchemaWithLimit(&ast.Source{Name: l.source.File, Input: sdl}, maxTokens)
	if err != nil {
		l.failGraphQL(err)
		return
	}
	if isEmpty(doc) {
		// An editor or a copy can leave a file empty. Then all fields of the subgraph would be
		// missing.
		l.failGraphQL(errors.New("the SDL is empty; write the subgraph's types into it"))
		return
	}
	l.doc = doc
}

// isEmpty reports whether an SDL has no definition at all. An SDL that only links a specification,
// or only defines directives, is not empty: its author may be moving types to other subgraphs one
// by one.
func isEmpty(doc *ast.SchemaDocument) bool {
	schemas := len(doc.Schema) + len(doc.SchemaExtension)
	return schemas+len(doc.Directives)+len(doc.Definitions)+len(doc.Extensions) == 0
}

// failGraphQL reports an error of gqlparser.
func (l *loader) failGraphQL(err error) {
	location, message := l.at(nil), err.Error()
	var e *gqlerror.Error
	if errors.As(err, &e) {
		message = e.Message
		if len(e.Locations) > 0 && e.Locations[0].Line > 0 {
			location.Line, location.Column = e.Locations[0].Line, e.Locations[0].Column
		}
	}
	l.errs = append(l.errs, &federation.Error{
		Code: federation.InvalidGraphQL, Message: message, Locations: []federation.Location{location},
	})
}

func (l *loader) readLinks() {
	var directives ast.DirectiveList
	for _, s := range append(l.doc.Schema, l.doc.SchemaExtension...) {
		directives = append(directives, s.Directives...)
	}
	links, errs := federation.FindLinks(directives)
	links = l.impliedLink(links)
	names, more := federation.NewNames(links, l.federation, l.doc.Directives)
	for _, err := range append(errs, more...) {
		err.Locations[0].Subgraph, err.Locations[0].File = l.source.Name, l.source.File
		l.errs = append(l.errs, err)
	}
	core := directives.ForName("core")
	if core != nil && l.doc.Directives.ForName("join__graph") != nil {
		l.fail(federation.UnsupportedFeature, core.Position,
			"this is a supergraph of Federation 1, no subgraph; compose its subgraphs")
	}
	l.schema.Links, l.schema.names, l.schema.Version = links, names, names.Version
	for _, d := range directives {
		if word, _ := names.Directive(d.Name); word == federation.ComposeDirective {
			l.readComposed(d)
		}
	}
}

func (l *loader) readComposed(d *ast.Directive) {
	name := ""
	if argument := d.Arguments.ForName("name"); argument != nil {
		name = argument.Value.Raw
	}
	if len(name) < 2 || name[0] != '@' {
		l.fail(federation.DirectiveCompositionError, d.Position,
			"@composeDirective(name: %q) names no directive; write it with its @, like \"@custom\"", name)
		return
	}
	l.schema.Composed = append(l.schema.Composed, Composed{Name: name[1:], Position: d.Position})
}

package supergraph

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/shared/source"
)

// maxTokens limits the size of an SDL document.
const maxTokens = 5_000_000

// Parse reads a supergraph SDL from any composition. The error is a federation.Errors.
func Parse(sdl string) (*Schema, error) {
	if !utf8.ValidString(sdl) {
		return nil, syntaxError(errors.New("the SDL is not UTF-8; save it as UTF-8"))
	}
	sdl, err := source.Correct(sdl)
	if err != nil {
		return nil, syntaxError(err)
	}
	doc, err := parser.ParseSchemaWithLimit(&ast.Source{Name: "supergraph", Input: sdl}, maxTokens)
	if err != nil {
		return nil, syntaxError(err)
	}
	r := &joinReader{doc: doc, schema: &Schema{}, graphs: map[string]SubgraphID{}}
	for _, step := range []func(*joinReader){
		(*joinReader).readLinks, (*joinReader).readNames, (*joinReader).readGraphs,
		(*joinReader).readRoots, (*joinReader).readTypes, (*joinReader).readDirectives,
	} {
		if step(r); len(r.errs) > 0 {
			return nil, r.errs
		}
	}
	if err := r.schema.Finish(); err != nil {
		return nil, syntaxError(err)
	}
	return r.schema, nil
}

func syntaxError(err error) error {
	e := &federation.Error{
		Code: federation.InvalidGraphQL, Message: err.Error(),
		Locations: []federation.Location{federation.Start("", "")},
	}
	var g *gqlerror.Error
	if errors.As(err, &g) {
		e.Message = g.Message
		if len(g.Locations) > 0 && g.Locations[0].Line > 0 {
			e.Locations = []federation.Location{{Line: g.Locations[0].Line, Column: g.Locations[0].Column}}
		}
	}
	return federation.Errors{e}
}

// joinReader moves the directives of the join specification from a supergraph SDL into a Schema.
type joinReader struct {
	doc    *ast.SchemaDocument
	schema *Schema
	// graphs maps enum values to subgraphs.
	graphs map[string]SubgraphID
	errs   federation.Errors
}

// fail reports an error at a position, or without one, for the whole document.
func (r *joinReader) fail(position *ast.Position, format string, args ...any) {
	at := federation.Start("", "")
	if position != nil {
		at = federation.At("", position)
	}
	r.errs = append(r.errs, &federation.Error{
		Code:      federation.InvalidFederationSupergraph,
		Message:   fmt.Sprintf(format, args...),
		Locations: []federation.Location{at},
	})
}

func (r *joinReader) readLinks() {
	var directives ast.DirectiveList
	for _, s := range append(r.doc.Schema, r.doc.SchemaExtension...) {
		directives = append(directives, s.Directives...)
	}
	if core := directives.ForName("core"); core != nil {
		r.fail(core.Position, "this is a supergraph of Federation 1 (@core); "+
			"compose its subgraphs again with Federation 2, which needs no change to most of them")
		return
	}
	links, errs := federation.FindLinks(directives)
	r.errs = append(r.errs, errs...)
	r.schema.Applied = rest(slices.DeleteFunc(directives, func(d *ast.Directive) bool {
		return slices.ContainsFunc(links, func(link federation.Link) bool {
			return link.Position == d.Position
		})
	}))
	for _, link := range links {
		switch link.Identity {
		case federation.LinkSpec:
		case federation.JoinSpec:
			r.schema.JoinVersion = link.Version.String()
			supported := link.Version.Major == 0 && link.Version.Minor >= 2 && link.Version.Minor <= 5
			if link.As != "join" || !supported {
				r.fail(link.Position, "%q as %q is not supported; compose again with Federation 2, "+
					"which has a join specification from v0.2 to v0.5, named join",
					link.URL, link.As)
			}
		default:
			r.checkSupported(link)
			r.schema.Links = append(r.schema.Links, link)
		}
	}
	if r.schema.JoinVersion == "" && len(r.errs) == 0 {
		r.fail(nil, "the schema does not @link the join specification; "+
			"is this a supergraph SDL of Federation 2?")
	}
	// Other directives of v0.2 have the same form as in v0.3.
	if r.schema.JoinVersion == "v0.2" {
		r.schema.JoinVersion = "v0.3"
	}
}

// checkSupported refuses a linked specification that the router must enforce but does not support,
// and one that takes the name link or join.
func (r *joinReader) checkSupported(link federation.Link) {
	if link.As == "link" || link.As == "join" {
		r.fail(link.Position,
			"%q is known as %q, which stands for another specification; compose with it renamed",
			link.URL, link.As)
	}
	if _, known := federation.FeatureLinked(link); link.Purpose != "" && !known {
		r.errs = append(r.errs, &federation.Error{
			Code: federation.UnsupportedLinkedFeature,
			Message: fmt.Sprintf("%q is linked for %s, and this router does not support it; "+
				"compose without it", link.URL, link.Purpose),
			Locations: []federation.Location{federation.At("", link.Position)},
		})
	}
}

func (r *joinReader) readGraphs() {
	graphs := r.doc.Definitions.ForName("join__Graph")
	if graphs == nil {
		r.fail(nil, "the enum join__Graph is missing")
		return
	}
	for _, v := range graphs.EnumValues {
		d := v.Directives.ForName("join__graph")
		if d == nil || argument(d, "name") == "" {
			r.fail(v.Position, "subgraph %s has no @join__graph(name:, url:)", v.Name)
			continue
		}
		r.schema.Subgraphs = append(r.schema.Subgraphs, Subgraph{
			Name: argument(d, "name"), URL: argument(d, "url"),
		})
	}
	slices.SortFunc(r.schema.Subgraphs, func(a, b Subgraph) int {
		return cmp.Compare(a.Name, b.Name)
	})
	for _, v := range graphs.EnumValues {
		if d := v.Directives.ForName("join__graph"); d != nil {
			r.graphs[v.Name], _ = r.schema.SubgraphNamed(argument(d, "name"))
		}
	}
}

func (r *joinReader) readRoots() {
	roots := map[ast.Operation]*string{
		ast.Query: &r.schema.Query, ast.Mutation: &r.schema.Mutation,
		ast.Subscription: &r.schema.Subscription,
	}
	for _, s := range append(r.doc.Schema, r.doc.SchemaExtension...) {
		r.schema.Description = cmp.Or(r.schema.Description, s.Description)
		for _, o := range s.OperationTypes {
			*roots[o.Operation] = o.Type
		}
	}
	if r.schema.Query == "" {
		r.fail(nil, "the schema definition names no query root")
	}
}

func isMachinery(name string) bool {
	return strings.HasPrefix(name, "join__") || strings.HasPrefix(name, "link__")
}

func (r *joinReader) readDirectives() {
	for _, d := range r.doc.Directives {
		switch {
		case isMachinery(d.Name), d.Name == "link", d.Name == "core",
			d.Name == "deprecated", d.Name == "specifiedBy", d.Name == "skip",
			d.Name == "include", d.Name == "oneOf":
		default:
			r.schema.Directives = append(r.schema.Directives, d)
		}
	}
	slices.SortFunc(r.schema.Directives, func(a, b *ast.DirectiveDefinition) int {
		return cmp.Compare(a.Name, b.Name)
	})
}

func argument(d *ast.Directive, name string) string {
	if a := d.Arguments.ForName(name); a != nil && a.Value.Kind != ast.NullValue {
		return a.Value.Raw
	}
	return ""
}

// graph returns the subgraph that a directive's argument graph names.
func (r *joinReader) graph(d *ast.Directive) (SubgraphID, bool) {
	name := argument(d, "graph")
	id, ok := r.graphs[name]
	if !ok {
		r.fail(d.Position, "@%s(graph: %s) names no value of join__Graph", d.Name, name)
	}
	return id, ok
}

// fieldSet parses an argument that is a field set. It returns nil if there is no such argument.
func (r *joinReader) fieldSet(d *ast.Directive, name string) ast.SelectionSet {
	value := argument(d, name)
	if value == "" {
		return nil
	}
	set, err := federation.ParseFieldSet(value)
	if err != nil {
		r.fail(d.Position, "@%s(%s: %q): %v", d.Name, name, value, err)
	}
	return set
}

package compose

import (
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// checkDirective checks that clients do not need the hidden parts of a directive. Directives of
// linked specifications are invisible, so nothing in them can be hidden.
func (m *merge) checkDirective(d *ast.DirectiveDefinition) {
	for _, a := range d.Arguments {
		at, coordinate := m.directiveAt(d.Name, a.Name), "@"+d.Name+"("+a.Name+":)"
		if m.isComposed(d.Name) && supergraph.Inaccessible(a.Directives) {
			m.disallow(at, "argument "+coordinate)
		} else {
			m.checkArgument(func() []federation.Location { return at }, coordinate, a)
		}
	}
}

// checkOfSpecification refuses @inaccessible on a type of a linked specification.
func (m *merge) checkOfSpecification(t *supergraph.Type) {
	hidesValue := func(v *supergraph.EnumValue) bool { return supergraph.Inaccessible(v.Directives) }
	hidden := supergraph.Inaccessible(t.Directives) ||
		slices.ContainsFunc(t.Values, hidesValue) || slices.ContainsFunc(t.Fields, hidesPart)
	if hidden {
		m.disallow(m.places(m.byName[t.Name]), "type \""+t.Name+"\", or a part of it,")
	}
}

func hidesPart(f *supergraph.Field) bool {
	hidesArgument := func(a *ast.ArgumentDefinition) bool {
		return supergraph.Inaccessible(a.Directives)
	}
	return supergraph.Inaccessible(f.Directives) ||
		slices.ContainsFunc(f.Arguments, hidesArgument)
}

func (m *merge) disallow(at []federation.Location, what string) {
	m.fail(federation.DisallowedInaccessible, at,
		"%s is @inaccessible, but belongs to a linked specification, "+
			"of which clients see nothing; remove @inaccessible", what)
}

// ofSpecification reports whether a type's name belongs to a specification that the supergraph
// links.
func (m *merge) ofSpecification(typeName string) bool {
	name, _, ok := strings.Cut(typeName, "__")
	known := func(l federation.Link) bool { return l.As == name }
	return ok && slices.ContainsFunc(m.schema.Links, known)
}

// directiveAt returns the locations of a directive's argument in the subgraphs that have it.
func (m *merge) directiveAt(directive, argument string) []federation.Location {
	var list []federation.Location
	for _, s := range m.subgraphs {
		if d := s.Directives.ForName(directive); d != nil {
			if a := d.Arguments.ForName(argument); a != nil {
				list = append(list, federation.At(s.Name, a.Position))
			}
		}
	}
	return list
}

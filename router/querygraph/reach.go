package querygraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Place is where objects can be had: a type in a subgraph, and the @provides in force on the way there.
type Place struct {
	Node     *Node
	Provides []ast.SelectionSet
}

// Usable returns the node's field if its subgraph resolves it, itself or by a @provides on the way; not if it
// needs something that must be sent along.
func (g *Graph) Usable(node *Node, provides []ast.SelectionSet, field string) *Edge {
	edge := node.Field(field)
	if edge == nil || edge.Needy() {
		return nil
	}
	if edge.External {
		if _, provided := g.Provided(provides, node.Possible, field); !provided {
			return nil
		}
	}
	return edge
}

// Provided finds a field of objects of the types in @provides selections, and the selections below it.
func (g *Graph) Provided(sets []ast.SelectionSet, types Set, field string) (below []ast.SelectionSet, found bool) {
	for _, set := range sets {
		for _, selection := range set {
			switch s := selection.(type) {
			case *ast.Field:
				if s.Name == field {
					found = true
					below = append(below, s.SelectionSet)
				}
			case *ast.InlineFragment:
				if s.TypeCondition != "" && !g.Possible(s.TypeCondition).Has(types) {
					continue
				}
				inner, ok := g.Provided([]ast.SelectionSet{s.SelectionSet}, types, field)
				found = found || ok
				below = append(below, inner...)
			}
		}
	}
	return below, found
}

// ProvidedBelow are the @provides in force behind a field of the place.
func (g *Graph) ProvidedBelow(p Place, edge *Edge) []ast.SelectionSet {
	below, _ := g.Provided(p.Provides, p.Node.Possible, edge.Name)
	if len(edge.Provides) > 0 {
		below = append(below, edge.Provides)
	}
	return below
}

// Below is where a field leads from a place; the node is nil for leaves.
func (g *Graph) Below(p Place, edge *Edge) Place {
	return Place{Node: g.Node(edge.Type.Name(), edge.Subgraph), Provides: g.ProvidedBelow(p, edge)}
}

// Targets are the nodes by whose keys an object of the type can be looked up: of the type itself, and of its
// interfaces where they are interface objects. Objects of the root query type need no keys.
func (g *Graph) Targets(object string) []*Node { return g.targets[object] }

func (g *Graph) findTargets(object string) []*Node {
	if object == g.Schema.Query || object == g.Schema.Mutation {
		return g.byType[object]
	}
	targets := withKeys(nil, g.byType[object], false)
	for _, i := range g.implFor[object] {
		targets = withKeys(targets, g.byType[i], true)
	}
	return targets
}

// InterfaceTargets are the nodes by whose keys objects of an abstract type can be looked up without knowing their types:
// interface objects; and from those, if untyped, the interfaces where the types are known.
func (g *Graph) InterfaceTargets(abstract string, untyped bool) []*Node {
	return withKeys(nil, g.byType[abstract], !untyped)
}

func withKeys(targets, nodes []*Node, onlyInterfaceObjects bool) []*Node {
	for _, node := range nodes {
		if len(node.Keys) > 0 && (node.InterfaceObject || !onlyInterfaceObjects) {
			targets = append(targets, node)
		}
	}
	return targets
}

// Cast is the place of one object type of an abstract place; false if the subgraph has no such object there.
func (g *Graph) Cast(p Place, object string) (Place, bool) {
	if p.Node.InterfaceObject || p.Node.Type == object {
		return p, true
	}
	if !p.Node.Possible.Has(g.Object(object)) {
		return Place{}, false
	}
	return Place{Node: g.Node(object, p.Node.Subgraph), Provides: p.Provides}, true
}

// Reacher finds which places lead to which. It remembers what it found; it is for one goroutine.
type Reacher struct {
	*Graph
	reached map[string][]Place
	inside  map[string]bool // field sets being looked at, against circles
	// selects are answers of selectsBelow for objects of abstract types, by the circles that they were found in. Without them, a
	// field set that goes through n interfaces of m objects each is looked at m^n times.
	selects map[selecting]bool
	circle  string
	// mutating: the root of mutations can be asked again.
	mutating bool
}

// Mutate says whether what follows is in a mutation. There, the root of mutations can be asked again wherever an object of it stands,
// as that of queries always can.
func (r *Reacher) Mutate(mutating bool) {
	if r.mutating != mutating {
		r.mutating = mutating
		clear(r.reached)
		clear(r.selects)
	}
}

// selecting is a question: whether a field set can be had from places while other field sets are being looked at.
type selecting struct {
	places, circle string
	set            *ast.Selection
}

// NewReacher returns a reacher over the graph.
func NewReacher(g *Graph) *Reacher {
	return &Reacher{Graph: g, reached: map[string][]Place{}, inside: map[string]bool{}, selects: map[selecting]bool{}}
}

// enter notes that something is being looked at, until leave is called.
func (r *Reacher) enter(id string) (leave func()) {
	before := r.circle
	r.inside[id] = true
	r.circle += "\n" + id
	return func() {
		delete(r.inside, id)
		r.circle = before
	}
}

// PlacesID identifies a type and where its objects can be had; the order of places does not count.
func PlacesID(typ string, places []Place) string {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.Node.id
		for _, set := range p.Provides {
			ids[i] += fmt.Sprintf("%p", set)
		}
	}
	slices.Sort(ids)
	return typ + " " + strings.Join(slices.Compact(ids), " ")
}

// Reach returns the places of an object from which its fields can be asked: those given, and all that look-ups by
// keys lead to, one after the other.
func (r *Reacher) Reach(object string, from []Place) []Place {
	id := PlacesID(object, from)
	if known, ok := r.reached[id]; ok {
		return known
	}
	if r.inside[id] {
		return from
	}
	leave := r.enter(id)
	places := slices.Clone(from)
	for grown := true; grown; {
		grown = false
		for _, node := range r.Targets(object) {
			if !has(places, node) && r.addressable(object, places, node) {
				places = append(places, Place{Node: node})
				grown = true
			}
		}
	}
	leave()
	if len(r.inside) == 0 { // else a circle may have kept something out
		r.reached[id] = places
	}
	return places
}

// ReachAbstract adds to the places of an abstract type those that can be looked up without knowing types.
func (r *Reacher) ReachAbstract(abstract string, from []Place) []Place {
	places := slices.Clone(from)
	for grown := true; grown; {
		grown = false
		untyped := slices.ContainsFunc(places, func(p Place) bool { return p.Node.InterfaceObject })
		for _, node := range r.InterfaceTargets(abstract, untyped) {
			if !has(places, node) && r.addressableAbstract(abstract, places, node) {
				places = append(places, Place{Node: node})
				grown = true
			}
		}
	}
	return places
}

func has(places []Place, node *Node) bool {
	return slices.ContainsFunc(places, func(p Place) bool { return p.Node == node && len(p.Provides) == 0 })
}

// addressable reports whether one of the node's keys can be had from the places.
func (r *Reacher) addressable(object string, places []Place, node *Node) bool {
	if object == r.Schema.Query || object == r.Schema.Mutation && r.mutating {
		return true
	}
	return slices.ContainsFunc(node.Keys, func(key ast.SelectionSet) bool { return r.Selects(object, places, key) })
}

func (r *Reacher) addressableAbstract(abstract string, places []Place, node *Node) bool {
	for i := range r.possible[abstract].All() {
		var cast []Place
		for _, p := range places {
			if one, ok := r.Cast(p, r.objects[i]); ok {
				cast = append(cast, one)
			}
		}
		if len(cast) > 0 && !r.addressable(r.objects[i], cast, node) {
			return false
		}
	}
	return true
}

// Selects reports whether an object's field set can be had from the places, or from where they lead.
func (r *Reacher) Selects(object string, places []Place, set ast.SelectionSet) bool {
	for _, selection := range set {
		switch s := selection.(type) {
		case *ast.Field:
			if s.Name != "__typename" && !r.selectsField(object, places, s) {
				return false
			}
		case *ast.InlineFragment:
			applies := s.TypeCondition == "" || r.Possible(s.TypeCondition).Has(r.Object(object))
			if applies && !r.Selects(object, places, s.SelectionSet) {
				return false
			}
		}
	}
	return true
}

func (r *Reacher) selectsField(object string, places []Place, s *ast.Field) bool {
	below, ok := r.Next(object, places, s.Name)
	if !ok || len(s.SelectionSet) == 0 {
		return ok
	}
	typ := r.Schema.Type(r.Schema.Type(object).Field(s.Name).Type.Name())
	if typ.Kind == ast.Object {
		return r.selectsBelow(typ.Name, below, s.SelectionSet)
	}
	for i := range r.possible[typ.Name].All() {
		var cast []Place
		for _, p := range below {
			if one, ok := r.Cast(p, r.objects[i]); ok {
				cast = append(cast, one)
			}
		}
		if len(cast) > 0 && !r.selectsOnce(r.objects[i], cast, s.SelectionSet) {
			return false
		}
	}
	return true
}

// selectsOnce is selectsBelow, but remembers the answer.
func (r *Reacher) selectsOnce(object string, places []Place, set ast.SelectionSet) bool {
	question := selecting{PlacesID(object, places), r.circle, &set[0]}
	answer, known := r.selects[question]
	if !known {
		answer = r.selectsBelow(object, places, set)
		r.selects[question] = answer
	}
	return answer
}

// selectsBelow looks where the objects are first, and only then where look-ups lead.
func (r *Reacher) selectsBelow(object string, places []Place, set ast.SelectionSet) bool {
	if r.Selects(object, places, set) {
		return true
	}
	reached := r.Reach(object, places)
	return PlacesID(object, reached) != PlacesID(object, places) && r.Selects(object, reached, set)
}

// Next is where a field of an object leads: the places of its value, if it is composite. It is false if none of
// the places serves the field, and no look-up with what the field @requires does.
func (r *Reacher) Next(object string, places []Place, field string) (below []Place, ok bool) {
	for _, p := range places {
		if edge := r.Usable(p.Node, p.Provides, field); edge != nil {
			below, ok = r.appendBelow(below, p, edge), true
		}
	}
	for _, node := range r.Targets(object) {
		edge := node.Field(field)
		if edge == nil || edge.External || !edge.Needy() {
			continue
		}
		if r.requiresMet(object, places, node, edge) {
			below, ok = r.appendBelow(below, Place{Node: node}, edge), true
		}
	}
	return below, ok
}

func (r *Reacher) appendBelow(below []Place, p Place, edge *Edge) []Place {
	if next := r.Below(p, edge); next.Node != nil {
		return append(below, next)
	}
	return below
}

// requiresMet reports whether the node can be looked up together with what its field @requires.
func (r *Reacher) requiresMet(object string, places []Place, node *Node, edge *Edge) bool {
	id := node.id + "." + edge.Name
	if r.inside[id] {
		return false
	}
	defer r.enter(id)()
	reached := r.Reach(object, places)
	return r.addressable(object, reached, node) && r.Selects(object, reached, edge.Requires)
}

// Selected is what of a selection applies to objects of a type.
func (g *Graph) Selected(set ast.SelectionSet, object string) ast.SelectionSet {
	var applies ast.SelectionSet
	for _, selection := range set {
		fragment, ok := selection.(*ast.InlineFragment)
		switch {
		case !ok:
			applies = append(applies, selection)
		case fragment.TypeCondition == "" || g.Possible(fragment.TypeCondition).Has(g.Object(object)):
			applies = append(applies, g.Selected(fragment.SelectionSet, object)...)
		}
	}
	return applies
}

package querygraph

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"
)

// Reacher finds which places can be reached from which. It caches its results, and is not safe for
// concurrent use.
type Reacher struct {
	*Graph
	reached map[string][]Place
	inside  map[string]bool // field sets in progress, to detect cycles
	// selects caches results of selectsBelow for objects of abstract types, by the cycle in which
	// they were found. Without it, a field set that goes through n interfaces of m objects each is
	// examined m^n times.
	selects map[selecting]bool
	circle  string
	// mutating is true if the mutation root can be entered again.
	mutating bool
}

// Mutate says whether the following calls concern a mutation. In a mutation, the mutation root can
// be entered again from any of its objects, as the query root always can.
func (r *Reacher) Mutate(mutating bool) {
	if r.mutating != mutating {
		r.mutating = mutating
		clear(r.reached)
		clear(r.selects)
	}
}

// selecting is the question whether a field set can be resolved from places while other field sets
// are in progress.
type selecting struct {
	places, circle string
	set            *ast.Selection
}

// NewReacher returns a reacher over the graph.
func NewReacher(g *Graph) *Reacher {
	return &Reacher{
		Graph: g, reached: map[string][]Place{},
		inside: map[string]bool{}, selects: map[selecting]bool{},
	}
}

// enter marks something as in progress until leave is called.
func (r *Reacher) enter(id string) (leave func()) {
	before := r.circle
	r.inside[id] = true
	r.circle += "\n" + id
	return func() {
		delete(r.inside, id)
		r.circle = before
	}
}

// PlacesID identifies a type and the places of its objects, in any order.
func PlacesID(typ string, places []Place) string {
	ids := make([]string, len(places))
	for i, p := range places {
		ids[i] = p.Node.id
		if p.Undivided {
			ids[i] += "*"
		}
		for _, set := range p.Provides {
			ids[i] += fmt.Sprintf("%p", set)
		}
	}
	slices.Sort(ids)
	return typ + " " + strings.Join(slices.Compact(ids), " ")
}

// Reach returns the places from which an object's fields can be resolved: the given ones, and all
// that chains of look-ups by keys reach.
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
	if len(r.inside) == 0 { // otherwise a cycle may have left something out
		r.reached[id] = places
	}
	return places
}

// ReachAbstract adds the places to which look-ups lead without knowing the types of an abstract
// type's objects.
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
	return slices.ContainsFunc(places, func(p Place) bool {
		return p.Node == node && len(p.Provides) == 0 && !p.Undivided
	})
}

// addressable reports whether one of the node's keys can be resolved from the places.
func (r *Reacher) addressable(object string, places []Place, node *Node) bool {
	if object == r.Schema.Query || object == r.Schema.Mutation && r.mutating {
		return true
	}
	return slices.ContainsFunc(node.Keys, func(key ast.SelectionSet) bool {
		return r.Selects(object, places, key)
	})
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

// Selects reports whether an object's field set can be resolved from the places, or from places
// that they lead to.
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
	below, ok := r.next(object, places, places, s.Name)
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

// selectsOnce is selectsBelow with a cache.
func (r *Reacher) selectsOnce(object string, places []Place, set ast.SelectionSet) bool {
	question := selecting{PlacesID(object, places), r.circle, &set[0]}
	answer, known := r.selects[question]
	if !known {
		answer = r.selectsBelow(object, places, set)
		r.selects[question] = answer
	}
	return answer
}

// selectsBelow tries the object's own places first, and only then those that look-ups reach.
func (r *Reacher) selectsBelow(object string, places []Place, set ast.SelectionSet) bool {
	if r.Selects(object, places, set) {
		return true
	}
	reached := r.Reach(object, places)
	return PlacesID(object, reached) != PlacesID(object, places) && r.Selects(object, reached, set)
}

// Next returns the places of the value of an object's field, if it is composite. ok is false if
// none of the places serves the field, and no look-up that sends what the field @requires does.
// Undivided places do not serve it, because the client may ask for it for objects of one type
// alone.
func (r *Reacher) Next(object string, places []Place, field string) (below []Place, ok bool) {
	divided := slices.DeleteFunc(slices.Clone(places), func(p Place) bool { return p.Undivided })
	return r.next(object, places, divided, field)
}

// next asks some of the places for the field. It also looks up the field at nodes where it has a
// @requires, with values from all of the places.
func (r *Reacher) next(
	object string, places, asked []Place, field string,
) (below []Place, ok bool) {
	for _, p := range asked {
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

package planner

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// only returns the branch for one object type of an abstract spot.
func (e *explorer) only(s *spot, types querygraph.Set) *branch {
	object := e.graph.Names(types)[0]
	if s.whole.object == object {
		return s.whole
	}
	if known := s.single[object]; known != nil {
		return known
	}
	e.close(s.whole)
	one := &branch{spot: s, object: object, types: types}
	for i := range s.whole.places {
		if cast := e.cast(s.whole.places[i:i+1:i+1], one); cast != nil {
			one.places = append(one.places, cast)
		}
	}
	one.direct = len(one.places)
	if s.single == nil {
		s.single = map[string]*branch{}
	}
	s.single[object] = one
	return one
}

// cast returns the place for one object type, or nil if the subgraph has no such object here.
func (e *explorer) cast(from []*place, one *branch) *place {
	p := from[0]
	to, ok := e.graph.Cast(querygraph.Place{Node: p.node}, one.object)
	if !ok {
		return nil
	}
	e.limit.used++
	return e.newPlace(&place{branch: one, node: to.Node, from: from, origins: p.origins, provides: p.provides, depth: p.depth, jumps: p.jumps})
}

// together holds object types of one spot whose field leads to the same places in the same
// subgraphs.
type together struct {
	branches []*branch
	options  [][]*place
}

// join adds an object type's branch to the group whose field leads to the same places, or to a new
// group.
func join(graph *querygraph.Graph, groups []together, br *branch, options []*place, it *item) []together {
	same := slices.IndexFunc(groups, func(g together) bool { return leadAlike(graph, g.options[0], options, it) })
	if same < 0 {
		return append(groups, together{[]*branch{br}, [][]*place{options}})
	}
	g := &groups[same]
	g.branches, g.options = append(g.branches, br), append(g.options, options)
	return groups
}

// leadAlike reports whether the field leads to equal places from the two lists, pair by pair.
func leadAlike(graph *querygraph.Graph, xs, ys []*place, it *item) bool {
	return slices.EqualFunc(xs, ys, func(x, y *place) bool {
		if x.node.Subgraph != y.node.Subgraph || x.depth != y.depth {
			return false
		}
		return alike(edgeOf(graph, x, it), edgeOf(graph, y, it)) && len(x.provides) == 0 && len(y.provides) == 0
	})
}

// A shareable field has the same value in every subgraph that resolves it. If subgraphs know
// different members of its type, the value can therefore only contain members that all of them
// know: the answer must not show which subgraph the planner chose.

// pieces finds the places, directly below a root field, from which all object types of a spot can
// be resolved. One subgraph resolves a root field, so objects of one type cannot come from one
// subgraph's value and objects of another type from another's. Below the root this does not
// matter, because look-ups lead from one subgraph to the next.
type pieces struct {
	spot *spot
	// common are the places that serve all types so far; nil before the first type.
	common []*place
	known  map[*place][]*place
}

// add registers the places that serve the field for one more type.
func (p *pieces) add(options []*place, it *item) *Error {
	if p.spot.parent == nil || p.spot.parent.parent != nil {
		return nil
	}
	var own []*place
	for _, option := range options {
		own = append(own, p.sources(option)...)
	}
	switch {
	case len(own) == 0: // look-ups combine it from several subgraphs
		return nil
	case p.common == nil:
		p.common = own
		return nil
	}
	p.common = slices.DeleteFunc(p.common, func(source *place) bool { return !slices.Contains(own, source) })
	if len(p.common) == 0 {
		return unreachable("No single subgraph can be asked for %s.%s of all objects here.", p.spot.typ, it.name)
	}
	return nil
}

// sources returns the spot's own places from which a place is reached: by a cast, by the fields of
// a key, or by look-ups whose keys can be resolved there. There are none if a key combines fields
// from several of them.
func (p *pieces) sources(at *place) []*place {
	own := p.spot.whole.places[:p.spot.whole.direct]
	for at.branch.spot != p.spot || at.jump == nil && at.branch != p.spot.whole {
		if len(at.from) == 0 {
			return own // reached from elsewhere
		}
		at = at.from[0]
	}
	if at.jump == nil {
		return []*place{at}
	}
	if known, ok := p.known[at]; ok {
		return known
	}
	found := slices.Clone(own)
	for _, input := range at.jump.identity {
		found = slices.DeleteFunc(found, func(source *place) bool {
			return !slices.ContainsFunc(input.options, func(option *place) bool {
				return slices.Contains(p.sources(option), source)
			})
		})
	}
	p.known[at] = found
	return found
}

package planner

import (
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// ofType returns the branch for one object type of an abstract position.
func (e *explorer) ofType(pos *position, types querygraph.Set) *branch {
	object := e.graph.Names(types)[0]
	if pos.whole.object == object {
		return pos.whole
	}
	if known := pos.single[object]; known != nil {
		return known
	}
	e.close(pos.whole)
	one := &branch{position: pos, object: object, types: types}
	for i := range pos.whole.candidates {
		if cast := e.cast(pos.whole.candidates[i:i+1:i+1], one); cast != nil {
			one.candidates = append(one.candidates, cast)
		}
	}
	one.direct = len(one.candidates)
	if pos.single == nil {
		pos.single = map[string]*branch{}
	}
	pos.single[object] = one
	return one
}

// cast returns the candidate for one object type, or nil if the subgraph has no such object here.
func (e *explorer) cast(from []*candidate, one *branch) *candidate {
	c := from[0]
	to, ok := e.graph.Cast(querygraph.Place{Node: c.node}, one.object)
	if !ok {
		return nil
	}
	e.limit.used++
	return e.newCandidate(&candidate{
		branch: one, node: to.Node, from: from, origins: c.origins,
		provides: c.provides, depth: c.depth, fetches: c.fetches,
	})
}

// typeGroup holds object types of one position whose field leads to the same candidates in the
// same subgraphs.
type typeGroup struct {
	branches []*branch
	options  [][]*candidate
}

// join adds an object type's branch to the group whose field leads to the same candidates, or to a
// new group.
func join(
	graph *querygraph.Graph, groups []typeGroup, br *branch, options []*candidate, f *field,
) []typeGroup {
	same := slices.IndexFunc(groups, func(g typeGroup) bool {
		return leadAlike(graph, g.options[0], options, f)
	})
	if same < 0 {
		return append(groups, typeGroup{[]*branch{br}, [][]*candidate{options}})
	}
	g := &groups[same]
	g.branches, g.options = append(g.branches, br), append(g.options, options)
	return groups
}

// leadAlike reports whether the field leads to equal candidates from the two lists, pair by pair.
func leadAlike(graph *querygraph.Graph, xs, ys []*candidate, f *field) bool {
	return slices.EqualFunc(xs, ys, func(x, y *candidate) bool {
		if x.node.Subgraph != y.node.Subgraph || x.depth != y.depth {
			return false
		}
		return alike(edgeOf(graph, x, f), edgeOf(graph, y, f)) &&
			len(x.provides) == 0 && len(y.provides) == 0
	})
}

// A shareable field has the same value in every subgraph that resolves it. If subgraphs know
// different members of its type, the value can therefore only contain members that all of them
// know: the answer must not show which subgraph the planner chose.

// pieces finds the candidates, directly below a root field, from which all object types of a
// position can be resolved. One subgraph resolves a root field, so objects of one type cannot come
// from one subgraph's value and objects of another type from another's. Below the root this does
// not matter, because look-ups lead from one subgraph to the next.
type pieces struct {
	position *position
	// common are the candidates that serve all types so far; nil before the first type.
	common []*candidate
	known  map[*candidate][]*candidate
}

// add registers the candidates that serve the field for one more type.
func (p *pieces) add(options []*candidate, f *field) *Error {
	if p.position.parent == nil || p.position.parent.parent != nil {
		return nil
	}
	var own []*candidate
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
	p.common = slices.DeleteFunc(p.common, func(source *candidate) bool {
		return !slices.Contains(own, source)
	})
	if len(p.common) == 0 {
		return unreachable("No single subgraph can be asked for %s.%s of all objects here.",
			p.position.typ, f.name)
	}
	return nil
}

// sources returns the position's own candidates from which a candidate is reached: by a cast, by
// the fields of a key, or by look-ups whose keys can be resolved there. There are none if a key
// combines fields from several of them.
func (p *pieces) sources(at *candidate) []*candidate {
	own := p.position.whole.candidates[:p.position.whole.direct]
	for at.branch.position != p.position || at.fetch == nil && at.branch != p.position.whole {
		if len(at.from) == 0 {
			return own // reached from elsewhere
		}
		at = at.from[0]
	}
	if at.fetch == nil {
		return []*candidate{at}
	}
	if known, ok := p.known[at]; ok {
		return known
	}
	found := slices.Clone(own)
	for _, input := range at.fetch.identity {
		found = slices.DeleteFunc(found, func(source *candidate) bool {
			return !slices.ContainsFunc(input.options, func(option *candidate) bool {
				return slices.Contains(p.sources(option), source)
			})
		})
	}
	p.known[at] = found
	return found
}

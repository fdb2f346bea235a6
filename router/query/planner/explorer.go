package planner

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// explorer is the state of an exploration.
type explorer struct {
	graph *querygraph.Graph
	// accessible are the object types of the API schema.
	accessible querygraph.Set
	op         *operation.Operation
	limit      *allowance
	// places and jumps are how many were made so far.
	places, jumps int
	inside        map[guard]bool // look-ups and requirements being explored, to detect cycles
	// served caches servesBelow, because each level above a field repeats the question.
	served map[servedBy]bool
	// variables are the names of the variables for contextual arguments.
	variables variables
}

type guard struct {
	node  *querygraph.Node
	field string
}

// servedBy is the question whether a subgraph serves all fields below a field, with nothing
// provided.
type servedBy struct {
	item *item
	node *querygraph.Node
}

// newPlace completes a place with its ID.
func (e *explorer) newPlace(p *place) *place {
	e.places++
	p.id = e.places
	return p
}

// newJump returns a jump to a node with its ID.
func (e *explorer) newJump(br *branch, node *querygraph.Node) *jump {
	e.jumps++
	e.limit.used++
	return &jump{id: e.jumps, branch: br, node: node}
}

// newSpot makes the spot to which a field leads from places of branches of one spot. The i-th
// places of all branches lead to the same place.
func (e *explorer) newSpot(from []*branch, via *item, places [][]*place) *spot {
	s := &spot{parent: from[0].spot, via: via, typ: via.typ, names: from[0].spot.names.child(via.key)}
	s.from = fromTypes(from, via)
	s.possible = e.graph.Possible(via.typ)
	if !via.input {
		s.possible = s.possible.And(e.accessible)
	}
	object := ""
	if e.graph.Schema.Type(via.typ).Kind == ast.Object {
		object = via.typ
	}
	s.whole = &branch{spot: s, object: object, places: make([]*place, 0, len(places[0]))}
	for i := range places[0] {
		p := e.below(s.whole, via, column(places, i))
		s.whole.places = append(s.whole.places, p)
		s.possible = s.possible.And(p.node.Possible)
		s.untyped = s.untyped || p.node.InterfaceObject
	}
	s.whole.types = s.possible
	s.whole.places = fewest(s.whole.places)
	s.whole.direct = len(s.whole.places)
	return s
}

// startingAt returns the same position as one of the subgraphs with the field serves it. Its values
// still have only the types on which all of these subgraphs agree.
func (e *explorer) startingAt(s *spot, source *place) *spot {
	alone := *s
	alone.single, alone.untyped = nil, source.node.InterfaceObject
	alone.whole = &branch{spot: &alone, object: s.whole.object, types: s.whole.types, direct: 1}
	copied := *source
	copied.branch = alone.whole
	alone.whole.places = []*place{e.newPlace(&copied)}
	return &alone
}

// below returns the place to which the field leads from places that lead to the same.
func (e *explorer) below(br *branch, via *item, from []*place) *place {
	e.limit.used++
	edge := edgeOf(e.graph, from[0], via)
	p := e.newPlace(&place{
		branch: br, from: from,
		node: e.graph.Node(edge.Type.Name(), edge.Subgraph), provides: providedBelow(e.graph, from[0], edge),
	})
	for i, f := range from {
		p.depth, p.jumps = max(p.depth, f.depth), max(p.jumps, f.jumps)
		if i == 0 {
			p.origins = slices.Clip(f.origins)
			continue
		}
		for _, origin := range f.origins {
			if !slices.Contains(p.origins, origin) {
				p.origins = append(p.origins, origin)
			}
		}
	}
	return p
}

// column returns the i-th place of each list.
func column(places [][]*place, i int) []*place {
	if len(places) == 1 {
		return places[0][i : i+1 : i+1]
	}
	column := make([]*place, len(places))
	for n, list := range places {
		column[n] = list[i]
	}
	return column
}

// fewest keeps the three nearest places of each subgraph, in a stable order.
func fewest(places []*place) []*place {
	const keep = 3
	var kept []*place
	for _, p := range places {
		better := 0
		for _, q := range places {
			if q != p && q.node.Subgraph == p.node.Subgraph && (q.depth < p.depth || q.depth == p.depth && q.jumps < p.jumps) {
				better++
			}
		}
		if better < keep {
			kept = append(kept, p)
		}
	}
	return kept
}

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
	// candidates and fetches are how many candidates and entity fetches were made so far.
	candidates, fetches int
	inside              map[nodeField]bool // keys and @requires being explored, to detect cycles
	// served caches servesBelow, because each level above a field repeats the question.
	served map[servedBy]bool
	// variables are the names of the variables for contextual arguments.
	variables variables
}

// servedBy is the question whether a subgraph serves all fields below a field, with nothing
// provided.
type servedBy struct {
	field *field
	node  *querygraph.Node
}

// newCandidate completes a candidate with its ID.
func (e *explorer) newCandidate(c *candidate) *candidate {
	e.candidates++
	c.id = e.candidates
	return c
}

// newFetch returns an entity fetch to a node with its ID.
func (e *explorer) newFetch(br *branch, node *querygraph.Node) *entityFetch {
	e.fetches++
	e.limit.used++
	return &entityFetch{id: e.fetches, branch: br, node: node}
}

// newPosition makes the position to which a field leads from candidates of branches of one
// position. The i-th candidates of all branches lead to the same candidate.
func (e *explorer) newPosition(from []*branch, via *field, candidates [][]*candidate) *position {
	pos := &position{
		parent: from[0].position, via: via, typ: via.typ,
		names: from[0].position.names.child(via.key),
	}
	pos.from = fromTypes(from, via)
	pos.possible = e.graph.Possible(via.typ)
	if !via.input {
		pos.possible = pos.possible.And(e.accessible)
	}
	object := ""
	if e.graph.Schema.Type(via.typ).Kind == ast.Object {
		object = via.typ
	}
	pos.whole = &branch{
		position: pos, object: object, candidates: make([]*candidate, 0, len(candidates[0])),
	}
	for i := range candidates[0] {
		c := e.below(pos.whole, via, column(candidates, i))
		pos.whole.candidates = append(pos.whole.candidates, c)
		pos.possible = pos.possible.And(c.node.Possible)
		pos.untyped = pos.untyped || c.node.InterfaceObject
	}
	pos.whole.types = pos.possible
	pos.whole.candidates = fewest(pos.whole.candidates)
	pos.whole.direct = len(pos.whole.candidates)
	return pos
}

// startingAt returns the same position as one of the subgraphs with the field serves it. Its
// values still have only the types on which all of these subgraphs agree.
func (e *explorer) startingAt(pos *position, source *candidate) *position {
	alone := *pos
	alone.single, alone.untyped = nil, source.node.InterfaceObject
	alone.whole = &branch{
		position: &alone, object: pos.whole.object, types: pos.whole.types, direct: 1,
	}
	copied := *source
	copied.branch = alone.whole
	alone.whole.candidates = []*candidate{e.newCandidate(&copied)}
	return &alone
}

// below returns the candidate to which the field leads from candidates that lead to the same.
func (e *explorer) below(br *branch, via *field, from []*candidate) *candidate {
	e.limit.used++
	edge := edgeOf(e.graph, from[0], via)
	c := e.newCandidate(&candidate{
		branch: br, from: from,
		node:     e.graph.Node(edge.Type.Name(), edge.Subgraph),
		provides: providedBelow(e.graph, from[0], edge),
	})
	for i, f := range from {
		c.depth, c.fetches = max(c.depth, f.depth), max(c.fetches, f.fetches)
		if i == 0 {
			c.origins = slices.Clip(f.origins)
			continue
		}
		for _, origin := range f.origins {
			if !slices.Contains(c.origins, origin) {
				c.origins = append(c.origins, origin)
			}
		}
	}
	return c
}

// column returns the i-th candidate of each list.
func column(candidates [][]*candidate, i int) []*candidate {
	if len(candidates) == 1 {
		return candidates[0][i : i+1 : i+1]
	}
	column := make([]*candidate, len(candidates))
	for n, list := range candidates {
		column[n] = list[i]
	}
	return column
}

// fewest keeps the three nearest candidates of each subgraph, in a stable order.
func fewest(candidates []*candidate) []*candidate {
	const keep = 3
	var kept []*candidate
	for _, c := range candidates {
		better := 0
		for _, q := range candidates {
			if q != c && q.node.Subgraph == c.node.Subgraph &&
				(q.depth < c.depth || q.depth == c.depth && q.fetches < c.fetches) {
				better++
			}
		}
		if better < keep {
			kept = append(kept, c)
		}
	}
	return kept
}

package planner

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// explore finds the wants of the root fields of an operation, which may be requested from some of
// the subgraphs, and the places that could serve them.
func explore(
	graph *querygraph.Graph, accessible querygraph.Set, op *operation.Operation,
	items []*item, roots []*querygraph.Node, limit *allowance,
) (*candidates, *Error) {
	e := &explorer{
		graph: graph, accessible: accessible, op: op, limit: limit,
		inside: map[guard]bool{}, served: map[servedBy]bool{}, variables: variables{},
	}
	wants, err := e.exploreRoot(items, roots)
	if err != nil && limit.exceeded() {
		err = tooLarge()
	}
	if err != nil {
		return nil, err
	}
	return &candidates{wants: wants, places: e.places, jumps: e.jumps, variables: e.variables}, nil
}

func (e *explorer) exploreRoot(items []*item, roots []*querygraph.Node) ([]*want, *Error) {
	s := &spot{typ: e.op.RootType, possible: e.graph.Object(e.op.RootType), names: newNames(items)}
	s.whole = &branch{spot: s, object: s.typ, types: s.possible, closed: true}
	for _, node := range roots {
		p := e.newPlace(&place{branch: s.whole, node: node})
		p.isOrigin()
		s.whole.places = append(s.whole.places, p)
	}
	s.whole.direct = len(s.whole.places)
	var asked []*item
	for _, it := range items {
		if it.name != typenameField { // the router knows it
			asked = append(asked, it)
		}
	}
	return e.exploreAll(nil, s, asked)
}

// exploreAll adds the wants of a selection set at a spot.
func (e *explorer) exploreAll(wants []*want, s *spot, items []*item) (_ []*want, err *Error) {
	before := len(wants)
	var needsTypes []*item
	for _, it := range items {
		if wants, err = e.exploreItem(wants, s, it); err != nil {
			return nil, err
		}
		if s.untyped && it.types != nil && !slices.ContainsFunc(needsTypes, it.sameConditions) {
			needsTypes = append(needsTypes, it)
		}
	}
	for _, it := range needsTypes {
		typed, err := e.typed(s, it.conditions)
		if err != nil {
			return nil, err
		}
		wants = append(wants, typed)
	}
	if len(wants) == before && s.parent != nil {
		wants = append(wants, &want{branch: s.whole, item: typenameItem(), options: s.whole.places})
	}
	return wants, nil
}

// exploreItem adds the wants of a field at a spot.
func (e *explorer) exploreItem(wants []*want, s *spot, it *item) (_ []*want, err *Error) {
	if e.limit.used++; e.limit.exceeded() {
		return nil, tooLarge()
	}
	if s.whole.object != "" {
		return e.exploreIn(wants, s.whole, it)
	}
	applicable := s.possible
	if it.types != nil {
		applicable = applicable.And(it.types)
	}
	if it.types != nil && applicable.Empty() {
		return wants, nil // no object here can have these types
	}
	if it.name == typenameField {
		typed, err := e.typed(s, it.conditions)
		return append(wants, typed), err
	}
	if options := e.options(s.whole, it); len(options) > 0 {
		found, err := e.exploreVia(wants, s.whole, it, options)
		if err == nil || applicable.Empty() || e.limit.exceeded() {
			return found, err
		}
		// The fields below may still be reachable by the keys of each object type.
	}
	if applicable.Empty() {
		if e.isNever(s, it) {
			return wants, nil
		}
		return nil, unreachable("No subgraph can be asked for %s.%s here.", s.typ, it.name)
	}
	return e.exploreEach(wants, s, it, applicable)
}

// exploreEach adds the wants of a field for each of some object types. Types whose field leads to
// the same places share one spot for it. With a spot for each type, the number of spots would grow
// exponentially with the depth of nested fields.
func (e *explorer) exploreEach(wants []*want, s *spot, it *item, types querygraph.Set) ([]*want, *Error) {
	var groups []together
	had := pieces{spot: s, known: map[*place][]*place{}}
	for one := range types.Each() {
		if e.limit.used++; e.limit.exceeded() {
			return nil, tooLarge()
		}
		br := e.only(s, one)
		options, err := e.someOptions(br, it)
		if err != nil {
			return nil, err
		}
		if err := had.add(options, it); err != nil {
			return nil, err
		}
		if it.leaf() {
			wants = append(wants, &want{branch: br, item: it, options: options})
		} else {
			groups = join(e.graph, groups, br, options, it)
		}
	}
	for _, g := range groups {
		var err *Error
		if wants, err = e.exploreAll(wants, e.newSpot(g.branches, it, g.options), it.items); err != nil {
			return nil, err
		}
	}
	return wants, nil
}

// isNever reports whether clients can see no object at the spot, because no type is possible
// there. They get null for an object of an @inaccessible type. The fields that @requires names are
// sent for such objects, too, and an interface object has no types.
func (e *explorer) isNever(s *spot, it *item) bool {
	return !it.input && !slices.ContainsFunc(e.graph.Nodes(s.typ), func(n *querygraph.Node) bool {
		return n.InterfaceObject
	})
}

// typed returns the want for the objects' concrete types, under the conditions of the fields that
// need them.
func (e *explorer) typed(s *spot, conditions []operation.Condition) (*want, *Error) {
	options := typedPlaces(s.whole.places)
	if len(options) == 0 {
		e.close(s.whole)
		options = typedPlaces(s.whole.places)
	}
	if len(options) == 0 {
		return nil, unreachable("No subgraph can tell the types of the %s objects here.", s.typ)
	}
	it := typenameItem()
	it.conditions = conditions
	return &want{branch: s.whole, item: it, options: options}, nil
}

func typedPlaces(places []*place) []*place {
	var typed []*place
	for _, p := range places {
		if !p.node.InterfaceObject {
			typed = append(typed, p)
		}
	}
	return typed
}

// exploreIn adds the wants of a field for one branch's types.
func (e *explorer) exploreIn(wants []*want, br *branch, it *item) ([]*want, *Error) {
	options, err := e.someOptions(br, it)
	if err != nil {
		return nil, err
	}
	return e.exploreVia(wants, br, it, options)
}

func (e *explorer) someOptions(br *branch, it *item) ([]*place, *Error) {
	options := e.options(br, it)
	if len(options) == 0 {
		return nil, unreachable("No subgraph can be asked for %s.%s here.", cmp.Or(br.object, br.spot.typ), it.name)
	}
	return options, nil
}

// exploreVia adds the wants of a field that these places serve.
func (e *explorer) exploreVia(wants []*want, br *branch, it *item, options []*place) ([]*want, *Error) {
	if it.leaf() {
		return append(wants, &want{branch: br, item: it, options: options}), nil
	}
	if e.op.Kind == ast.Mutation && br.object == e.graph.Schema.Mutation {
		return e.exploreMutation(wants, br, it, options)
	}
	s := e.newSpot([]*branch{br}, it, [][]*place{options})
	found, err := e.exploreAll(wants, s, it.items)
	if err == nil || br.spot.parent != nil || len(options) == 1 {
		return found, err
	}
	return e.exploreFromOne(wants, s, err)
}

// exploreFromOne explores a root field again that several subgraphs resolve, each time starting
// from one of them, and takes the subgraph from which the fewest steps lead to everything below the
// field. The exploration that starts from all subgraphs keeps only the shortest way to a place, and
// that way may begin in a subgraph from which no way leads to another object type of the field. If
// no subgraph succeeds, the error is refused.
func (e *explorer) exploreFromOne(wants []*want, s *spot, refused *Error) ([]*want, *Error) {
	var best []*want
	for _, source := range s.whole.places[:s.whole.direct] {
		if e.limit.exceeded() {
			break
		}
		found, err := e.exploreAll(nil, e.startingAt(s, source), s.via.items)
		if err == nil && (best == nil || furthest(found) < furthest(best)) {
			best = found
		}
	}
	if best == nil {
		return nil, refused
	}
	return append(wants, best...), nil
}

// furthest returns the greatest depth to which any of the wants leads.
func furthest(wants []*want) int {
	depth := 0
	for _, w := range wants {
		least := slices.MinFunc(w.options, func(x, y *place) int { return x.depth - y.depth })
		depth = max(depth, least.depth)
	}
	return depth
}

// exploreMutation adds the wants of a field of the mutation root. One subgraph has to answer all
// of it, because two would execute the mutation twice.
func (e *explorer) exploreMutation(
	wants []*want, br *branch, it *item, options []*place,
) (found []*want, err *Error) {
	var tried []supergraph.SubgraphID
	for _, option := range options {
		if slices.Contains(tried, option.node.Subgraph) {
			continue
		}
		tried = append(tried, option.node.Subgraph)
		own := slices.DeleteFunc(slices.Clone(options), func(p *place) bool {
			return p.node.Subgraph != option.node.Subgraph
		})
		found, err = e.exploreAll(wants, e.newSpot([]*branch{br}, it, [][]*place{own}), it.items)
		if err == nil || e.limit.exceeded() {
			break
		}
	}
	return found, err
}

// options returns the branch's places that serve the field. It adds jumps only if they may be
// useful.
func (e *explorer) options(br *branch, it *item) []*place {
	if it.name == typenameField {
		return br.places[:br.direct]
	}
	if !e.local(br, it) {
		e.close(br)
	}
	options := serving(e.graph, br.places, it)
	for _, node := range e.targets(br) {
		if edge := node.Field(it.name); edge != nil && !edge.External && edge.Needy() {
			if p := e.requiring(br, node, edge); p != nil && p.tells(it) {
				options = append(options, p)
			}
		}
	}
	return options
}

// local reports whether jumps need not be considered: a nearest place serves the field and
// everything below it, and needs no fetch that the other places do not need. If the field is
// contested (isContested), the result must depend on all places, so all are considered.
func (e *explorer) local(br *branch, it *item) bool {
	direct := br.places[:br.direct]
	if len(direct) == 0 || it.contested {
		return false
	}
	least := slices.MinFunc(direct, func(x, y *place) int { return x.depth - y.depth }).depth
	var all, other *place
	for _, p := range direct {
		switch serves := e.servesAll(p, it); {
		case !serves:
			other = p
		case all == nil && p.depth == least:
			all = p
		}
	}
	return all != nil && (other == nil || slices.Equal(all.origins, other.origins))
}

// servesAll reports whether the place's subgraph alone serves the field and everything below it.
func (e *explorer) servesAll(p *place, it *item) bool {
	edge := serves(e.graph, p, it)
	if edge == nil || it.leaf() {
		return edge != nil
	}
	node := e.graph.Node(edge.Type.Name(), edge.Subgraph)
	if node.InterfaceObject {
		return false
	}
	provides := providedBelow(e.graph, p, edge)
	if len(provides) > 0 || !slices.ContainsFunc(it.items, func(sub *item) bool { return !sub.leaf() }) {
		return e.servesBelow(node, provides, it)
	}
	question := servedBy{it, node}
	all, known := e.served[question]
	if !known {
		all = e.servesBelow(node, nil, it)
		e.served[question] = all
	}
	return all
}

// servesBelow reports whether the type's subgraph alone serves all fields below the field.
func (e *explorer) servesBelow(node *querygraph.Node, provides []ast.SelectionSet, it *item) bool {
	below := &spot{typ: it.typ, possible: node.Possible}
	br := &branch{spot: below, types: node.Possible}
	if node.Kind == ast.Object {
		br.object = node.Type
	}
	inner := &place{branch: br, node: node, provides: provides}
	for _, sub := range it.items {
		if sub.name != typenameField && !vacuous(inner, sub) && !e.servesAll(inner, sub) {
			return false
		}
	}
	return true
}

func vacuous(p *place, it *item) bool {
	return it.types != nil && it.types.And(p.node.Possible).Empty()
}

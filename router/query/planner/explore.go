package planner

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// explore adds the wants of a selection set at a spot.
func (b *builder) explore(wants []*want, s *spot, items []*item) (_ []*want, err *Error) {
	b.compare(s, items)
	before := len(wants)
	var needsTypes []*item
	for _, it := range items {
		if wants, err = b.exploreItem(wants, s, it); err != nil {
			return nil, err
		}
		if s.untyped && it.types != nil && !slices.ContainsFunc(needsTypes, it.sameConditions) {
			needsTypes = append(needsTypes, it)
		}
	}
	for _, it := range needsTypes {
		typed, err := b.typed(s, it.conditions)
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

// compare finds, for each field of an interface object, the types for which the same field is
// selected. If these are all types, the field can be requested without knowing the types.
func (b *builder) compare(s *spot, items []*item) {
	if !slices.ContainsFunc(b.graph.Nodes(s.typ), func(n *querygraph.Node) bool { return n.InterfaceObject }) {
		return
	}
	sharing := map[string][]*item{}
	for _, it := range items {
		sharing[it.key] = append(sharing[it.key], it)
	}
	for _, it := range items {
		if it.types == nil {
			continue
		}
		it.alike = it.types
		for _, other := range sharing[it.key] {
			switch {
			case !other.covers(it):
			case other.types == nil:
				it.alike = b.graph.Possible(s.typ)
			default:
				it.alike = it.alike.Or(other.types)
			}
		}
	}
}

// exploreItem adds the wants of a field at a spot.
func (b *builder) exploreItem(wants []*want, s *spot, it *item) (_ []*want, err *Error) {
	if b.effort.candidates++; b.excessive() {
		return nil, tooLarge()
	}
	if s.whole.object != "" {
		return b.exploreIn(wants, s.whole, it)
	}
	applicable := s.possible
	if it.types != nil {
		applicable = applicable.And(it.types)
	}
	if it.types != nil && applicable.Empty() {
		return wants, nil // no object here can have these types
	}
	if it.name == typenameField {
		typed, err := b.typed(s, it.conditions)
		return append(wants, typed), err
	}
	if options := b.options(s.whole, it); len(options) > 0 {
		found, err := b.exploreVia(wants, s.whole, it, options)
		if err == nil || applicable.Empty() || b.excessive() {
			return found, err
		}
		// The fields below may still be reachable by the keys of each object type.
	}
	if applicable.Empty() {
		if b.isNever(s, it) {
			return wants, nil
		}
		return nil, unreachable("No subgraph can be asked for %s.%s here.", s.typ, it.name)
	}
	return b.exploreEach(wants, s, it, applicable)
}

// isNever reports whether clients can see no object at the spot, because no type is possible
// there. They get null for an object of an @inaccessible type. The fields that @requires names are
// sent for such objects, too, and an interface object has no types.
func (b *builder) isNever(s *spot, it *item) bool {
	return !it.input && !slices.ContainsFunc(b.graph.Nodes(s.typ), func(n *querygraph.Node) bool {
		return n.InterfaceObject
	})
}

// typed returns the want for the objects' concrete types, under the conditions of the fields that
// need them.
func (b *builder) typed(s *spot, conditions []operation.Condition) (*want, *Error) {
	options := typedPlaces(s.whole.places)
	if len(options) == 0 {
		b.close(s.whole)
		options = typedPlaces(s.whole.places)
	}
	if len(options) == 0 {
		return nil, unreachable("No subgraph can tell the types of the %s objects here.", s.typ)
	}
	it := typenameItem()
	it.conditions = conditions
	return &want{branch: s.whole, item: it, options: options}, nil
}

func typenameItem() *item {
	return &item{key: typenameField, name: typenameField, signature: typenameField, input: true}
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
func (b *builder) exploreIn(wants []*want, br *branch, it *item) ([]*want, *Error) {
	options, err := b.someOptions(br, it)
	if err != nil {
		return nil, err
	}
	return b.exploreVia(wants, br, it, options)
}

func (b *builder) someOptions(br *branch, it *item) ([]*place, *Error) {
	options := b.options(br, it)
	if len(options) == 0 {
		return nil, unreachable("No subgraph can be asked for %s.%s here.", cmp.Or(br.object, br.spot.typ), it.name)
	}
	return options, nil
}

// exploreVia adds the wants of a field that these places serve.
func (b *builder) exploreVia(wants []*want, br *branch, it *item, options []*place) ([]*want, *Error) {
	if it.leaf() {
		return append(wants, &want{branch: br, item: it, options: options}), nil
	}
	if b.op.Kind == ast.Mutation && br.object == b.graph.Schema.Mutation {
		return b.exploreMutation(wants, br, it, options)
	}
	s := b.newSpot([]*branch{br}, it, [][]*place{options})
	found, err := b.explore(wants, s, it.items)
	if err == nil || br.spot.parent != nil || len(options) == 1 {
		return found, err
	}
	return b.exploreFromOne(wants, s, err)
}

// exploreFromOne explores a root field again that several subgraphs resolve, each time starting
// from one of them, and takes the subgraph from which the fewest steps lead to everything below the
// field. The exploration that starts from all subgraphs keeps only the shortest way to a place, and
// that way may begin in a subgraph from which no way leads to another object type of the field. If
// no subgraph succeeds, the error is refused.
func (b *builder) exploreFromOne(wants []*want, s *spot, refused *Error) ([]*want, *Error) {
	var best []*want
	for _, source := range s.whole.places[:s.whole.direct] {
		if b.excessive() {
			break
		}
		found, err := b.explore(nil, s.startingAt(source), s.via.items)
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
func (b *builder) exploreMutation(
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
		found, err = b.explore(wants, b.newSpot([]*branch{br}, it, [][]*place{own}), it.items)
		if err == nil || b.excessive() {
			break
		}
	}
	return found, err
}

// options returns the branch's places that serve the field. It adds jumps only if they may be
// useful.
func (b *builder) options(br *branch, it *item) []*place {
	if it.name == typenameField {
		return br.places[:br.direct]
	}
	if !b.local(br, it) {
		b.close(br)
	}
	options := b.serving(br.places, it)
	for _, node := range b.targets(br) {
		if edge := node.Field(it.name); edge != nil && !edge.External && edge.Needy() {
			if p := b.requiring(br, node, edge); p != nil && p.tells(it) {
				options = append(options, p)
			}
		}
	}
	return options
}

// serving returns those of the places that serve the field.
func (b *builder) serving(places []*place, it *item) []*place {
	n := 0
	for n < len(places) && b.serves(places[n], it) != nil {
		n++
	}
	serving := slices.Clip(places[:n]) // usually these are all
	for i := n + 1; i < len(places); i++ {
		if b.serves(places[i], it) != nil {
			serving = append(serving, places[i])
		}
	}
	return serving
}

// local reports whether jumps need not be considered: a nearest place serves the field and
// everything below it, and needs no fetch that the other places do not need. If the field is
// contested (isContested), the result must depend on all places, so all are considered.
func (b *builder) local(br *branch, it *item) bool {
	direct := br.places[:br.direct]
	if len(direct) == 0 || b.isContested(it) {
		return false
	}
	least := slices.MinFunc(direct, func(x, y *place) int { return x.depth - y.depth }).depth
	var all, other *place
	for _, p := range direct {
		switch serves := b.servesAll(p, it); {
		case !serves:
			other = p
		case all == nil && p.depth == least:
			all = p
		}
	}
	return all != nil && (other == nil || slices.Equal(all.origins, other.origins))
}

// servesAll reports whether the place's subgraph alone serves the field and everything below it.
func (b *builder) servesAll(p *place, it *item) bool {
	edge := b.serves(p, it)
	if edge == nil || it.leaf() {
		return edge != nil
	}
	node := b.graph.Node(edge.Type.Name(), edge.Subgraph)
	if node.InterfaceObject {
		return false
	}
	provides := b.providedBelow(p, edge)
	if len(provides) > 0 || !slices.ContainsFunc(it.items, func(sub *item) bool { return !sub.leaf() }) {
		return b.servesBelow(node, provides, it)
	}
	for _, known := range it.served { // each level above repeats the question
		if known.node == node {
			return known.all
		}
	}
	all := b.servesBelow(node, nil, it)
	it.served = append(it.served, served{node, all})
	return all
}

// servesBelow reports whether the type's subgraph alone serves all fields below the field.
func (b *builder) servesBelow(node *querygraph.Node, provides []ast.SelectionSet, it *item) bool {
	below := &spot{typ: it.typ, possible: node.Possible}
	br := &branch{spot: below, types: node.Possible}
	if node.Kind == ast.Object {
		br.object = node.Type
	}
	inner := &place{branch: br, node: node, provides: provides}
	for _, sub := range it.items {
		if sub.name != typenameField && !b.vacuous(inner, sub) && !b.servesAll(inner, sub) {
			return false
		}
	}
	return true
}

func (b *builder) vacuous(p *place, it *item) bool {
	return it.types != nil && it.types.And(p.node.Possible).Empty()
}

// serves returns the edge by which the subgraph serves the field at the place without input from
// other subgraphs. It returns nil if there is none.
func (b *builder) serves(p *place, it *item) *querygraph.Edge {
	if p.jump != nil && p.jump.single() {
		return nil // the jump serves a single field, and is an option for that one already
	}
	if !p.tells(it) {
		return nil
	}
	if p.branch.object != "" || p.node.InterfaceObject {
		return b.graph.Usable(p.node, p.provides, it.name)
	}
	types := p.node.Possible.And(p.branch.spot.possible)
	if it.types != nil {
		types = types.And(it.types)
	}
	own := p.node.Field(it.name) // the interface's own field, if there is one
	var common *querygraph.Edge
	for _, object := range b.graph.Names(types) {
		edge := b.graph.Usable(b.graph.Node(object, p.node.Subgraph), p.provides, it.name)
		if edge == nil {
			return nil
		}
		if common != nil && !alike(edge, common) {
			return own // through the interface, or else for each type
		}
		common = edge
	}
	switch {
	case common == nil && it.types == nil:
		return own // no object type is possible here, or none on which all subgraphs agree
	case common != nil && own != nil && own.Type.Name() == common.Type.Name():
		return own
	default:
		return common
	}
}

// alike reports whether the fields of two object types lead to equal places.
func alike(x, y *querygraph.Edge) bool {
	return x.Type.Name() == y.Type.Name() && federation.PrintFieldSet(x.Provides) == federation.PrintFieldSet(y.Provides)
}

// edge returns how the place serves a field for which it is an option.
func (b *builder) edge(p *place, it *item) *querygraph.Edge {
	if edge := b.serves(p, it); edge != nil {
		return edge
	}
	return p.node.Field(it.name)
}

func (b *builder) providedBelow(p *place, edge *querygraph.Edge) []ast.SelectionSet {
	return b.graph.ProvidedBelow(querygraph.Place{Node: p.node, Provides: p.provides}, edge)
}

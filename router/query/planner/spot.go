package planner

import (
	"iter"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// spot is a position in the response: the value of one field.
type spot struct {
	parent *spot
	via    *item // the field; nil at the root
	// from are the object types of the parent for which the spot exists; nil for all.
	from querygraph.Set
	typ  string
	// possible are the object types that a value here can have, so far as all subgraphs that can
	// serve it agree.
	possible querygraph.Set
	names    *names
	// whole is the branch for all types at once. A spot with an object type has no other.
	whole *branch
	// single are the branches for single object types of an abstract type, made on demand.
	single map[string]*branch
	// untyped is true if some place here is an interface object, which does not know the objects'
	// types.
	untyped bool
}

// branch is a spot for all of its object types, or for one.
type branch struct {
	spot *spot
	// object is the one type; empty for all types of an abstract spot.
	object string
	types  querygraph.Set
	places []*place
	// direct is how many of places were reached without jumps of this branch; closed is true once
	// its jumps were explored.
	direct int
	closed bool
	// requiring are the places for fields with @requires, by subgraph, type and field.
	requiring map[requirement]*place
	// lookups are the look-ups of its objects in the plan.
	lookups []*lookup
}

type requirement struct {
	node  *querygraph.Node
	field string
}

// place is a branch as one subgraph can serve it.
type place struct {
	branch *branch
	// node is the type whose fields the subgraph is asked for.
	node *querygraph.Node
	// provides are the @provides directives that apply here.
	provides []ast.SelectionSet
	// from is the place before: at the parent's spot, or, for one type of an abstract spot, at the
	// same spot. There are several if different places serve the field for different object types.
	from []*place
	// jump leads here, unless a field does. It is nil at the root, too.
	jump *jump
	// origins are the places, on the way to this one, where the fetches that serve it start: at
	// the root or at the end of a jump.
	origins []*place
	self    [1]*place // backs origins if there is one
	// depth and jumps estimate how far away the place is.
	depth, jumps int
	// sets are the place's selection sets in the plan.
	sets []*selection
	set  [1]*selection // backs sets: usually there is one
}

// isOrigin marks the place as the start of a fetch.
func (p *place) isOrigin() {
	p.self[0] = p
	p.origins = p.self[:]
}

// possible returns the object types that can occur at the place.
func (p *place) possible() querygraph.Set { return p.node.Possible.And(p.branch.spot.possible) }

// undivided reports whether a field requested here is requested for objects of all types, because
// an interface object does not distinguish them. Only a look-up of the objects of one type is for
// these alone.
func (p *place) undivided() bool {
	return p.node.InterfaceObject && (p.jump == nil || p.branch.object == "")
}

// tells reports whether the place can request the field for exactly those objects for which it is
// selected.
func (p *place) tells(it *item) bool {
	return it.asked() == nil || !p.undivided() || it.asked().Has(p.node.Possible)
}

// jump is an entity look-up that the plan may contain.
type jump struct {
	id     int
	branch *branch
	node   *querygraph.Node
	// identity are the wants of the key, requires those of @requires. typed are wants for the
	// presence of the objects, and for their types if these decide which objects the jump is for.
	identity, requires, typed []*want
	identityItems             []*item
	requiresItems             []*item
	// requiring is the field that is requested, if it has requirements.
	requiring string
	// contexts are the wants for the values of contextual arguments; contextual says where these
	// values are.
	contexts   []*want
	contextual []contextual
	planned
}

// want is a leaf field to be answered, and the places that could answer it.
type want struct {
	branch  *branch
	item    *item
	options []*place
	// answer is the chosen place.
	answer *place
}

// planned is the jump's part in the plan.
type planned struct {
	// made belongs to the search: the jump's step if everything is as early as possible; 0 if it
	// is not in the plan, negative while its inputs are being decided.
	made int
	// step is the jump's final step; the root fetches are step 0.
	step int
	// before are the jumps that provide its inputs, after those that wait for it.
	before, after []*jump
	// set is the jump's selection, fetch the index of its request.
	set   *selection
	fetch int
}

// root reports whether the jump leads to the root of a subgraph instead of to entities.
func (j *jump) root() bool { return len(j.identityItems) == 0 }

// inputs iterates over all wants that must be answered before the jump.
func (j *jump) inputs() iter.Seq[*want] {
	return func(yield func(*want) bool) {
		for _, wants := range [...][]*want{j.identity, j.requires, j.typed, j.contexts} {
			for _, w := range wants {
				if !yield(w) {
					return
				}
			}
		}
	}
}

// builder plans one group of root fields.
type builder struct {
	*Planner
	op     *operation.Operation
	items  []*item
	root   *spot
	wants  []*want
	jumps  int
	inside map[guard]bool // look-ups and requirements being explored, to detect cycles
	// variables are the names of the variables for contextual arguments.
	variables map[contextArgument]string
	effort    effort
}

// effort is the work done, as the bounds count it.
type effort struct{ candidates, looked, selections int }

type guard struct {
	node  *querygraph.Node
	field string
}

func newBuilder(p *Planner, op *operation.Operation, items []*item) *builder {
	return &builder{Planner: p, op: op, items: items, inside: map[guard]bool{}, variables: map[contextArgument]string{}}
}

// exploreRoot finds the wants of the operation.
func (b *builder) exploreRoot(roots []*querygraph.Node) (err *Error) {
	s := &spot{typ: b.op.RootType, possible: b.graph.Object(b.op.RootType), names: newNames(b.items)}
	s.whole = &branch{spot: s, object: s.typ, types: s.possible, closed: true}
	for _, node := range roots {
		p := &place{branch: s.whole, node: node}
		p.isOrigin()
		s.whole.places = append(s.whole.places, p)
	}
	s.whole.direct = len(s.whole.places)
	b.root = s
	var items []*item
	for _, it := range b.items {
		if it.name != typenameField { // the router knows it
			items = append(items, it)
		}
	}
	b.wants, err = b.explore(nil, s, items)
	if err != nil && b.excessive() {
		return tooLarge()
	}
	return err
}

// excessive reports whether the exploration has reached its bound.
func (b *builder) excessive() bool { return b.effort.candidates > b.bounds.candidates }

// verbose reports whether the documents have reached their bound.
func (b *builder) verbose() bool { return b.effort.selections > b.bounds.selections }

// newSpot makes the spot to which a field leads from places of branches of one spot. The i-th
// places of all branches lead to the same place.
func (b *builder) newSpot(from []*branch, via *item, places [][]*place) *spot {
	s := &spot{parent: from[0].spot, via: via, typ: via.typ, names: from[0].spot.names.child(via.key)}
	s.from = fromTypes(from, via)
	s.possible = b.graph.Possible(via.typ)
	if !via.input {
		s.possible = s.possible.And(b.accessible)
	}
	object := ""
	if b.graph.Schema.Type(via.typ).Kind == ast.Object {
		object = via.typ
	}
	s.whole = &branch{spot: s, object: object, places: make([]*place, 0, len(places[0]))}
	for i := range places[0] {
		p := b.below(s.whole, via, column(places, i))
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
func (s *spot) startingAt(source *place) *spot {
	alone := *s
	alone.single, alone.untyped = nil, source.node.InterfaceObject
	alone.whole = &branch{spot: &alone, object: s.whole.object, types: s.whole.types, direct: 1}
	copied := *source
	copied.branch = alone.whole
	alone.whole.places = []*place{&copied}
	return &alone
}

// below returns the place to which the field leads from places that lead to the same.
func (b *builder) below(br *branch, via *item, from []*place) *place {
	b.effort.candidates++
	edge := b.edge(from[0], via)
	p := &place{branch: br, from: from, node: b.graph.Node(edge.Type.Name(), edge.Subgraph), provides: b.providedBelow(from[0], edge)}
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

// fromTypes returns the parent's object types for which the field is requested; nil for all.
func fromTypes(from []*branch, via *item) querygraph.Set {
	switch first := from[0]; {
	case first.object == "":
		return via.types
	case first == first.spot.whole:
		return nil
	case len(from) == 1:
		return first.types
	}
	var types querygraph.Set
	for _, br := range from {
		types = types.Or(br.types)
	}
	return types
}

// only returns the branch for one object type of an abstract spot.
func (b *builder) only(s *spot, types querygraph.Set) *branch {
	object := b.graph.Names(types)[0]
	if s.whole.object == object {
		return s.whole
	}
	if known := s.single[object]; known != nil {
		return known
	}
	b.close(s.whole)
	one := &branch{spot: s, object: object, types: types}
	for i := range s.whole.places {
		if cast := b.cast(s.whole.places[i:i+1:i+1], one); cast != nil {
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
func (b *builder) cast(from []*place, one *branch) *place {
	p := from[0]
	to, ok := b.graph.Cast(querygraph.Place{Node: p.node}, one.object)
	if !ok {
		return nil
	}
	b.effort.candidates++
	return &place{branch: one, node: to.Node, from: from, origins: p.origins, provides: p.provides, depth: p.depth, jumps: p.jumps}
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

package planner

import (
	"iter"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/querygraph"
)

// spot is a place in the response: where the value of one field stands.
type spot struct {
	parent *spot
	via    *item // the field; nil at the root
	// from are the object types of the parent for which it stands; nil for all.
	from querygraph.Set
	typ  string
	// possible are the object types that a value here can have, as far as all subgraphs that can serve it agree.
	possible querygraph.Set
	names    *names
	// whole is the branch for all types at once; for an object type the only one.
	whole *branch
	// single are the branches of the object types of an abstract type, made when needed.
	single map[string]*branch
	// untyped: some place here is an interface object, which does not tell the objects' types.
	untyped bool
}

// branch is a spot for some of its object types: all, or one.
type branch struct {
	spot *spot
	// object is the one type; empty for all types of an abstract spot.
	object string
	types  querygraph.Set
	places []*place
	// direct is how many of places were not reached by jumps of this branch; closed is true once those are found.
	direct int
	closed bool
	// requiring are the places made for fields with @requires, by subgraph, type and field.
	requiring map[requirement]*place
	// lookups are those of its objects that are in the plan.
	lookups []*lookup
}

type requirement struct {
	node  *querygraph.Node
	field string
}

// place is a branch as one subgraph can serve it.
type place struct {
	branch *branch
	// node is the type by which fields are looked up in the subgraph.
	node *querygraph.Node
	// provides are the @provides in force here.
	provides []ast.SelectionSet
	// from is the place before: at the parent's spot, or for one type of an abstract spot at the same spot. They are several if
	// the field is had of objects of some types here, of others there.
	from []*place
	// jump leads here, if it was not a field; neither at the root.
	jump *jump
	// origins are the places, on the way to this one, at which the fetches that serve it begin: of the root, or where a jump leads.
	origins []*place
	self    [1]*place // room for origins, if it is one
	// depth and jumps estimate what it takes to get here.
	depth, jumps int
	// sets are the selection sets that stand for it in the plan.
	sets []*selection
	set  [1]*selection // room for sets: there is mostly one
}

// isOrigin makes the place one at which a fetch begins.
func (p *place) isOrigin() {
	p.self[0] = p
	p.origins = p.self[:]
}

// possible are the object types that can be at the place.
func (p *place) possible() querygraph.Set { return p.node.Possible.And(p.branch.spot.possible) }

// undivided reports whether what is asked here is asked for the objects of all types: an interface object tells none apart.
// Only a look-up of the objects of one type is for them alone.
func (p *place) undivided() bool {
	return p.node.InterfaceObject && (p.jump == nil || p.branch.object == "")
}

// tells reports whether the place can be asked for the field for no other objects than those that it is for.
func (p *place) tells(it *item) bool {
	return it.asked() == nil || !p.undivided() || it.asked().Has(p.node.Possible)
}

// jump is an entity look-up that may be made.
type jump struct {
	id     int
	branch *branch
	node   *querygraph.Node
	// identity are wants that make up the key, requires those of @requires, typed those that the objects are there,
	// with the types that say which of them the jump is for.
	identity, requires, typed []*want
	identityItems             []*item
	requiresItems             []*item
	// requiring is the field that is asked, if it has requirements.
	requiring string
	// contexts are wants of the values that contextual arguments are given, contextual says where those are.
	contexts   []*want
	contextual []contextual
	planned
}

// want is a leaf to be answered, and the places that could.
type want struct {
	branch  *branch
	item    *item
	options []*place
	// answer is the place that was chosen.
	answer *place
}

// planned is what becomes of a jump in the plan.
type planned struct {
	// made is for the search: the jump's step, if all is as early as it can be; 0 if it is not in the plan, negative while that
	// is being decided.
	made int
	// step is the one in which the jump is made; the root fetches are step 0.
	step int
	// before are the jumps that answer its inputs, after those whose inputs it answers.
	before, after []*jump
	// set is what is asked, fetch the index of the request.
	set   *selection
	fetch int
}

// root reports whether the jump is to the root of a subgraph, not to entities.
func (j *jump) root() bool { return len(j.identityItems) == 0 }

// inputs are all the wants that must be answered before the jump.
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
	inside map[guard]bool // look-ups and requirements being explored, against circles
	// variables are the names of those that stand for contextual arguments.
	variables map[contextArgument]string
	effort    effort
}

// effort is what was done, as the bounds count it.
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
		if it.name != typenameField { // known without asking
			items = append(items, it)
		}
	}
	b.wants, err = b.explore(nil, s, items)
	if err != nil && b.excessive() {
		return tooLarge()
	}
	return err
}

// excessive reports whether no more is to be explored.
func (b *builder) excessive() bool { return b.effort.candidates > b.bounds.candidates }

// verbose reports whether no more is to be written.
func (b *builder) verbose() bool { return b.effort.selections > b.bounds.selections }

// newSpot makes the spot that a field leads to from places of branches of one spot: the i-th of each lead to the same.
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

// below is the place that the field leads to from places which lead to the same.
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

// column are the i-th places of each list.
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

// fromTypes are the parent's object types for which the field is asked: nil for all.
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

// cast is the place for one object type, or nil if the subgraph has no such object here.
func (b *builder) cast(from []*place, one *branch) *place {
	p := from[0]
	to, ok := b.graph.Cast(querygraph.Place{Node: p.node}, one.object)
	if !ok {
		return nil
	}
	b.effort.candidates++
	return &place{branch: one, node: to.Node, from: from, origins: p.origins, provides: p.provides, depth: p.depth, jumps: p.jumps}
}

// fewest keeps, for each subgraph, the three places that take least to get to, in a stable order.
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

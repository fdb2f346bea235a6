package planner

import (
	"iter"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
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
}

type requirement struct {
	node  *querygraph.Node
	field string
}

// place is a branch as one subgraph can serve it.
type place struct {
	id     int
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
}

// single reports whether the jump serves a single field, with its requirements.
func (j *jump) single() bool { return len(j.requires) > 0 || len(j.contextual) > 0 }

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

// contextual is an argument whose value is read from an object above the spot, from the nearest
// that sets the context.
type contextual struct {
	variable string
	typ      *ast.Type
	sources  []contextSource
}

// contextSource is a spot whose objects of some types set the context, and the field to read from
// them.
type contextSource struct {
	spot *spot
	// types is nil if all objects there set the context in the same way.
	types querygraph.Set
	item  *item
}

// want is a leaf field to be answered, and the places that could answer it.
type want struct {
	branch  *branch
	item    *item
	options []*place
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

// candidates is the result of explore: all wants of the root fields, and the places that could serve
// them. The later stages do not change it.
type candidates struct {
	wants []*want
	// places and jumps are their numbers; the IDs start at 1.
	places, jumps int
	variables     variables
}

// contextArgument is an argument whose value is a variable that the planner makes.
type contextArgument struct{ typ, field, argument string }

// variables are the names of the variables for contextual arguments.
type variables map[contextArgument]string

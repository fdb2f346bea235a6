package planner

import (
	"iter"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// position is where the value of one field stands in the response.
type position struct {
	parent *position
	via    *field // the field; nil at the root
	// from are the object types of the parent for which the position exists; nil for all.
	from querygraph.Set
	typ  string
	// possible are the object types that a value here can have, so far as all subgraphs that can
	// serve it agree.
	possible querygraph.Set
	names    *names
	// whole is the branch for all types at once. A position with an object type has no other.
	whole *branch
	// single are the branches for single object types of an abstract type, made on demand.
	single map[string]*branch
	// untyped is true if some candidate here is an interface object, which does not know the
	// objects' types.
	untyped bool
}

// branch is a position for all of its object types, or for one.
type branch struct {
	position *position
	// object is the one type; empty for all types of an abstract position.
	object     string
	types      querygraph.Set
	candidates []*candidate
	// direct is how many candidates were reached without entity fetches of this branch; they come
	// first. closed is true once its entity fetches were explored.
	direct int
	closed bool
	// requiring are the candidates for fields with @requires, by subgraph, type and field.
	requiring map[nodeField]*candidate
}

// nodeField is a field of a type as one subgraph knows it.
type nodeField struct {
	node  *querygraph.Node
	field string
}

// candidate is a branch as one subgraph can serve it.
type candidate struct {
	id     int
	branch *branch
	// node is the type whose fields the subgraph is asked for.
	node *querygraph.Node
	// provides are the @provides directives that apply here.
	provides []ast.SelectionSet
	// from is the candidate before: at the parent's position, or, for one type of an abstract
	// position, at the same position. There are several if different candidates serve the field
	// for different object types.
	from []*candidate
	// fetch leads here, unless a field does. It is nil at the root, too.
	fetch *entityFetch
	// origins are the candidates, on the way to this one, where the fetches that serve it start:
	// at the root or at the end of an entity fetch.
	origins []*candidate
	self    [1]*candidate // backs origins if there is one
	// depth is in how many steps the candidate can be reached at the earliest, fetches how many
	// entity fetches follow each other on the way.
	depth, fetches int
}

// isOrigin marks the candidate as the start of a fetch.
func (c *candidate) isOrigin() {
	c.self[0] = c
	c.origins = c.self[:]
}

// possible returns the object types that can occur at the candidate.
func (c *candidate) possible() querygraph.Set {
	return c.node.Possible.And(c.branch.position.possible)
}

// undivided reports whether a field requested here is requested for objects of all types, because
// an interface object does not distinguish them. Only a look-up of the objects of one type is for
// these alone.
func (c *candidate) undivided() bool {
	return c.node.InterfaceObject && (c.fetch == nil || c.branch.object == "")
}

// isExactFor reports whether the candidate can request the field for exactly those objects for
// which it is selected.
func (c *candidate) isExactFor(f *field) bool {
	return f.asked() == nil || !c.undivided() || f.asked().Has(c.node.Possible)
}

// entityFetch is an entity look-up that the plan may contain.
type entityFetch struct {
	id     int
	branch *branch
	node   *querygraph.Node
	// identity are the requirements of the key, requires those of @requires. typed are
	// requirements for the presence of the objects, and for their types if these decide which
	// objects the entity fetch is for.
	identity, requires, typed []*requirement
	identityFields            []*field
	requiredFields            []*field
	// requiring is the field that is requested, if it has requirements.
	requiring string
	// contexts are the requirements for the values of contextual arguments; contextual says where
	// these values are.
	contexts   []*requirement
	contextual []contextual
}

// single reports whether the entity fetch serves a single field, with its requirements.
func (f *entityFetch) single() bool { return len(f.requires) > 0 || len(f.contextual) > 0 }

// root reports whether the entity fetch leads to the root of a subgraph instead of to entities.
func (f *entityFetch) root() bool { return len(f.identityFields) == 0 }

// inputs iterates over all requirements that must be answered before the entity fetch.
func (f *entityFetch) inputs() iter.Seq[*requirement] {
	return func(yield func(*requirement) bool) {
		for _, requirements := range [...][]*requirement{f.identity, f.requires, f.typed, f.contexts} {
			for _, r := range requirements {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// contextual is an argument whose value is read from an object above the position, from the
// nearest that sets the context.
type contextual struct {
	variable string
	typ      *ast.Type
	sources  []contextSource
}

// contextSource is a position whose objects of some types set the context, and the field to read
// from them.
type contextSource struct {
	position *position
	// types is nil if all objects there set the context in the same way.
	types querygraph.Set
	field *field
}

// requirement is a leaf field to be answered, and the candidates that could answer it.
type requirement struct {
	branch  *branch
	field   *field
	options []*candidate
}

// fromTypes returns the parent's object types for which the field is requested; nil for all.
func fromTypes(from []*branch, via *field) querygraph.Set {
	switch first := from[0]; {
	case first.object == "":
		return via.types
	case first == first.position.whole:
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

// exploration is the result of explore: all requirements of the root fields, and the candidates
// that could serve them. The later stages do not change it.
type exploration struct {
	requirements []*requirement
	// candidates and fetches are the highest IDs; the IDs start at 1.
	candidates, fetches int
	variables           variables
}

// contextArgument is an argument whose value is a variable that the planner makes.
type contextArgument struct{ typ, field, argument string }

// variables are the names of the variables for contextual arguments.
type variables map[contextArgument]string

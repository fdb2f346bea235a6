package planner

import (
	"cmp"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// explore finds the requirements of the root fields of an operation, which may be requested from
// some of the subgraphs, and the candidates that could serve them.
func explore(
	graph *querygraph.Graph, accessible querygraph.Set, op *operation.Operation,
	fields []*field, roots []*querygraph.Node, limit *allowance,
) (*exploration, *Error) {
	e := &explorer{
		graph: graph, accessible: accessible, op: op, limit: limit,
		inside: map[nodeField]bool{}, served: map[servedBy]bool{}, variables: variables{},
	}
	requirements, err := e.exploreRoot(fields, roots)
	if err != nil && limit.exceeded() {
		err = tooLarge()
	}
	if err != nil {
		return nil, err
	}
	return &exploration{
		requirements: requirements, candidates: e.candidates,
		fetches: e.fetches, variables: e.variables,
	}, nil
}

func (e *explorer) exploreRoot(
	fields []*field, roots []*querygraph.Node,
) ([]*requirement, *Error) {
	pos := &position{
		typ: e.op.RootType, possible: e.graph.Object(e.op.RootType), names: newNames(fields),
	}
	pos.whole = &branch{position: pos, object: pos.typ, types: pos.possible, closed: true}
	for _, node := range roots {
		c := e.newCandidate(&candidate{branch: pos.whole, node: node})
		c.isOrigin()
		pos.whole.candidates = append(pos.whole.candidates, c)
	}
	pos.whole.direct = len(pos.whole.candidates)
	var asked []*field
	for _, f := range fields {
		if f.name != typenameField { // the router knows it
			asked = append(asked, f)
		}
	}
	return e.exploreAll(nil, pos, asked)
}

// exploreAll adds the requirements of a selection set at a position.
func (e *explorer) exploreAll(
	requirements []*requirement, pos *position, fields []*field,
) (_ []*requirement, err *Error) {
	before := len(requirements)
	var needsTypes []*field
	for _, f := range fields {
		if requirements, err = e.exploreField(requirements, pos, f); err != nil {
			return nil, err
		}
		if pos.untyped && f.types != nil && !slices.ContainsFunc(needsTypes, f.sameConditions) {
			needsTypes = append(needsTypes, f)
		}
	}
	for _, f := range needsTypes {
		typed, err := e.typed(pos, f.conditions)
		if err != nil {
			return nil, err
		}
		requirements = append(requirements, typed)
	}
	if len(requirements) == before && pos.parent != nil {
		present := &requirement{branch: pos.whole, field: newTypename(), options: pos.whole.candidates}
		requirements = append(requirements, present)
	}
	return requirements, nil
}

// exploreField adds the requirements of a field at a position.
func (e *explorer) exploreField(
	requirements []*requirement, pos *position, f *field,
) (_ []*requirement, err *Error) {
	if e.limit.used++; e.limit.exceeded() {
		return nil, tooLarge()
	}
	if pos.whole.object != "" {
		return e.exploreIn(requirements, pos.whole, f)
	}
	applicable := pos.possible
	if f.types != nil {
		applicable = applicable.And(f.types)
	}
	if f.types != nil && applicable.Empty() {
		return requirements, nil // no object here can have these types
	}
	if f.name == typenameField {
		typed, err := e.typed(pos, f.conditions)
		return append(requirements, typed), err
	}
	if options := e.options(pos.whole, f); len(options) > 0 {
		found, err := e.exploreVia(requirements, pos.whole, f, options)
		if err == nil || applicable.Empty() || e.limit.exceeded() {
			return found, err
		}
		// The fields below may still be reachable by the keys of each object type.
	}
	if applicable.Empty() {
		if e.isNever(pos, f) {
			return requirements, nil
		}
		return nil, unreachable("No subgraph can be asked for %s.%s here.", pos.typ, f.name)
	}
	return e.explorePerType(requirements, pos, f, applicable)
}

// explorePerType adds the requirements of a field for each of some object types. Types whose field
// leads to the same candidates share one position for it. With a position for each type, the
// number of positions would grow exponentially with the depth of nested fields.
func (e *explorer) explorePerType(
	requirements []*requirement, pos *position, f *field, types querygraph.Set,
) ([]*requirement, *Error) {
	var groups []typeGroup
	sources := pieces{position: pos, known: map[*candidate][]*candidate{}}
	for one := range types.Each() {
		if e.limit.used++; e.limit.exceeded() {
			return nil, tooLarge()
		}
		br := e.ofType(pos, one)
		options, err := e.someOptions(br, f)
		if err != nil {
			return nil, err
		}
		if err := sources.add(options, f); err != nil {
			return nil, err
		}
		if f.leaf() {
			requirements = append(requirements, &requirement{branch: br, field: f, options: options})
		} else {
			groups = join(e.graph, groups, br, options, f)
		}
	}
	for _, g := range groups {
		var err *Error
		below := e.newPosition(g.branches, f, g.options)
		if requirements, err = e.exploreAll(requirements, below, f.fields); err != nil {
			return nil, err
		}
	}
	return requirements, nil
}

// isNever reports whether clients can see no object at the position, because no type is possible
// there. They get null for an object of an @inaccessible type. The fields that @requires names are
// sent for such objects, too, and an interface object has no types.
func (e *explorer) isNever(pos *position, f *field) bool {
	return !f.input && !slices.ContainsFunc(e.graph.Nodes(pos.typ), func(n *querygraph.Node) bool {
		return n.InterfaceObject
	})
}

// typed returns the requirement for the objects' concrete types, under the conditions of the
// fields that need them.
func (e *explorer) typed(pos *position, conditions []operation.Condition) (*requirement, *Error) {
	options := typedCandidates(pos.whole.candidates)
	if len(options) == 0 {
		e.close(pos.whole)
		options = typedCandidates(pos.whole.candidates)
	}
	if len(options) == 0 {
		return nil, unreachable("No subgraph can tell the types of the %s objects here.", pos.typ)
	}
	f := newTypename()
	f.conditions = conditions
	return &requirement{branch: pos.whole, field: f, options: options}, nil
}

func typedCandidates(candidates []*candidate) []*candidate {
	var typed []*candidate
	for _, c := range candidates {
		if !c.node.InterfaceObject {
			typed = append(typed, c)
		}
	}
	return typed
}

// exploreIn adds the requirements of a field for one branch's types.
func (e *explorer) exploreIn(
	requirements []*requirement, br *branch, f *field,
) ([]*requirement, *Error) {
	options, err := e.someOptions(br, f)
	if err != nil {
		return nil, err
	}
	return e.exploreVia(requirements, br, f, options)
}

func (e *explorer) someOptions(br *branch, f *field) ([]*candidate, *Error) {
	options := e.options(br, f)
	if len(options) == 0 {
		return nil, unreachable("No subgraph can be asked for %s.%s here.",
			cmp.Or(br.object, br.position.typ), f.name)
	}
	return options, nil
}

// exploreVia adds the requirements of a field that these candidates serve.
func (e *explorer) exploreVia(
	requirements []*requirement, br *branch, f *field, options []*candidate,
) ([]*requirement, *Error) {
	if f.leaf() {
		return append(requirements, &requirement{branch: br, field: f, options: options}), nil
	}
	if e.op.Kind == ast.Mutation && br.object == e.graph.Schema.Mutation {
		return e.exploreMutation(requirements, br, f, options)
	}
	pos := e.newPosition([]*branch{br}, f, [][]*candidate{options})
	found, err := e.exploreAll(requirements, pos, f.fields)
	if err == nil || br.position.parent != nil || len(options) == 1 {
		return found, err
	}
	return e.exploreFromOne(requirements, pos, err)
}

// exploreFromOne explores a root field again that several subgraphs resolve, each time starting
// from one of them, and takes the subgraph from which the fewest steps lead to everything below
// the field. The exploration that starts from all subgraphs keeps only the shortest way to a
// candidate, and that way may begin in a subgraph from which no way leads to another object type
// of the field. If no subgraph succeeds, the error is refused, that of the first exploration.
func (e *explorer) exploreFromOne(
	requirements []*requirement, pos *position, refused *Error,
) ([]*requirement, *Error) {
	var best []*requirement
	for _, source := range pos.whole.candidates[:pos.whole.direct] {
		if e.limit.exceeded() {
			break
		}
		found, err := e.exploreAll(nil, e.startingAt(pos, source), pos.via.fields)
		if err == nil && (best == nil || furthest(found) < furthest(best)) {
			best = found
		}
	}
	if best == nil {
		return nil, refused
	}
	return append(requirements, best...), nil
}

// furthest returns the greatest depth to which any of the requirements leads.
func furthest(requirements []*requirement) int {
	depth := 0
	for _, r := range requirements {
		least := slices.MinFunc(r.options, func(x, y *candidate) int { return x.depth - y.depth })
		depth = max(depth, least.depth)
	}
	return depth
}

// exploreMutation adds the requirements of a field of the mutation root. One subgraph has to
// answer all of it, because two would execute the mutation twice.
func (e *explorer) exploreMutation(
	requirements []*requirement, br *branch, f *field, options []*candidate,
) (found []*requirement, err *Error) {
	var tried []supergraph.SubgraphID
	for _, option := range options {
		if slices.Contains(tried, option.node.Subgraph) {
			continue
		}
		tried = append(tried, option.node.Subgraph)
		own := slices.DeleteFunc(slices.Clone(options), func(c *candidate) bool {
			return c.node.Subgraph != option.node.Subgraph
		})
		below := e.newPosition([]*branch{br}, f, [][]*candidate{own})
		found, err = e.exploreAll(requirements, below, f.fields)
		if err == nil || e.limit.exceeded() {
			break
		}
	}
	return found, err
}

// options returns the branch's candidates that serve the field. It adds entity fetches only if
// they may be useful.
func (e *explorer) options(br *branch, f *field) []*candidate {
	if f.name == typenameField {
		return br.candidates[:br.direct]
	}
	if !e.local(br, f) {
		e.close(br)
	}
	options := serving(e.graph, br.candidates, f)
	for _, node := range e.targets(br) {
		if edge := node.Field(f.name); edge != nil && !edge.External && edge.Needy() {
			if c := e.requiring(br, node, edge); c != nil && c.isExactFor(f) {
				options = append(options, c)
			}
		}
	}
	return options
}

// local reports whether entity fetches need not be considered: a nearest candidate serves the
// field and everything below it, and needs no fetch that the other candidates do not need. If the
// field is contested, the result must depend on all candidates, so all are considered.
func (e *explorer) local(br *branch, f *field) bool {
	direct := br.candidates[:br.direct]
	if len(direct) == 0 || f.contested {
		return false
	}
	least := slices.MinFunc(direct, func(x, y *candidate) int { return x.depth - y.depth }).depth
	var all, other *candidate
	for _, c := range direct {
		switch serves := e.servesAll(c, f); {
		case !serves:
			other = c
		case all == nil && c.depth == least:
			all = c
		}
	}
	return all != nil && (other == nil || slices.Equal(all.origins, other.origins))
}

// servesAll reports whether the candidate's subgraph alone serves the field and everything below
// it.
func (e *explorer) servesAll(c *candidate, f *field) bool {
	edge := serves(e.graph, c, f)
	if edge == nil || f.leaf() {
		return edge != nil
	}
	node := e.graph.Node(edge.Type.Name(), edge.Subgraph)
	if node.InterfaceObject {
		return false
	}
	provides := providedBelow(e.graph, c, edge)
	isComposite := func(sub *field) bool { return !sub.leaf() }
	if len(provides) > 0 || !slices.ContainsFunc(f.fields, isComposite) {
		return e.servesBelow(node, provides, f)
	}
	question := servedBy{f, node}
	all, known := e.served[question]
	if !known {
		all = e.servesBelow(node, nil, f)
		e.served[question] = all
	}
	return all
}

// servesBelow reports whether the type's subgraph alone serves all fields below the field.
func (e *explorer) servesBelow(node *querygraph.Node, provides []ast.SelectionSet, f *field) bool {
	below := &position{typ: f.typ, possible: node.Possible}
	br := &branch{position: below, types: node.Possible}
	if node.Kind == ast.Object {
		br.object = node.Type
	}
	inner := &candidate{branch: br, node: node, provides: provides}
	for _, sub := range f.fields {
		if sub.name != typenameField && !vacuous(inner, sub) && !e.servesAll(inner, sub) {
			return false
		}
	}
	return true
}

func vacuous(c *candidate, f *field) bool {
	return f.types != nil && f.types.And(c.node.Possible).Empty()
}

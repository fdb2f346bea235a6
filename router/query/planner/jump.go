package planner

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// close adds to the branch all places that jumps reach: first those that need one jump, then those
// that need another jump before. Only places from earlier rounds provide a jump's key, so jumps
// never wait for each other in a cycle.
func (e *explorer) close(br *branch) {
	if br.closed {
		return
	}
	br.closed = true
	for {
		sources := br.places
		var reached []*place
		for _, node := range e.targets(br) {
			if br.jumpedTo(node) {
				continue
			}
			if p := e.reach(br, node, sources); p != nil && !e.beaten(br, p) {
				reached = append(reached, p)
			}
		}
		if len(reached) == 0 {
			return
		}
		br.places = append(slices.Clip(sources), reached...)
	}
}

func (br *branch) jumpedTo(node *querygraph.Node) bool {
	return slices.ContainsFunc(br.places, func(p *place) bool { return p.node == node && p.jump != nil && p.jump.branch == br })
}

// beaten reports whether the branch has a nearer place in the same subgraph that serves as much.
// If that place needs a fetch that another place does not need, it does not count, because a
// look-up that is in the plan anyway may cost less.
func (e *explorer) beaten(br *branch, p *place) bool {
	direct := br.places[:br.direct]
	return slices.ContainsFunc(br.places, func(q *place) bool {
		if q.node != p.node || q.depth >= p.depth || q.undivided() != p.undivided() {
			return false
		}
		apart := func(r *place) bool { return r != q && r.depth <= q.depth && !slices.Equal(r.origins, q.origins) }
		return !slices.ContainsFunc(direct, apart)
	})
}

// targets returns the nodes whose keys can be used to look up the branch's objects.
func (e *explorer) targets(br *branch) []*querygraph.Node {
	if br.object != "" {
		return e.graph.Targets(br.object)
	}
	return e.graph.InterfaceTargets(br.spot.typ, br.spot.untyped)
}

// reach makes the jump to a node by the key that is available earliest. It returns nil if the
// sources provide no key.
func (e *explorer) reach(br *branch, node *querygraph.Node, sources []*place) *place {
	if isMutation := br.object == e.graph.Schema.Mutation && e.op.Kind == ast.Mutation; isMutation || br.object == e.graph.Schema.Query {
		return e.reenter(br, node, sources)
	}
	var best *place
	for _, key := range node.Keys {
		p := e.jumpBy(br, node, key, sources)
		if p != nil && (best == nil || p.depth < best.depth) {
			best = p
		}
	}
	return best
}

// reenter makes the jump to the root of another subgraph from an object of the root query type, at
// any position; in a mutation also from one of the root mutation type.
func (e *explorer) reenter(br *branch, node *querygraph.Node, sources []*place) *place {
	present := &want{branch: br, item: typenameItem(), options: sources}
	j := e.newJump(br, node)
	j.typed = []*want{present}
	return e.end(j)
}

func (e *explorer) jumpBy(br *branch, node *querygraph.Node, key ast.SelectionSet, sources []*place) *place {
	j := e.newJump(br, node)
	j.identityItems = inputItems(e.graph, node.Type, key, nil, br.spot.names)
	var err *Error
	for _, it := range j.identityItems {
		if j.identity, err = e.exploreKey(j.identity, br, it, sources); err != nil {
			return nil
		}
	}
	if j.typed, err = e.guards(br); err != nil {
		return nil
	}
	return e.end(j)
}

// guards returns the wants for the concrete types that decide which objects a branch is for, if
// the path does not determine them.
func (e *explorer) guards(br *branch) ([]*want, *Error) {
	var guarded []*spot
	if br.spot.untyped && br != br.spot.whole {
		guarded = append(guarded, br.spot)
	}
	for s := br.spot; s.parent != nil; s = s.parent {
		if s.parent.untyped && s.from != nil {
			guarded = append(guarded, s.parent)
		}
	}
	var wants []*want
	for _, s := range guarded {
		typed, err := e.typed(s, nil)
		if err != nil {
			return nil, err
		}
		wants = append(wants, typed)
	}
	return wants, nil
}

// exploreKey adds the wants of a key's field. Only the sources may serve it.
func (e *explorer) exploreKey(wants []*want, br *branch, it *item, sources []*place) ([]*want, *Error) {
	e.limit.used++
	if it.name == typenameField { // The representation has it anyway: the objects only need to be present.
		return append(wants, &want{branch: br, item: typenameItem(), options: sources}), nil
	}
	options := serving(e.graph, sources, it)
	if len(options) == 0 {
		return nil, &Error{Code: CodeUnreachable, Message: "No subgraph can be asked for the key here."}
	}
	if it.leaf() {
		return e.exploreVia(wants, br, it, options)
	}
	return e.guarded(guard{options[0].node, it.name}, func() ([]*want, *Error) {
		return e.exploreVia(wants, br, it, options)
	})
}

// requiring returns the place at which a field with @requires can be requested: a look-up that
// sends the required fields.
func (e *explorer) requiring(br *branch, node *querygraph.Node, edge *querygraph.Edge) *place {
	id := requirement{node, edge.Name}
	if known, ok := br.requiring[id]; ok {
		return known
	}
	e.close(br)
	reached := e.reach(br, node, br.places)
	if reached == nil {
		return nil
	}
	j := reached.jump
	j.requiring = edge.Name
	j.requiresItems = inputItems(e.graph, node.Type, edge.Requires, nil, br.spot.names)
	wants, err := e.guarded(guard{node, edge.Name}, func() ([]*want, *Error) {
		return e.exploreRequires(br, j.requiresItems)
	})
	if err != nil {
		return nil // do not cache it: the failure may be due to the cycle being explored
	}
	j.requires = wants
	if j.contextual, err = e.contextsOf(br, node, edge); err != nil {
		return nil
	}
	if j.contexts, err = e.exploreContexts(j.contextual); err != nil {
		return nil
	}
	if br.requiring == nil {
		br.requiring = map[requirement]*place{}
	}
	p := e.end(j)
	br.requiring[id] = p
	return p
}

func (e *explorer) exploreRequires(br *branch, items []*item) (wants []*want, err *Error) {
	for _, it := range items {
		if br == br.spot.whole {
			wants, err = e.exploreItem(wants, br.spot, it)
		} else {
			wants, err = e.exploreIn(wants, br, it)
		}
		if err != nil {
			return nil, err
		}
	}
	return wants, nil
}

// exploreContexts adds the wants of the values of contextual arguments.
func (e *explorer) exploreContexts(contexts []contextual) (wants []*want, err *Error) {
	for _, c := range contexts {
		for _, source := range c.sources {
			if wants, err = e.exploreItem(wants, source.spot, source.item); err != nil {
				return nil, err
			}
			if !source.spot.untyped || source.types == nil {
				continue
			}
			typed, err := e.typed(source.spot, nil)
			if err != nil {
				return nil, err
			}
			wants = append(wants, typed)
		}
	}
	return wants, nil
}

// guarded explores the inputs of a field, unless that is in progress already.
func (e *explorer) guarded(g guard, explore func() ([]*want, *Error)) ([]*want, *Error) {
	if e.inside[g] {
		return nil, unreachable("%s.%s needs itself.", g.node.Type, g.field)
	}
	e.inside[g] = true
	defer delete(e.inside, g)
	return explore()
}

// end returns the place to which the jump leads.
func (e *explorer) end(j *jump) *place {
	p := e.newPlace(&place{branch: j.branch, node: j.node, jump: j})
	p.isOrigin()
	for input := range j.inputs() {
		least := input.options[0]
		for _, option := range input.options {
			if option.depth < least.depth {
				least = option
			}
		}
		p.depth = max(p.depth, least.depth)
		p.jumps = max(p.jumps, least.jumps)
	}
	p.depth++
	p.jumps++
	return p
}

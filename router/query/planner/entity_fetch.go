package planner

import (
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
)

// close adds to the branch all candidates that entity fetches reach: first those that need one
// entity fetch, then those that need another entity fetch before. Only candidates from earlier
// rounds provide an entity fetch's key, so entity fetches never wait for each other in a cycle.
func (e *explorer) close(br *branch) {
	if br.closed {
		return
	}
	br.closed = true
	for {
		sources := br.candidates
		var reached []*candidate
		for _, node := range e.targets(br) {
			if br.looksUp(node) {
				continue
			}
			if c := e.reach(br, node, sources); c != nil && !e.beaten(br, c) {
				reached = append(reached, c)
			}
		}
		if len(reached) == 0 {
			return
		}
		br.candidates = append(slices.Clip(sources), reached...)
	}
}

func (br *branch) looksUp(node *querygraph.Node) bool {
	return slices.ContainsFunc(br.candidates, func(c *candidate) bool {
		return c.node == node && c.fetch != nil && c.fetch.branch == br
	})
}

// beaten reports whether the branch has a nearer candidate in the same subgraph that serves as
// much. If that candidate needs a fetch that another candidate does not need, it does not count,
// because a look-up that is in the plan anyway may cost less.
func (e *explorer) beaten(br *branch, c *candidate) bool {
	direct := br.candidates[:br.direct]
	return slices.ContainsFunc(br.candidates, func(q *candidate) bool {
		if q.node != c.node || q.depth >= c.depth || q.undivided() != c.undivided() {
			return false
		}
		apart := func(r *candidate) bool {
			return r != q && r.depth <= q.depth && !slices.Equal(r.origins, q.origins)
		}
		return !slices.ContainsFunc(direct, apart)
	})
}

// targets returns the nodes whose keys can be used to look up the branch's objects.
func (e *explorer) targets(br *branch) []*querygraph.Node {
	if br.object != "" {
		return e.graph.Targets(br.object)
	}
	return e.graph.InterfaceTargets(br.position.typ, br.position.untyped)
}

// reach makes the entity fetch to a node by the key that is available earliest. It returns nil if
// the sources provide no key.
func (e *explorer) reach(br *branch, node *querygraph.Node, sources []*candidate) *candidate {
	isMutation := br.object == e.graph.Schema.Mutation && e.op.Kind == ast.Mutation
	if isMutation || br.object == e.graph.Schema.Query {
		return e.reenter(br, node, sources)
	}
	var best *candidate
	for _, key := range node.Keys {
		c := e.fetchBy(br, node, key, sources)
		if c != nil && (best == nil || c.depth < best.depth) {
			best = c
		}
	}
	return best
}

// reenter makes the entity fetch to the root of another subgraph from an object of the root query
// type, at any position; in a mutation also from one of the root mutation type.
func (e *explorer) reenter(br *branch, node *querygraph.Node, sources []*candidate) *candidate {
	present := &requirement{branch: br, field: newTypename(), options: sources}
	fetch := e.newFetch(br, node)
	fetch.typed = []*requirement{present}
	return e.end(fetch)
}

func (e *explorer) fetchBy(
	br *branch, node *querygraph.Node, key ast.SelectionSet, sources []*candidate,
) *candidate {
	fetch := e.newFetch(br, node)
	fetch.identityFields = inputFields(e.graph, node.Type, key, nil, br.position.names)
	var err *Error
	for _, f := range fetch.identityFields {
		if fetch.identity, err = e.exploreKey(fetch.identity, br, f, sources); err != nil {
			return nil
		}
	}
	if fetch.typed, err = e.guards(br); err != nil {
		return nil
	}
	return e.end(fetch)
}

// guards returns the requirements for the concrete types that decide which objects a branch is
// for, if the path does not determine them.
func (e *explorer) guards(br *branch) ([]*requirement, *Error) {
	var guarded []*position
	if br.position.untyped && br != br.position.whole {
		guarded = append(guarded, br.position)
	}
	for pos := br.position; pos.parent != nil; pos = pos.parent {
		if pos.parent.untyped && pos.from != nil {
			guarded = append(guarded, pos.parent)
		}
	}
	var requirements []*requirement
	for _, pos := range guarded {
		typed, err := e.typed(pos, nil)
		if err != nil {
			return nil, err
		}
		requirements = append(requirements, typed)
	}
	return requirements, nil
}

// exploreKey adds the requirements of a key's field. Only the sources may serve it.
func (e *explorer) exploreKey(
	requirements []*requirement, br *branch, f *field, sources []*candidate,
) ([]*requirement, *Error) {
	e.limit.used++
	if f.name == typenameField {
		// The representation has it anyway: the objects only need to be present.
		present := &requirement{branch: br, field: newTypename(), options: sources}
		return append(requirements, present), nil
	}
	options := serving(e.graph, sources, f)
	if len(options) == 0 {
		return nil, &Error{Code: CodeUnreachable, Message: "No subgraph can be asked for the key here."}
	}
	if f.leaf() {
		return e.exploreVia(requirements, br, f, options)
	}
	return e.guarded(nodeField{options[0].node, f.name}, func() ([]*requirement, *Error) {
		return e.exploreVia(requirements, br, f, options)
	})
}

// requiring returns the candidate at which a field with @requires can be requested: a look-up that
// sends the required fields.
func (e *explorer) requiring(br *branch, node *querygraph.Node, edge *querygraph.Edge) *candidate {
	id := nodeField{node, edge.Name}
	if known, ok := br.requiring[id]; ok {
		return known
	}
	e.close(br)
	reached := e.reach(br, node, br.candidates)
	if reached == nil {
		return nil
	}
	fetch := reached.fetch
	fetch.requiring = edge.Name
	fetch.requiredFields = inputFields(e.graph, node.Type, edge.Requires, nil, br.position.names)
	requirements, err := e.guarded(nodeField{node, edge.Name}, func() ([]*requirement, *Error) {
		return e.exploreRequires(br, fetch.requiredFields)
	})
	if err != nil {
		return nil // do not cache it: the failure may be due to the cycle being explored
	}
	fetch.requires = requirements
	if fetch.contextual, err = e.contextsOf(br, node, edge); err != nil {
		return nil
	}
	if fetch.contexts, err = e.exploreContexts(fetch.contextual); err != nil {
		return nil
	}
	if br.requiring == nil {
		br.requiring = map[nodeField]*candidate{}
	}
	c := e.end(fetch)
	br.requiring[id] = c
	return c
}

func (e *explorer) exploreRequires(
	br *branch, fields []*field,
) (requirements []*requirement, err *Error) {
	for _, f := range fields {
		if br == br.position.whole {
			requirements, err = e.exploreField(requirements, br.position, f)
		} else {
			requirements, err = e.exploreIn(requirements, br, f)
		}
		if err != nil {
			return nil, err
		}
	}
	return requirements, nil
}

// exploreContexts adds the requirements of the values of contextual arguments.
func (e *explorer) exploreContexts(
	contexts []contextual,
) (requirements []*requirement, err *Error) {
	for _, c := range contexts {
		for _, source := range c.sources {
			if requirements, err = e.exploreField(requirements, source.position, source.field); err != nil {
				return nil, err
			}
			if !source.position.untyped || source.types == nil {
				continue
			}
			typed, err := e.typed(source.position, nil)
			if err != nil {
				return nil, err
			}
			requirements = append(requirements, typed)
		}
	}
	return requirements, nil
}

// guarded explores the inputs of a field, unless that is in progress already.
func (e *explorer) guarded(
	g nodeField, explore func() ([]*requirement, *Error),
) ([]*requirement, *Error) {
	if e.inside[g] {
		return nil, unreachable("%s.%s needs itself.", g.node.Type, g.field)
	}
	e.inside[g] = true
	defer delete(e.inside, g)
	return explore()
}

// end returns the candidate to which the entity fetch leads.
func (e *explorer) end(fetch *entityFetch) *candidate {
	c := e.newCandidate(&candidate{branch: fetch.branch, node: fetch.node, fetch: fetch})
	c.isOrigin()
	for input := range fetch.inputs() {
		least := input.options[0]
		for _, option := range input.options {
			if option.depth < least.depth {
				least = option
			}
		}
		c.depth = max(c.depth, least.depth)
		c.fetches = max(c.fetches, least.fetches)
	}
	c.depth++
	c.fetches++
	return c
}

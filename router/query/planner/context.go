package planner

import (
	"maps"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// contextsOf returns where the values of a field's contextual arguments are. It is an error if no
// object above the branch sets a context.
func (e *explorer) contextsOf(
	br *branch, node *querygraph.Node, edge *querygraph.Edge,
) (all []contextual, err *Error) {
	for _, argument := range edge.Contexts {
		c := contextual{variable: e.nameVariable(node, edge, argument.Name), typ: argument.Type}
		complete := false
		below := br.position
		for above := below.parent; above != nil && !complete; below, above = above, above.parent {
			complete = e.addSources(&c, above, below.from, argument)
		}
		if len(c.sources) == 0 {
			return nil, unreachable("No object above %s.%s sets the context %s.",
				node.Type, edge.Name, argument.Context)
		}
		all = append(all, c)
	}
	return all, nil
}

// addSources adds the sources at one position. complete is true if every object there, of the
// types that lead to the field, sets the context.
func (e *explorer) addSources(
	c *contextual, pos *position, leading querygraph.Set, argument supergraph.ContextArgument,
) (complete bool) {
	types := pos.possible
	if leading != nil {
		types = types.And(leading)
	}
	setting := types.And(e.graph.Setting(argument.Context))
	for one := range setting.Each() {
		object := e.graph.Names(one)[0]
		source := contextSource{position: pos}
		if pos.whole.object != object {
			source.types = one
		}
		set := e.graph.Selected(argument.Selection, object)
		for _, source.field = range inputFields(e.graph, object, set, source.types, pos.names) {
			c.sources = append(c.sources, source)
		}
	}
	return setting.Has(types)
}

// nameVariable returns the name of an argument's variable. It differs from the names of other
// arguments' variables, and no client variable's name contains it, because executors add a prefix
// to it.
func (e *explorer) nameVariable(
	node *querygraph.Node, edge *querygraph.Edge, argument string,
) string {
	id := contextArgument{node.Type, edge.Name, argument}
	if name, known := e.variables[id]; known {
		return name
	}
	name := "context_" + id.typ + "_" + id.field + "_" + id.argument
	for slices.Contains(slices.Collect(maps.Values(e.variables)), name) || clientHas(e.op, name) {
		name = "_" + name
	}
	e.variables[id] = name
	return name
}

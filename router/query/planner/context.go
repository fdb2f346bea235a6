package planner

import (
	"maps"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

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

// single reports whether the jump serves a single field, with its requirements.
func (j *jump) single() bool { return len(j.requires) > 0 || len(j.contextual) > 0 }

// readContexts adds to a jump the inputs for the contextual arguments of a field. It returns false
// if no object above sets a context.
func (b *builder) readContexts(j *jump, edge *querygraph.Edge) bool {
	for _, argument := range edge.Contexts {
		c := contextual{variable: b.contextVariable(j.node, edge, argument.Name), typ: argument.Type}
		below := j.branch.spot
		for rest := below.parent; rest != nil; below, rest = rest, rest.parent {
			complete, ok := b.readContext(j, &c, rest, below.from, argument)
			if !ok {
				return false
			}
			if complete {
				break
			}
		}
		if len(c.sources) == 0 {
			return false
		}
		j.contextual = append(j.contextual, c)
	}
	return true
}

// readContext adds the sources at one spot. complete is true if every object there, of the types
// that lead to the jump, sets the context.
func (b *builder) readContext(j *jump, c *contextual, s *spot, leading querygraph.Set, argument supergraph.ContextArgument) (complete, ok bool) {
	types := s.possible
	if leading != nil {
		types = types.And(leading)
	}
	setting := types.And(b.graph.Setting(argument.Context))
	for one := range setting.Each() {
		object := b.graph.Names(one)[0]
		source := contextSource{spot: s}
		if s.whole.object != object {
			source.types = one
		}
		set := b.graph.Selected(argument.Selection, object)
		for _, it := range inputItems(b.graph, object, set, source.types, s.names) {
			wants, err := b.exploreItem(j.contexts, s, it)
			if err != nil {
				return false, false
			}
			source.item = it
			c.sources = append(c.sources, source)
			j.contexts = wants
		}
		if s.untyped && source.types != nil {
			typed, err := b.typed(s, nil)
			if err != nil {
				return false, false
			}
			j.contexts = append(j.contexts, typed)
		}
	}
	return setting.Has(types), true
}

// contextArgument is an argument whose value is a variable that the planner makes.
type contextArgument struct{ typ, field, argument string }

// contextVariable returns the name of an argument's variable. It differs from the names of other
// arguments' variables, and no client variable's name contains it, because executors add a prefix
// to it.
func (b *builder) contextVariable(node *querygraph.Node, edge *querygraph.Edge, argument string) string {
	id := contextArgument{node.Type, edge.Name, argument}
	if name, known := b.variables[id]; known {
		return name
	}
	name := "context_" + id.typ + "_" + id.field + "_" + id.argument
	for slices.Contains(slices.Collect(maps.Values(b.variables)), name) || b.clientHas(name) {
		name = "_" + name
	}
	b.variables[id] = name
	return name
}

// clientHas reports whether a client variable's name contains the name.
func (b *builder) clientHas(name string) bool {
	return slices.ContainsFunc(b.op.Variables, func(v *ast.VariableDefinition) bool { return strings.Contains(v.Variable, name) })
}

// contextVariables returns the contextual arguments of a field as they are written in a document.
func (b *builder) contextVariables(node *querygraph.Node, e *entry) ast.ArgumentList {
	var list ast.ArgumentList
	for _, argument := range e.edge.Contexts {
		list = append(list, &ast.Argument{
			Name: argument.Name, Value: &ast.Value{Kind: ast.Variable, Raw: b.contextVariable(node, e.edge, argument.Name)},
		})
	}
	return list
}

// sameValue reports whether both arguments are read at the same positions, so that they are
// missing together.
func sameValue(x, y contextual) bool {
	return x.typ.String() == y.typ.String() && slices.EqualFunc(x.sources, y.sources, func(a, b contextSource) bool {
		return a.spot == b.spot && slices.EqualFunc([]*item{a.item}, []*item{b.item}, sameItem)
	})
}

func sameItem(x, y *item) bool {
	return x.key == y.key && slices.EqualFunc(x.items, y.items, sameItem)
}

// condition restricts the requests for the values to those under the conditions.
func (c contextual) condition(conditions []operation.Condition) {
	for _, source := range c.sources {
		source.item.conditions = conditions
	}
}

// contextValues adds a jump's contextual values to those of a target.
func (e *emitter) contextValues(values []plan.ContextValue, j *jump) []plan.ContextValue {
	for _, c := range j.contextual {
		value := plan.ContextValue{Variable: c.variable, Type: c.typ}
		for _, source := range c.sources {
			value.Sources = append(value.Sources, plan.ContextSource{
				Depth:  len(e.path(source.spot)),
				Types:  e.typeSet(source.types),
				Member: e.members(nil, []*item{source.item}, false)[0],
			})
		}
		values = append(values, value)
	}
	return values
}

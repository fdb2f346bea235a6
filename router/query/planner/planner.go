package planner

import (
	"errors"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// Planner plans operations over one query graph. It is safe for concurrent use.
type Planner struct {
	graph *querygraph.Graph
	// accessible are the object types of the API schema.
	accessible querygraph.Set
	bounds     bounds
}

// New returns a planner over the graph, for operations on the API schema.
func New(graph *querygraph.Graph, api *ast.Schema) *Planner {
	var accessible []string
	for name, definition := range api.Types {
		if definition.Kind == ast.Object {
			accessible = append(accessible, name)
		}
	}
	return &Planner{graph: graph, accessible: graph.SetOf(accessible), bounds: defaultBounds()}
}

// Plan plans an operation. The error is an *Error.
func (p *Planner) Plan(op *operation.Operation) (*plan.Plan, error) {
	fields := clientFields(p.graph, op.Fields)
	result := &plan.Plan{Kind: op.Kind}
	for _, group := range p.groups(op, fields) {
		if err := p.appendGroup(result, op, group); err != nil {
			return nil, err
		}
	}
	reduce(result.Fetches)
	return result, nil
}

// appendGroup adds the fetches of a group to the plan. If no subgraph can answer all fields of a
// mutation's group, appendGroup plans each field by itself, because composition requires a
// subgraph for each field only.
func (p *Planner) appendGroup(result *plan.Plan, op *operation.Operation, group []*field) error {
	fetches, err := p.planGroup(op, group)
	if err == nil {
		appendAfter(result, fetches, op.Kind)
		return nil
	}
	fields := byKey(group)
	var refused *Error
	isUnreachable := errors.As(err, &refused) && refused.Code == CodeUnreachable
	if op.Kind != ast.Mutation || len(fields) == 1 || !isUnreachable {
		return err
	}
	for _, one := range fields {
		if err := p.appendGroup(result, op, one); err != nil {
			return err
		}
	}
	return nil
}

// byKey splits a group into the fields of each response key, in the order of the keys' first
// occurrence.
func byKey(group []*field) [][]*field {
	var fields [][]*field
	at := map[string]int{}
	for _, f := range group {
		i, known := at[f.key]
		if !known {
			i = len(fields)
			at[f.key] = i
			fields = append(fields, nil)
		}
		fields[i] = append(fields[i], f)
	}
	return fields
}

// groups splits the root fields of a mutation, which are executed in sequence (GraphQL, section
// 6.2.2), into runs that one subgraph can serve in one request. Other operations are one group.
func (p *Planner) groups(op *operation.Operation, fields []*field) [][]*field {
	if op.Kind != ast.Mutation {
		return [][]*field{fields}
	}
	var groups [][]*field
	group := map[string]int{}
	last := ""
	for _, f := range fields {
		if known, again := group[f.key]; again { // executed once, at its first position
			groups[known] = append(groups[known], f)
			continue
		}
		owner := p.rootOwner(op.RootType, f.name)
		if owner == "" || owner != last || len(groups) == 0 {
			groups = append(groups, nil)
		}
		group[f.key] = len(groups) - 1
		groups[len(groups)-1] = append(groups[len(groups)-1], f)
		if last = owner; leadsTo(f, op.RootType) {
			last = "" // The mutations below it are executed before the next field.
		}
	}
	return groups
}

// leadsTo reports whether a field, or one below it, returns objects of a type.
func leadsTo(f *field, typ string) bool {
	return f.typ == typ || slices.ContainsFunc(f.fields, func(below *field) bool {
		return leadsTo(below, typ)
	})
}

// rootOwner names the first subgraph that resolves the root field.
func (p *Planner) rootOwner(root, field string) string {
	for _, node := range p.graph.Nodes(root) {
		if edge := node.Field(field); edge != nil && !edge.External {
			return p.graph.Schema.Subgraphs[node.Subgraph].Name
		}
	}
	return ""
}

// planGroup plans root fields. For a mutation it asks one subgraph alone, even if several can
// resolve the fields, because each of them would execute the mutation. Of the subgraphs that can
// start a plan, it takes the one with the smallest plan.
func (p *Planner) planGroup(op *operation.Operation, fields []*field) ([]*plan.Fetch, error) {
	nodes := p.graph.Nodes(op.RootType)
	if op.Kind != ast.Mutation {
		return p.planFrom(op, fields, nodes)
	}
	var best []*plan.Fetch
	planned := false
	refused := error(unreachable("No single subgraph can be asked for %s.%s.",
		op.RootType, fields[0].name))
	for i := range nodes {
		if !resolvesAll(nodes[i], fields) {
			continue
		}
		fetches, err := p.planFrom(op, fields, nodes[i:i+1])
		switch {
		case err != nil:
			refused = err
		case !planned || len(fetches) < len(best):
			best, planned = fetches, true
		}
	}
	if !planned {
		return nil, refused
	}
	return best, nil
}

func resolvesAll(root *querygraph.Node, fields []*field) bool {
	return !slices.ContainsFunc(fields, func(f *field) bool {
		edge := root.Field(f.name)
		return f.name != typenameField && (edge == nil || edge.External)
	})
}

// planFrom plans root fields, which it requests only from the subgraphs of roots.
func (p *Planner) planFrom(
	op *operation.Operation, fields []*field, roots []*querygraph.Node,
) ([]*plan.Fetch, error) {
	left := p.bounds
	found, err := explore(p.graph, p.accessible, op, fields, roots, &left.candidates)
	if err != nil {
		return nil, err
	}
	chosen, err := search(found, len(p.graph.Schema.Subgraphs), &left.budget)
	if err != nil {
		return nil, err
	}
	groups := schedule(p.graph, chosen)
	fetches, err := emit(p.graph, op, fields, found, chosen, groups, &left.selections)
	if err != nil {
		return nil, err
	}
	return fetches, nil
}

// appendAfter adds fetches to the plan. Those of a mutation wait for all fetches before them.
func appendAfter(p *plan.Plan, fetches []*plan.Fetch, kind ast.Operation) {
	base := len(p.Fetches)
	if base == 0 {
		p.Fetches = fetches
		return
	}
	for _, fetch := range fetches {
		fetch.ID += base
		for i := range fetch.DependsOn {
			fetch.DependsOn[i] += base
		}
		if kind == ast.Mutation && len(fetch.DependsOn) == 0 {
			for before := range base {
				fetch.DependsOn = append(fetch.DependsOn, before)
			}
		}
		p.Fetches = append(p.Fetches, fetch)
	}
}

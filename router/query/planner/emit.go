package planner

import (
	"maps"
	"reflect"
	"slices"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// emitter writes fetches.
type emitter struct {
	graph     *querygraph.Graph
	op        *operation.Operation
	fields    []*field
	variables variables
	size      *allowance
	// fetches so far; roots are the IDs of root fetches by subgraph, ends those of look-ups by the
	// entity fetch's ID.
	fetches     []*plan.Fetch
	roots, ends []int
}

// emit makes the fetches of root fields: first those of the root, then the others by step and by
// the rank of the subgraph.
func emit(
	graph *querygraph.Graph, op *operation.Operation, fields []*field,
	found *exploration, chosen *choices, groups []*requestGroup, size *allowance,
) ([]*plan.Fetch, *Error) {
	all := selectAll(graph, found, chosen, groups)
	e := &emitter{
		graph: graph, op: op, fields: fields, variables: found.variables, size: size,
		roots: make([]int, len(all.roots)), ends: make([]int, found.fetches+1),
	}
	for _, subgraph := range graph.Ranked() {
		if root := all.roots[subgraph]; root != nil {
			e.roots[subgraph] = e.add(subgraph, e.rootFetch(root))
		}
	}
	for i, group := range groups {
		for _, lookups := range e.together(all.lookups[i]) {
			fetch := e.fetch(lookups)
			fetch.DependsOn = e.dependencies(lookups)
			id := e.add(group.subgraph, fetch)
			for _, l := range lookups {
				for _, t := range l.tasks {
					e.ends[t.id] = id
				}
			}
		}
	}
	if size.exceeded() {
		return nil, tooLarge()
	}
	return e.fetches, nil
}

// add numbers the fetch.
func (e *emitter) add(subgraph supergraph.SubgraphID, f *plan.Fetch) (id int) {
	f.ID = len(e.fetches)
	f.Subgraph = e.graph.Schema.Subgraphs[subgraph].Name
	e.fetches = append(e.fetches, f)
	return f.ID
}

// together groups the look-ups that share a request: all look-ups of entities, and those look-ups
// of root fields that select the same.
func (e *emitter) together(lookups []*lookup) [][]*lookup {
	if !lookups[0].tasks[0].root() {
		return [][]*lookup{lookups}
	}
	if lookups[0].node.Type == e.graph.Schema.Mutation {
		// A mutation at two positions is executed twice.
		apart := make([][]*lookup, len(lookups))
		for i, l := range lookups {
			apart[i] = []*lookup{l}
		}
		return apart
	}
	var shared [][]*lookup
	at := map[string]int{}
	for _, l := range lookups {
		text := plan.PrintSelections(e.lookup(l).Selections)
		i, known := at[text]
		if !known {
			i = len(shared)
			at[text] = i
			shared = append(shared, nil)
		}
		shared[i] = append(shared[i], l)
	}
	return shared
}

// rootFetch returns the fetch for root fields, in the order of the operation, because a mutation's
// fields are executed in order.
func (e *emitter) rootFetch(set *selection) *plan.Fetch {
	order := make(map[string]int, len(e.fields))
	for i, f := range slices.Backward(e.fields) {
		order[f.key] = i
	}
	slices.SortStableFunc(set.entries, func(x, y *entry) int {
		return order[x.field.key] - order[y.field.key]
	})
	r := renderer{graph: e.graph, variables: e.variables, size: e.size}
	fetch := &plan.Fetch{Kind: e.op.Kind, Conditions: conditionsOf(set)}
	fetch.Selections = r.renderAll(set)
	fetch.Renames = r.renames
	writeDocument(e.op, fetch, fetch.Selections, nil)
	return fetch
}

func (e *emitter) fetch(lookups []*lookup) *plan.Fetch {
	fetch := &plan.Fetch{Kind: ast.Query, Lookups: e.joined(lookups)}
	if root := fetch.Lookups[0]; root.Root {
		if lookups[0].node.Type == e.graph.Schema.Mutation {
			fetch.Kind = ast.Mutation
		}
		fetch.Selections, fetch.Conditions = root.Selections, root.Conditions
		writeDocument(e.op, fetch, fetch.Selections, nil)
		return fetch
	}
	for _, l := range fetch.Lookups {
		if len(l.Conditions) == 0 {
			fetch.Conditions = nil
			break
		}
		fetch.Conditions = append(fetch.Conditions, l.Conditions...)
	}
	nameLookups(e.op, fetch)
	return fetch
}

// joined returns the look-ups as they are written. Look-ups of the same type with the same
// selection become one, wherever their objects are.
func (e *emitter) joined(lookups []*lookup) []plan.Lookup {
	joined := make([]plan.Lookup, 0, len(lookups))
	byText := map[string][]int{} // indexes of look-ups with the same selection
	for _, l := range lookups {
		next := e.lookup(l)
		if len(lookups) == 1 || e.size.exceeded() {
			return append(joined, next)
		}
		text := plan.PrintSelections(next.Selections)
		same := slices.IndexFunc(byText[text], func(i int) bool {
			return slices.EqualFunc(joined[i].Conditions, next.Conditions, slices.Equal) &&
				slices.EqualFunc(joined[i].Renames, next.Renames, sameRename)
		})
		if same < 0 {
			byText[text] = append(byText[text], len(joined))
			joined = append(joined, next)
			continue
		}
		known := &joined[byText[text][same]]
		known.Targets = appendTarget(known.Targets, next.Targets[0])
	}
	return joined
}

// appendTarget merges targets at one path whose representations are equal: for an interface
// object, those of several types.
func appendTarget(targets []plan.Target, t plan.Target) []plan.Target {
	for i := range targets {
		known := &targets[i]
		if known.Types == nil || t.Types == nil || known.TypeName != t.TypeName {
			continue
		}
		if reflect.DeepEqual(known.Path, t.Path) &&
			reflect.DeepEqual(known.Representation, t.Representation) &&
			reflect.DeepEqual(known.Contexts, t.Contexts) {
			names := append(slices.Clone(known.Types.Names), t.Types.Names...)
			known.Types = &operation.TypeSet{Names: slices.Sorted(slices.Values(names))}
			return targets
		}
	}
	return append(targets, t)
}

func sameRename(x, y plan.Rename) bool {
	return x.From == y.From && x.To == y.To && slices.Equal(x.Path, y.Path)
}

func (e *emitter) lookup(l *lookup) plan.Lookup {
	r := renderer{graph: e.graph, variables: e.variables, size: e.size}
	selections := r.renderAll(l.set)
	target := plan.Target{Path: pathOf(e.graph, l.branch.position), TypeName: l.node.Type}
	if l.tasks[0].root() {
		return plan.Lookup{
			Root: true, Targets: []plan.Target{target},
			Conditions: l.groups, Renames: r.renames, Selections: selections,
		}
	}
	if l.branch != l.branch.position.whole {
		target.Types = typeSet(e.graph, l.branch.types)
	}
	for _, t := range l.tasks {
		identity, required := withoutTypename(t.identityFields), withoutTypename(t.requiredFields)
		target.Representation = appendMembers(e.graph, target.Representation, identity, true)
		target.Representation = appendMembers(e.graph, target.Representation, required, false)
		target.Contexts = appendContexts(e.graph, target.Contexts, t.contextual)
		if len(l.tasks) > 1 && len(t.requiredFields) > 0 {
			members := appendMembers(e.graph, nil, required, false)
			needs := plan.Requirement{Field: t.requiring, Members: members}
			target.Requirements = append(target.Requirements, needs)
		}
	}
	return plan.Lookup{
		Targets:    []plan.Target{target},
		Conditions: l.groups,
		Renames:    r.renames,
		Selections: []plan.Selection{{On: l.node.Type, Selections: selections}},
	}
}

// dependencies returns the fetches that provide the look-ups' inputs.
func (e *emitter) dependencies(lookups []*lookup) []int {
	var ids []int
	for _, l := range lookups {
		for _, t := range l.tasks {
			for _, c := range t.answers {
				for _, origin := range c.origins {
					ids = append(ids, e.fetchOf(origin))
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (e *emitter) fetchOf(origin *candidate) int {
	if origin.fetch != nil {
		return e.ends[origin.fetch.id]
	}
	return e.roots[origin.node.Subgraph]
}

// reduce drops dependencies that other dependencies imply.
func reduce(fetches []*plan.Fetch) {
	// implied holds all fetches that must come before each fetch, directly or not.
	implied := make([]map[int]bool, len(fetches))
	for _, f := range fetches {
		all := map[int]bool{}
		for _, id := range f.DependsOn {
			maps.Copy(all, implied[id])
		}
		f.DependsOn = slices.DeleteFunc(f.DependsOn, func(id int) bool { return all[id] })
		for _, id := range f.DependsOn {
			all[id] = true
		}
		implied[f.ID] = all
	}
}

// appendMembers adds fields to a representation's members, and merges a field into a member that
// exists.
func appendMembers(
	graph *querygraph.Graph, members []plan.Member, fields []*field, identifies bool,
) []plan.Member {
	for _, f := range fields {
		types := typeSet(graph, f.types)
		at := slices.IndexFunc(members, func(k plan.Member) bool {
			return k.Name == f.name && k.Key == f.key && sameTypes(k.Types, types)
		})
		if at < 0 {
			at = len(members)
			members = append(members, plan.Member{
				Name: f.name, Key: f.key, Identifies: identifies, Types: types,
			})
			if !f.leaf() && graph.Schema.Type(f.typ).Kind != ast.Object {
				typename := plan.Member{Name: typenameField, Key: typenameField}
				members[at].Members = append(members[at].Members, typename)
			}
		}
		members[at].Identifies = members[at].Identifies || identifies
		members[at].Members = appendMembers(graph, members[at].Members, f.fields, identifies)
	}
	return members
}

// withoutTypename removes the type's name, which every representation has anyway.
func withoutTypename(fields []*field) []*field {
	return slices.DeleteFunc(slices.Clone(fields), func(f *field) bool {
		return f.name == typenameField
	})
}

func sameTypes(x, y *operation.TypeSet) bool {
	return x == nil && y == nil || x != nil && y != nil && slices.Equal(x.Names, y.Names)
}

func pathOf(graph *querygraph.Graph, pos *position) []plan.PathElement {
	if pos.parent == nil {
		return nil
	}
	return append(pathOf(graph, pos.parent), plan.PathElement{
		Key: pos.via.key, Types: typeSet(graph, pos.from), List: pos.via.list,
	})
}

func typeSet(graph *querygraph.Graph, types querygraph.Set) *operation.TypeSet {
	if types == nil {
		return nil
	}
	return &operation.TypeSet{Names: graph.Names(types)}
}

// appendContexts adds contextual values to those of a target.
func appendContexts(
	graph *querygraph.Graph, values []plan.ContextValue, contexts []contextual,
) []plan.ContextValue {
	for _, c := range contexts {
		value := plan.ContextValue{Variable: c.variable, Type: c.typ}
		for _, source := range c.sources {
			value.Sources = append(value.Sources, plan.ContextSource{
				Depth:  len(pathOf(graph, source.position)),
				Types:  typeSet(graph, source.types),
				Member: appendMembers(graph, nil, []*field{source.field}, false)[0],
			})
		}
		values = append(values, value)
	}
	return values
}

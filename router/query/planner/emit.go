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

// lookup is one or more jumps that differ only in what they select and send.
type lookup struct {
	request *requestGroup
	branch  *branch
	node    *querygraph.Node
	jumps   []*jump
	set     *selection
	groups  [][]operation.Condition
}

// emitter turns choices into fetches.
type emitter struct {
	*builder
	groups  []*requestGroup
	roots   []*selection // by subgraph; nil if nothing is requested there
	rootIDs []int        // their fetches
}

func (b *builder) emit(chosen []choice, groups []*requestGroup) ([]*plan.Fetch, *Error) {
	subgraphs := len(b.graph.Schema.Subgraphs)
	e := &emitter{builder: b, groups: groups, roots: make([]*selection, subgraphs), rootIDs: make([]int, subgraphs)}
	for _, c := range chosen {
		c.want.answer = c.place
	}
	for _, w := range b.wants {
		e.addWant(w)
	}
	e.addLookups()
	fetches := e.fetches()
	if b.verbose() {
		return nil, tooLarge()
	}
	return fetches, nil
}

// addLookups processes the steps from last to first. When it reaches a look-up, everything that
// waits for it has been processed, so its selections and conditions are known, and with them the
// conditions of its own inputs.
func (e *emitter) addLookups() {
	for _, group := range slices.Backward(e.groups) {
		for _, j := range group.jumps {
			group.addJump(j)
		}
		for _, l := range group.lookups {
			for _, j := range l.jumps {
				e.addInputs(l, j)
			}
		}
	}
}

// addJump adds the jump to a look-up of its request for the same objects, or makes a new look-up.
func (g *requestGroup) addJump(j *jump) {
	groups := onTheWay(j.branch.spot, conditionsOf(j.set))
	for _, l := range j.branch.lookups {
		if l.request == g && l.node == j.node && slices.EqualFunc(l.groups, groups, slices.Equal) && l.agrees(j) {
			l.jumps = append(l.jumps, j)
			l.set.merge(j.set)
			return
		}
	}
	l := &lookup{request: g, branch: j.branch, node: j.node, jumps: []*jump{j}, set: j.set, groups: groups}
	j.branch.lookups = append(j.branch.lookups, l)
	g.lookups = append(g.lookups, l)
}

// agrees reports whether one representation can serve all jumps. It cannot if they need two values
// for a member, as when fields require another field with different arguments. Jumps with
// different contextual values are also separate, because one value may be missing.
func (l *lookup) agrees(j *jump) bool {
	return !slices.ContainsFunc(l.jumps, func(other *jump) bool {
		return contradict(other.requiresItems, j.requiresItems) || !slices.EqualFunc(other.contextual, j.contextual, sameValue)
	})
}

func contradict(xs, ys []*item) bool {
	for _, x := range xs {
		for _, y := range ys {
			if x.name == y.name && (x.key != y.key || contradict(x.items, y.items)) {
				return true
			}
		}
	}
	return false
}

// addInputs requests the look-up's inputs from the places that were chosen for them.
func (e *emitter) addInputs(l *lookup, j *jump) {
	if len(l.groups) == 1 {
		// The inputs of a field that is skipped are skipped with it.
		for _, it := range j.requiresItems {
			it.conditions = l.groups[0]
		}
		for _, typed := range j.typed {
			typed.item.conditions = l.groups[0]
		}
		for _, w := range j.contextual {
			w.condition(l.groups[0])
		}
	}
	for input := range j.inputs() {
		e.addWant(input)
	}
}

func (e *emitter) addWant(w *want) {
	p := w.answer
	for _, set := range e.setsOf(p) {
		if w.item.name == typenameField { // renderSet writes it, if it is needed or the set is empty
			set.present = append(set.present, w.item.conditions)
			set.typed = set.typed || w.item.sent
			continue
		}
		set.add(w.item, fromTypes([]*branch{w.branch}, w.item), e.edge(p, w.item))
	}
}

// setsOf returns the selection sets of a place, in the fetches that serve it. They can be cached,
// because nothing is added to a look-up's sets after it has been written.
func (e *emitter) setsOf(p *place) []*selection {
	if p.sets == nil {
		p.sets = e.findSets(p, p.set[:0])
	}
	return p.sets
}

func (e *emitter) findSets(p *place, sets []*selection) []*selection {
	switch {
	case p.jump != nil:
		return append(sets, known(&p.jump.set, p))
	case p.from == nil:
		return append(sets, known(&e.roots[p.node.Subgraph], p))
	case p.from[0].branch.spot == p.branch.spot:
		return e.setsOf(p.from[0])
	}
	via := p.branch.spot.via
	for _, from := range p.from {
		for _, set := range e.setsOf(from) {
			field := set.add(via, p.branch.spot.from, e.edge(from, via))
			if field.below == nil {
				abstract := e.graph.Schema.Type(via.typ).Kind != ast.Object
				field.below = &selection{node: p.node, possible: p.possible(), typed: abstract && !p.node.InterfaceObject}
			}
			if !slices.Contains(sets, field.below) {
				sets = append(sets, field.below)
			}
		}
	}
	return sets
}

// known returns the selection set of the place, and makes it on the first call.
func known(set **selection, p *place) *selection {
	if *set == nil {
		*set = &selection{node: p.node, possible: p.possible(), typed: p.node.Abstract()}
	}
	return *set
}

// fetches returns the requests: first those of the root, then the others by step and by the rank
// of the subgraph.
func (e *emitter) fetches() []*plan.Fetch {
	var fetches []*plan.Fetch
	add := func(subgraph supergraph.SubgraphID, f *plan.Fetch) int {
		f.ID = len(fetches)
		f.Subgraph = e.graph.Schema.Subgraphs[subgraph].Name
		fetches = append(fetches, f)
		return f.ID
	}
	for _, subgraph := range e.graph.Ranked() {
		if root := e.roots[subgraph]; root != nil {
			e.rootIDs[subgraph] = add(subgraph, e.rootFetch(root))
		}
	}
	for _, group := range e.groups {
		for _, lookups := range e.together(group) {
			fetch := e.fetch(lookups)
			fetch.DependsOn = e.dependencies(lookups)
			id := add(group.subgraph, fetch)
			for _, l := range lookups {
				for _, j := range l.jumps {
					j.fetch = id
				}
			}
		}
	}
	return fetches
}

// together groups the look-ups that share a request: all look-ups of entities, and those look-ups
// of root fields that select the same.
func (e *emitter) together(group *requestGroup) [][]*lookup {
	if !group.root {
		return [][]*lookup{group.lookups}
	}
	if group.lookups[0].node.Type == e.graph.Schema.Mutation { // A mutation at two positions is executed twice.
		apart := make([][]*lookup, len(group.lookups))
		for i, l := range group.lookups {
			apart[i] = []*lookup{l}
		}
		return apart
	}
	var shared [][]*lookup
	at := map[string]int{}
	for _, l := range group.lookups {
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
	order := make(map[string]int, len(e.items))
	for i, it := range slices.Backward(e.items) {
		order[it.key] = i
	}
	slices.SortStableFunc(set.entries, func(x, y *entry) int { return order[x.item.key] - order[y.item.key] })
	r := renderer{emitter: e}
	fetch := &plan.Fetch{Kind: e.op.Kind, Conditions: conditionsOf(set)}
	fetch.Selections = r.renderAll(set)
	fetch.Renames = r.renames
	e.document(fetch, fetch.Selections, nil)
	return fetch
}

func (e *emitter) fetch(lookups []*lookup) *plan.Fetch {
	fetch := &plan.Fetch{Kind: ast.Query, Lookups: e.joined(lookups)}
	if root := fetch.Lookups[0]; root.Root {
		if lookups[0].node.Type == e.graph.Schema.Mutation {
			fetch.Kind = ast.Mutation
		}
		fetch.Selections, fetch.Conditions = root.Selections, root.Conditions
		e.document(fetch, fetch.Selections, nil)
		return fetch
	}
	for _, l := range fetch.Lookups {
		if len(l.Conditions) == 0 {
			fetch.Conditions = nil
			break
		}
		fetch.Conditions = append(fetch.Conditions, l.Conditions...)
	}
	e.nameLookups(fetch)
	return fetch
}

// joined returns the look-ups as they are written. Look-ups of the same type with the same
// selection become one, wherever their objects are.
func (e *emitter) joined(lookups []*lookup) []plan.Lookup {
	joined := make([]plan.Lookup, 0, len(lookups))
	byText := map[string][]int{} // indexes of look-ups with the same selection
	for _, l := range lookups {
		next := e.lookup(l)
		if len(lookups) == 1 || e.verbose() {
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
		if reflect.DeepEqual(known.Path, t.Path) && reflect.DeepEqual(known.Representation, t.Representation) &&
			reflect.DeepEqual(known.Contexts, t.Contexts) {
			known.Types = &operation.TypeSet{Names: slices.Sorted(slices.Values(append(slices.Clone(known.Types.Names), t.Types.Names...)))}
			return targets
		}
	}
	return append(targets, t)
}

func sameRename(x, y plan.Rename) bool {
	return x.From == y.From && x.To == y.To && slices.Equal(x.Path, y.Path)
}

func (e *emitter) lookup(l *lookup) plan.Lookup {
	r := renderer{emitter: e}
	selections := r.renderAll(l.set)
	target := plan.Target{Path: e.path(l.branch.spot), TypeName: l.node.Type}
	if l.jumps[0].root() {
		return plan.Lookup{Root: true, Targets: []plan.Target{target}, Conditions: l.groups, Renames: r.renames, Selections: selections}
	}
	if l.branch != l.branch.spot.whole {
		target.Types = e.typeSet(l.branch.types)
	}
	for _, j := range l.jumps {
		target.Representation = e.members(target.Representation, withoutTypename(j.identityItems), true)
		target.Representation = e.members(target.Representation, withoutTypename(j.requiresItems), false)
		target.Contexts = e.contextValues(target.Contexts, j)
		if len(l.jumps) > 1 && len(j.requiresItems) > 0 {
			needs := plan.Requirement{Field: j.requiring, Members: e.members(nil, withoutTypename(j.requiresItems), false)}
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

// withoutTypename removes the type's name, which every representation has anyway.
func withoutTypename(items []*item) []*item {
	return slices.DeleteFunc(slices.Clone(items), func(it *item) bool { return it.name == typenameField })
}

// members adds items to a representation's members, and merges an item into a member that exists.
func (e *emitter) members(members []plan.Member, items []*item, identifies bool) []plan.Member {
	for _, it := range items {
		types := e.typeSet(it.types)
		at := slices.IndexFunc(members, func(k plan.Member) bool {
			return k.Name == it.name && k.Key == it.key && sameTypes(k.Types, types)
		})
		if at < 0 {
			at = len(members)
			members = append(members, plan.Member{Name: it.name, Key: it.key, Identifies: identifies, Types: types})
			if !it.leaf() && e.graph.Schema.Type(it.typ).Kind != ast.Object {
				members[at].Members = append(members[at].Members, plan.Member{Name: typenameField, Key: typenameField})
			}
		}
		members[at].Identifies = members[at].Identifies || identifies
		members[at].Members = e.members(members[at].Members, it.items, identifies)
	}
	return members
}

func sameTypes(x, y *operation.TypeSet) bool {
	return x == nil && y == nil || x != nil && y != nil && slices.Equal(x.Names, y.Names)
}

func (e *emitter) path(s *spot) []plan.PathElement {
	if s.parent == nil {
		return nil
	}
	return append(e.path(s.parent), plan.PathElement{Key: s.via.key, Types: e.typeSet(s.from), List: s.via.list})
}

func (e *emitter) typeSet(types querygraph.Set) *operation.TypeSet {
	if types == nil {
		return nil
	}
	return &operation.TypeSet{Names: e.graph.Names(types)}
}

// dependencies returns the fetches that provide the look-ups' inputs.
func (e *emitter) dependencies(lookups []*lookup) []int {
	var ids []int
	for _, l := range lookups {
		for _, j := range l.jumps {
			for input := range j.inputs() {
				for _, origin := range input.answer.origins {
					ids = append(ids, e.fetchOf(origin))
				}
			}
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

func (e *emitter) fetchOf(origin *place) int {
	if origin.jump != nil {
		return origin.jump.fetch
	}
	return e.rootIDs[origin.node.Subgraph]
}

// reduce drops dependencies that other dependencies imply.
func reduce(fetches []*plan.Fetch) {
	implied := make([]map[int]bool, len(fetches)) // all fetches that must come before, directly or not
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

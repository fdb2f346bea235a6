package planner

import (
	"math"
	"slices"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// task is an entity fetch of the plan and its step; the root fetches are step 0.
type task struct {
	*entityFetch
	// answers are the candidates of the entity fetch's inputs.
	answers []*candidate
	step    int
	// before are the tasks that provide its inputs, after those that wait for it.
	before, after []*task
}

// requestGroup holds the look-ups that go to one subgraph in one step.
type requestGroup struct {
	step     int
	subgraph supergraph.SubgraphID
	root     bool
	tasks    []*task
}

// schedule puts each entity fetch into the earliest step that its inputs allow, or into a later
// one if that saves a request. It returns the requests, except those of the root, sorted by step
// and by the rank of the subgraph.
func schedule(graph *querygraph.Graph, chosen *choices) []*requestGroup {
	tasks := order(chosen)
	for _, t := range tasks {
		t.earliest()
	}
	groups := grouped(graph, tasks)
	if share(groups) {
		groups = grouped(graph, tasks)
	}
	return groups
}

// order returns the tasks in the plan, each linked with the tasks that provide its inputs.
func order(chosen *choices) []*task {
	made := make([]task, len(chosen.fetches))
	tasks := make([]*task, len(made))
	byID := make([]*task, len(chosen.inputs))
	for i, fetch := range chosen.fetches {
		tasks[i] = &made[i]
		*tasks[i] = task{entityFetch: fetch, answers: chosen.inputs[fetch.id]}
		byID[fetch.id] = tasks[i]
	}
	for _, t := range tasks {
		for _, c := range t.answers {
			for _, origin := range c.origins {
				if origin.fetch != nil {
					source := byID[origin.fetch.id]
					t.before = append(t.before, source)
					source.after = append(source.after, t)
				}
			}
		}
	}
	return tasks
}

func (t *task) earliest() int {
	if t.step == 0 {
		for _, source := range t.before {
			t.step = max(t.step, source.earliest())
		}
		t.step++
	}
	return t.step
}

// share moves all look-ups that go to one subgraph in one step to a later step in which the plan
// asks this subgraph anyway, if everything that waits for them comes later still. It reports
// whether it moved any.
func share(groups []*requestGroup) (moved bool) {
	for i, group := range slices.Backward(groups) {
		limit := group.latest()
		for _, later := range groups[i+1:] { // sorted by step, even after a move
			if later.subgraph == group.subgraph && later.root == group.root &&
				later.step > group.step && later.step <= limit {
				moved = true
				group.step = later.step
				for _, t := range group.tasks {
					t.step = later.step
				}
				break
			}
		}
	}
	return moved
}

// latest returns the last step that comes before everything that waits for the entity fetches.
func (g *requestGroup) latest() int {
	last := math.MaxInt
	for _, t := range g.tasks {
		for _, w := range t.after {
			last = min(last, w.step-1)
		}
	}
	return last
}

// grouped groups the tasks into requests.
func grouped(graph *querygraph.Graph, tasks []*task) []*requestGroup {
	var groups []*requestGroup
	for _, t := range tasks {
		i := slices.IndexFunc(groups, func(g *requestGroup) bool {
			return g.step == t.step && g.subgraph == t.node.Subgraph && g.root == t.root()
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, &requestGroup{step: t.step, subgraph: t.node.Subgraph, root: t.root()})
		}
		groups[i].tasks = append(groups[i].tasks, t)
	}
	slices.SortStableFunc(groups, func(x, y *requestGroup) int {
		if x.step != y.step {
			return x.step - y.step
		}
		return graph.Rank(x.subgraph) - graph.Rank(y.subgraph)
	})
	return groups
}

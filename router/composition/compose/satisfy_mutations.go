package compose

import (
	"fmt"
	"slices"
	"strings"

	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
)

// splits reports whether the field is one of the mutation root that leads to several subgraphs.
// The planner calls only one of them, so that the mutation is not executed twice. The others
// cannot answer the fields below it.
func (w *satisfier) splits(s state, below []querygraph.Place) bool {
	isRoot := s.path == nil && w.kind == ast.Mutation
	return isRoot && len(subgraphsOf(below)) > 1
}

// checkMutation reports whether one subgraph alone leads to all fields below a field of the
// mutation root.
func (w *satisfier) checkMutation(
	s state, field *ast.FieldDefinition, below []querygraph.Place,
) bool {
	var whys []string
	for _, id := range subgraphsOf(below) {
		own := slices.DeleteFunc(slices.Clone(below), func(p querygraph.Place) bool {
			return p.Node.Subgraph != id
		})
		trial := w.trial()
		trial.follow(s, field, own, trial.contextsBelow(s))
		trial.walk()
		w.steps = trial.steps
		if w.steps > w.maxSteps {
			w.tellTooMany(s.object)
			return false
		}
		if len(trial.errs) == 0 {
			for state := range trial.seen {
				w.complete[state] = true
			}
			return true
		}
		if len(whys) < maxShown {
			whys = append(whys, fmt.Sprintf("Subgraph %q: %s", w.name(id), trial.errs[0].Message))
		}
	}
	if name := s.object + "." + field.Name; w.first(name) {
		w.fail(federation.SatisfiabilityError, w.resolvedAt(s.object, field.Name),
			"Several subgraphs resolve %s, of which a mutation asks only one, "+
				"and none of them leads to all fields below it%s; let one do so. %s",
			name, w.while(), strings.Join(whys, ". "))
	}
	return false
}

// trial returns a walk with its own errors and hints, which ends with the first error.
func (w *satisfier) trial() *satisfier {
	apart := *w.merge
	apart.errs, apart.hints = nil, nil
	return &satisfier{
		merge: &apart, active: w.active, reacher: w.reacher, api: w.api,
		kind: w.kind, steps: w.steps,
		seen: map[string]bool{}, told: map[string]bool{}, isTrial: true, complete: w.complete,
	}
}

func subgraphsOf(places []querygraph.Place) []supergraph.SubgraphID {
	ids := make([]supergraph.SubgraphID, len(places))
	for i, p := range places {
		ids[i] = p.Node.Subgraph
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

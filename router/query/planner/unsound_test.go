package planner_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// TestUnsoundPlansAreFound checks the soundness check itself: it finds each fault put into a sound
// plan.
func TestUnsoundPlansAreFound(t *testing.T) {
	t.Parallel()
	for fault, broken := range map[string]func(p *plan.Plan){
		"fetch 0 is not valid for a":                                      func(p *plan.Plan) { p.Fetches[0].Document = "{item{tax}}" },
		"fetch 0 does not parse":                                          func(p *plan.Plan) { p.Fetches[0].Document = "{" },
		"fetch 1 depends on 1, which comes after it":                      func(p *plan.Plan) { p.Fetches[1].DependsOn = []int{1} },
		`fetch 1 reads "item" of item, which no fetch before it requests`: func(p *plan.Plan) { p.Fetches[1].DependsOn = nil },
		`fetch 1 reads "cost" of item price, which no fetch before it`:    func(p *plan.Plan) { p.Fetches[1].Lookups[0].Targets[0].Representation[1].Key = "cost" },
		"no fetch requests .item.tax":                                     func(p *plan.Plan) { p.Fetches[1].Lookups[0].Selections = nil },
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			c := readCase(t, "testdata/requires-arguments-beside-the-clients.txtar")
			schema := c.schema(t)
			op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(`{ item { tax } }`, "")
			require.NoError(t, err)
			made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
			require.NoError(t, err)
			schemas, err := served(c.sources)
			require.NoError(t, err)
			require.Empty(t, unsound(schema.API(), schemas, op, made))
			broken(made)
			found := unsound(schema.API(), schemas, op, made)
			require.NotEmpty(t, found)
			require.Contains(t, found[0], fault)
		})
	}
}

// TestUnsoundRequirementsAreFound checks that a missing required field in a representation is
// found.
func TestUnsoundRequirementsAreFound(t *testing.T) {
	t.Parallel()
	c := readCase(t, "testdata/requires-different-things.txtar")
	schema := c.schema(t)
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(c.query, "")
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
	require.NoError(t, err)
	schemas, err := served(c.sources)
	require.NoError(t, err)
	target := &made.Fetches[1].Lookups[0].Targets[0]
	require.Len(t, target.Requirements, 3)
	target.Requirements[1].Members[0].Name = "cost"
	require.Contains(t, unsound(schema.API(), schemas, op, made), "fetch 1 does not send cost, which tax requires")
}

// TestUnsoundContextsAreFound checks that an unrequested context value is found.
func TestUnsoundContextsAreFound(t *testing.T) {
	t.Parallel()
	for fault, broken := range map[string]func(source *plan.ContextSource){
		`fetch 2 reads "w" of shop.aisles.@ v, which no fetch before it requests`: func(s *plan.ContextSource) { s.Member.Key = "w" },
		`fetch 2 reads "v" of  v, which no fetch before it requests`:              func(s *plan.ContextSource) { s.Depth = 0 },
		`fetch 2 reads "__typename" of shop, which no fetch before it requests`:   func(s *plan.ContextSource) { s.Depth = 1 },
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			c := readCase(t, "testdata/context-nearest-of-several.txtar")
			schema := c.schema(t)
			op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(c.query, "")
			require.NoError(t, err)
			made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
			require.NoError(t, err)
			schemas, err := served(c.sources)
			require.NoError(t, err)
			broken(&made.Fetches[2].Lookups[0].Targets[0].Contexts[0].Sources[0])
			require.Contains(t, unsound(schema.API(), schemas, op, made), fault)
		})
	}
}

package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

func TestRootFieldsAreCountedByTheirKeys(t *testing.T) {
	t.Parallel()
	a, b := plan.Selection{Name: "a"}, plan.Selection{Alias: "b", Name: "a"}
	c := plan.Selection{Name: "c", Selections: []plan.Selection{{Name: "d"}}}
	fragment := plan.Selection{On: "Query", Selections: []plan.Selection{a, b, c}}
	lookups := []plan.Lookup{
		{Selections: []plan.Selection{a, b}}, {Selections: []plan.Selection{a}},
	}
	for _, test := range []struct {
		of    plan.Fetch
		count int
	}{
		{plan.Fetch{}, 0},
		{plan.Fetch{Selections: []plan.Selection{a, b, a}}, 2},
		{plan.Fetch{Selections: []plan.Selection{a, fragment}}, 3},
		{plan.Fetch{Lookups: lookups}, 2},
		{plan.Fetch{Lookups: []plan.Lookup{{Root: true, Selections: []plan.Selection{a, fragment}}}}, 3},
	} {
		require.Equal(t, test.count, test.of.RootFields())
	}
}

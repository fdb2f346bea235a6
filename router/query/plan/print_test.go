package plan_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// TestPrintConditions checks that nested conditions of one kind become nested fragments, because a
// directive may occur only once at a location.
func TestPrintConditions(t *testing.T) {
	t.Parallel()
	include := func(name string) operation.Condition { return operation.Condition{Variable: name} }
	skip := func(name string) operation.Condition { return operation.Condition{Variable: name, Skip: true} }
	for _, test := range []struct {
		conditions []operation.Condition
		want       string
	}{
		{nil, `{name}`},
		{[]operation.Condition{include("a"), skip("b")}, `{name@include(if:$a)@skip(if:$b)}`},
		{[]operation.Condition{skip("a"), skip("b")}, `{...@skip(if:$a){name@skip(if:$b)}}`},
		{
			[]operation.Condition{include("a"), skip("b"), include("c"), include("d")},
			`{...@include(if:$a){...@include(if:$c){name@skip(if:$b)@include(if:$d)}}}`,
		},
	} {
		got := plan.PrintDocument(ast.Query, nil, []plan.Selection{{Name: "name", Conditions: test.conditions}})
		require.Equal(t, test.want, got)
	}
}

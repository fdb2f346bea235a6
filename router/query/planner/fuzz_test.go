package planner_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// FuzzPlan plans any operation over the subgraphs of any golden, and checks that it is refused
// with a code or that its plan is sound.
func FuzzPlan(f *testing.F) {
	files := golden.ReadAll(f, "testdata/*.txtar")
	type target struct {
		stages
		api    *ast.Schema
		served map[string]*ast.Schema
	}
	all := make([]target, len(files))
	for i, file := range files {
		c := newPlanCase(file)
		var err error
		schema := c.schema(f)
		all[i].api = schema.API()
		all[i].parser = operation.NewParser(schema.API(), operation.Limits{Tokens: 500, Fields: 100, Visits: 1000})
		all[i].planner = planner.New(querygraph.New(schema), schema.API())
		all[i].served, err = served(c.sources)
		require.NoError(f, err)
		f.Add(i, c.query)
	}
	f.Fuzz(func(t *testing.T, which int, document string) {
		if which < 0 || which >= len(all) {
			t.Skip()
		}
		s := all[which]
		op, err := s.parser.Parse(document, "")
		if err != nil {
			return
		}
		made, err := s.planner.Plan(op)
		if err != nil {
			var refused *planner.Error
			if !errors.As(err, &refused) || refused.Code == "" {
				t.Fatalf("refused without a code: %v", err)
			}
			return
		}
		if faults := unsound(s.api, s.served, op, made); faults != nil {
			t.Fatal(faults, made)
		}
	})
}

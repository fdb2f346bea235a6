package planner_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestPlan runs the golden files. Each can be read alone: a description, subgraphs
// (NAME.graphqls), a query, and the plan.
func TestPlan(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, file *golden.Case) {
		c := newPlanCase(file)
		plan := c.plan(t)
		file.Compare(t, golden.Section{Name: "plan", Text: plan})
		require.Equal(t, plan, c.plan(t), "planned twice")
	})
}

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject", "@context", "@fromContext"])` + "\n"

// planCase is a golden file. Subgraphs link Federation 2 unless they have a link of their own.
type planCase struct {
	sources []subgraph.Source
	query   string
	// labels are the active labels of @override.
	labels []string
}

func readCase(t testing.TB, path string) *planCase {
	t.Helper()
	return newPlanCase(golden.Read(t, path))
}

func newPlanCase(file *golden.Case) *planCase {
	c := &planCase{query: file.Text("query.graphql"), labels: strings.Fields(file.Text("labels"))}
	for name, sdl := range file.Texts(".graphqls") {
		c.sources = append(c.sources, subgraph.Source{Name: name, SDL: link + sdl})
	}
	return c
}

func (c *planCase) schema(t testing.TB) *supergraph.Schema {
	t.Helper()
	schema, _, err := compose.Compose(c.sources)
	require.NoError(t, err)
	return schema
}

func (c *planCase) plan(t testing.TB) string {
	t.Helper()
	schema := c.schema(t)
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(c.query, "")
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema, c.labels...), schema.API()).Plan(op)
	var refused *planner.Error
	if errors.As(err, &refused) {
		return refused.Code + " " + refused.Message + "\n"
	}
	require.NoError(t, err)
	schemas, err := served(c.sources)
	require.NoError(t, err)
	require.Empty(t, unsound(schema.API(), schemas, op, made))
	return made.String()
}

// TestKeysThatComposeCanBePlanned checks that composition and planning agree about keys, whatever
// fields the keys have.
func TestKeysThatComposeCanBePlanned(t *testing.T) {
	t.Parallel()
	const fields = " { id: ID! @shareable o: O @shareable p: P @shareable l: [O] @shareable "
	const others = " interface P { id: ID! } type O implements P @shareable { id: ID! p: P }"
	composed := 0
	for _, key := range []string{
		"__typename", "__typename id", "id __typename", "o { __typename }", "o { __typename id }", "id o { id __typename }",
		"id id", "... on T { id }", "... { id }", "... on T { __typename }", "o { ... on O { id } }", "a: __typename", "a: id",
		"l { id }", "l { __typename }", // lists
		// Composition refuses interfaces in keys.
		"p { id }", "p { __typename id }", "p { ... on O { id } }", "id p { __typename }",
		"o { p { id } }",
	} {
		types := ` @key(fields: "` + key + `")` + fields
		unshared := strings.ReplaceAll(types, "@shareable ", "")
		for world, sdl := range map[string][3]string{
			"object": {
				"type Query { t: T } type T" + types + "}" + others,
				"type T" + types + "x: Int }" + others,
				"{ t { x } }",
			},
			"behind a union": {
				"type Query { t: U } union U = T | O type T" + types + "}" + others,
				"type T" + types + "x: Int }" + others,
				"{ t { ... on T { x } } }",
			},
			"interface object": {
				"type Query { t: I } interface I" + unshared + "} type T implements I" + types + "}" + others,
				"type I @interfaceObject" + types + "x: Int }" + others,
				"{ t { x } }",
			},
			"from an interface object": {
				"interface I" + unshared + "} type T implements I" + types + "y: Int }" + others,
				"type Query { t: I } type I @interfaceObject" + types + "x: Int }" + others,
				"{ t { x ... on T { y } } }",
			},
		} {
			c := &planCase{query: sdl[2], sources: []subgraph.Source{{Name: "a", SDL: link + sdl[0]}, {Name: "b", SDL: link + sdl[1]}}}
			if _, _, err := compose.Compose(c.sources); err == nil {
				composed++
				require.Contains(t, c.plan(t), "QueryPlan", "%s with the key %q", world, key)
			}
		}
	}
	require.Greater(t, composed, 40)
}

// TestRootOfMutationsAgain checks that re-entering the mutation root is a mutation. A query never
// becomes one, even if one of its fields returns that root.
func TestRootOfMutationsAgain(t *testing.T) {
	t.Parallel()
	c := &planCase{query: "mutation { stepA { stepB q { r } } }", sources: []subgraph.Source{
		{Name: "a", SDL: link + "type Query { q: String @shareable } type Mutation { stepA: Mutation q: Query }"},
		{Name: "b", SDL: link + "type Query { q: String @shareable r: Int } type Mutation { stepB: Boolean }"},
	}}
	schema := c.schema(t)
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(c.query, "")
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
	require.NoError(t, err)
	kinds := map[string]ast.Operation{}
	for _, fetch := range made.Fetches {
		kinds[fetch.Document] = fetch.Kind
	}
	require.Equal(t, map[string]ast.Operation{
		"mutation{stepA{q{__typename}}}": ast.Mutation, "mutation{stepB}": ast.Mutation, "{r}": ast.Query,
	}, kinds)

	c.sources[0].SDL = strings.Replace(c.sources[0].SDL, "q: String @shareable", "q: String @shareable m: Mutation", 1)
	_, _, err = compose.Compose(c.sources)
	require.ErrorContains(t, err, "The query { m { stepB } } cannot be answered")
}

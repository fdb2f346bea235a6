package statementtest

import (
	"encoding/json"
	"maps"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const shop = `
	directive @key(fields: String!, resolvable: Boolean = true) repeatable on OBJECT
	scalar _Any
	union _Entity = Shelf
	type Query { shelves: ShelfConnection name: String _entities(representations: [_Any!]!): [_Entity]! }
	type ShelfConnection { edges: [ShelfEdge!]! }
	type ShelfEdge { node: Shelf }
	type Shelf @key(fields: "id") @key(fields: "slug", resolvable: false) { id: ID! slug: ID! tags: [String!] things: [Thing!]! }
	union Thing = Box | Bag
	type Box { parts: [Part!] }
	type Bag { part: Part }
	type Part { id: ID! }
`

func schemaOf(t *testing.T, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: text})
	require.NoError(t, err)
	return schema
}

func TestNeededFieldsAndKeys(t *testing.T) {
	t.Parallel()
	require.Equal(t, map[string]bool{
		"Query.shelves": true, "Query.name": false, "ShelfConnection.edges": true, "Shelf.things": true, "Box.parts": true, "Shelf by id": true,
	}, needed(schemaOf(t, shop)))
}

// tallyOf returns the tally of a shop with n rows of everything.
func tallyOf(n int) Tally {
	return Tally{map[string]int64{"shelves": 3}, map[string]int{
		"Query.shelves": n, "Query.name": 1, "ShelfConnection.edges": n, "Shelf.things": n, "Box.parts": n, "Shelf by id": n,
	}}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t, shop)
	require.Empty(t, problems(schema, tallyOf(1), tallyOf(Many), nil))

	dear := tallyOf(Many)
	dear.statements = map[string]int64{"shelves": 13}
	require.Equal(t, []string{"shelves costs 3 statements with few rows, and 13 with many"}, problems(schema, tallyOf(1), dear, nil))

	short := tallyOf(Many)
	short.rows = maps.Clone(short.rows)
	short.rows["Box.parts"] = 4
	require.Equal(t, []string{"Box.parts: got 1 and 4 rows, want at most 3 and at least 10"}, problems(schema, tallyOf(1), short, nil))
	excuse := map[string]string{"Box.parts": "a box has four"}
	require.Empty(t, problems(schema, tallyOf(1), short, excuse))
	require.Equal(t, []string{"Box.parts is long enough and needs no excuse"}, problems(schema, tallyOf(1), tallyOf(Many), excuse))
	require.Equal(t, []string{"Bag.part is excused but is not a list"}, problems(schema, tallyOf(1), tallyOf(Many), map[string]string{"Bag.part": "one"}))

	for added, name := range map[string]string{
		`extend type Query { bags: [Bag!] }`:                                    "Query.bags",
		`extend type Query { bag: Bag }`:                                        "Query.bag",
		`extend type Bag { parts: [Part!] }`:                                    "Bag.parts",
		`type Room @key(fields: "floor door") { id: ID! floor: ID! door: ID! }`: "Room by door floor",
	} {
		require.Equal(t, []string{name + ": no case returns a row"}, problems(schemaOf(t, shop+added), tallyOf(1), tallyOf(Many), nil), added)
	}
}

// TestRowsAreFoundInAnswers counts the longest list of each name, in every member of a union.
func TestRowsAreFoundInAnswers(t *testing.T) {
	t.Parallel()
	schema := schemaOf(t, shop)
	query, _ := Case{Field: "shelves"}.operation(schema)
	document, errs := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
	require.Empty(t, errs)
	var data any
	require.NoError(t, json.Unmarshal([]byte(`{"shelves": {"edges": [{"node": {"things": [
		{"Box_parts": [{"id": 1}, {"id": 2}]}, {"Box_parts": [{"id": 1}]}, {"Bag_part": {"id": 1}}]}}, {"node": null}]}}`), &data))
	tally := Tally{rows: map[string]int{}}
	tally.look(document.Operations[0].SelectionSet, data)
	for name, n := range map[string]int{
		"Query.shelves": 2, "ShelfConnection.edges": 2, "ShelfEdge.node": 1, "Shelf.things": 3, "Box.parts": 2, "Bag.part": 1,
	} {
		require.Equal(t, n, tally.rows[name], name)
	}
	require.Equal(t, "Room by door floor", lookUp(map[string]any{"__typename": "Room", "floor": 1, "door": 2}))
}

// Package statementtest checks that a service runs the same number of SQL statements however many
// rows its answer has.
//
//	schema ──needed──▶ the root fields, lists, connections and entity keys to cover ────────────┐
//	cases ──Measure──▶ Tally: statements and rows, with few rows and with many ──▶ Constant ◀───┘
//
// A case selects everything below its field, so a new field is covered automatically. A new root
// field, list or key fails the test until a case covers it, with enough rows to show its cost.
package statementtest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/testing/sdl"
)

// A list with at most Few rows has few, and a list with at least Many rows has many.
const (
	Few  = 3
	Many = 10
)

// Case is an operation with one root field.
type Case struct {
	Name     string
	Field    string           // with its arguments; empty for entities
	Entities []map[string]any // representations to look up
	Ask      Ask
}

// Ask sends a query to a service as some user and returns the data. The answer must have no
// errors.
type Ask func(query string, variables map[string]any) json.RawMessage

// Tally is what the cases cost and returned.
type Tally struct {
	statements map[string]int64 // by the name of the case
	rows       map[string]int   // by Type.field or entity key: the largest number of rows
}

// Measure runs all cases and counts their statements and rows.
func Measure(t testing.TB, schema *ast.Schema, db *sqldb.DB, cases []Case) Tally {
	t.Helper()
	tally := Tally{map[string]int64{}, map[string]int{}}
	for _, c := range cases {
		query, variables := c.operation(schema)
		document, problems := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
		require.Empty(t, problems, "%s: %s", c.Name, query)
		require.NotContains(t, tally.statements, c.Name, "two cases have the same name")
		before := db.Statements()
		answered := c.Ask(query, variables)
		tally.statements[c.Name] = db.Statements() - before
		var data any
		require.NoError(t, json.Unmarshal(answered, &data))
		tally.look(document.Operations[0].SelectionSet, data)
		for _, entity := range c.Entities {
			tally.rows[lookUp(entity)]++
		}
	}
	return tally
}

func (c Case) operation(schema *ast.Schema) (query string, variables map[string]any) {
	types := sdl.Types(schema.Types)
	if c.Entities == nil {
		name, _, _ := strings.Cut(c.Field, "(")
		typeName := schema.Query.Fields.ForName(name).Type.Name()
		return "{ " + c.Field + " " + types.All(typeName) + " }", nil
	}
	query = "query ($r: [_Any!]!) { _entities(representations: $r) " + types.All("_Entity") + " }"
	return query, map[string]any{"r": c.Entities}
}

func lookUp(representation map[string]any) string {
	key := map[string]any{}
	for name, value := range representation {
		if name != "__typename" {
			key[name] = value
		}
	}
	return entity(representation["__typename"].(string), sdl.Key(key))
}

func entity(typeName, key string) string { return typeName + " by " + key }

// look counts the rows of an answer.
func (t Tally) look(selections ast.SelectionSet, value any) {
	switch value := value.(type) {
	case []any:
		for _, one := range value {
			t.look(selections, one)
		}
	case map[string]any:
		for _, selection := range selections {
			switch selection := selection.(type) {
			case *ast.InlineFragment:
				t.look(selection.SelectionSet, value)
			case *ast.Field:
				name := selection.ObjectDefinition.Name + "." + selection.Name
				t.rows[name] = max(t.rows[name], size(value[selection.Alias]))
				t.look(selection.SelectionSet, value[selection.Alias])
			}
		}
	}
}

// size returns the length of a list or of a connection's edges, 0 for null, and otherwise 1.
func size(value any) int {
	switch value := value.(type) {
	case nil:
		return 0
	case []any:
		return len(value)
	case map[string]any:
		if edges, isConnection := value["edges"].([]any); isConnection {
			return len(edges)
		}
	}
	return 1
}

// Constant fails the test if a case needs more statements with many rows than with few, or if no
// case covers something. The map short gives a reason for each list that is never long.
func Constant(t testing.TB, schema *ast.Schema, few, many Tally, short map[string]string) {
	t.Helper()
	for _, problem := range problems(schema, few, many, short) {
		t.Error(problem)
	}
}

// Package statementtest holds services to it that what they ask of their databases does not grow with the rows.
//
//	schema ──needed──▶ what must be counted: root fields, lists, connections, keys of entities ─┐
//	cases ──Measure──▶ Tally: statements and rows, with few rows and with many ──▶ Constant ◀───┘
//
// A case selects all there is below its field. So a new field is counted by itself, and a new root field, list or key
// fails until there is a case, and as many rows as show what it costs.
package statementtest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/validator/rules"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/sdl"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/sqldb"
)

// Rows of lists: at most so many are few, at least so many are many.
const (
	Few  = 3
	Many = 10
)

// Case is an operation of one root field.
type Case struct {
	Name     string
	Field    string           // with its arguments; empty for entities
	Entities []map[string]any // to look up
	Ask      Ask
}

// Ask asks a service, as somebody, for what must have no errors, and returns the data.
type Ask func(query string, variables map[string]any) json.RawMessage

// Tally is what cases cost, and what they showed.
type Tally struct {
	statements map[string]int64 // by the case's name
	rows       map[string]int   // by Type.field, or by the key of an entity: the most that came of it
}

// Measure asks all cases, and counts.
func Measure(t testing.TB, schema *ast.Schema, db *sqldb.DB, cases []Case) Tally {
	t.Helper()
	tally := Tally{map[string]int64{}, map[string]int{}}
	for _, c := range cases {
		query, variables := c.operation(schema)
		document, problems := gqlparser.LoadQueryWithRules(schema, query, rules.NewDefaultRules())
		require.Empty(t, problems, "%s: %s", c.Name, query)
		require.NotContains(t, tally.statements, c.Name, "two cases of one name")
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
	if c.Entities == nil {
		name, _, _ := strings.Cut(c.Field, "(")
		return "{ " + c.Field + " " + sdl.Types(schema.Types).All(schema.Query.Fields.ForName(name).Type.Name()) + " }", nil
	}
	return "query ($r: [_Any!]!) { _entities(representations: $r) " + sdl.Types(schema.Types).All("_Entity") + " }",
		map[string]any{"r": c.Entities}
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

// look notes how many rows came.
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

// size is the length of a list, or of the list that a connection has, and else 1; of nothing it is 0.
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

// Constant fails the test if anything cost more with many rows than with few, or if there was no case for it. Lists that
// are never long are excused by a reason.
func Constant(t testing.TB, schema *ast.Schema, few, many Tally, short map[string]string) {
	t.Helper()
	for _, problem := range problems(schema, few, many, short) {
		t.Error(problem)
	}
}

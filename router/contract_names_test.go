package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestContractsTellNoHiddenName sends requests to a contract whose answers could reveal the name of
// something that it hides: introspection, errors of validation and of variables, suggestions, the
// plan, and answers of the subgraph that have hidden values.
func TestContractsTellNoHiddenName(t *testing.T) {
	t.Parallel()
	const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
			import: ["@tag", "@key", "@listSize", "@requires", "@external"])
		type Query {
			node: Node
			hits: [Hit]
			item(filter: Filter = {name: "n"}, level: Level = LOW, hiddenArgument: Int = 5 @tag(name: "internal")): Item
			list(first: Int, hiddenFirst: Int @tag(name: "internal")): [Item] @listSize(slicingArguments: ["first", "hiddenFirst"])
			only(hiddenFirst: Int @tag(name: "internal")): [Item] @listSize(slicingArguments: ["hiddenFirst"])
			hiddenRoot: HiddenType @tag(name: "internal")
			level: Level
		}
		type Mutation { hiddenChange: Int @tag(name: "internal") }
		interface Node { id: ID! }
		type Item implements Node @key(fields: "hiddenKey") {
			id: ID! hiddenKey: ID! @tag(name: "internal") name: String cost: Int @tag(name: "internal")
		}
		type HiddenType implements Node @tag(name: "internal") { id: ID! hiddenWage: Int }
		union Hit = Item | HiddenType
		input Filter { name: String hiddenMargin: Int @tag(name: "internal") }
		enum Level { LOW HIDDEN_LEVEL @tag(name: "internal") }`
	const answer = `{"data": {"node": {"__typename": "HiddenType", "id": "1"}, "hits": [{"__typename": "HiddenType"}],
		"item": {"__typename": "Item", "id": "1", "hiddenKey": "k"}, "level": "HIDDEN_LEVEL", "only": []},
		"errors": [{"message": "m", "path": ["item", "hiddenKey"]}]}`
	e := newEdgeOver(t, sdl, "queryPlan: true\ncontracts: [{name: public, exclude: [internal], path: /graphql/public}]\n",
		says(http.StatusOK, answer), io.Discard)
	for _, body := range []string{
		`{"query": "{ node { __typename id } }"}`,
		`{"query": "{ hits { __typename } }"}`,
		`{"query": "{ level }"}`,
		`{"query": "{ item { id } }"}`,
		`{"query": "{ list { id } }"}`,
		`{"query": "{ only { id } }"}`,
		`{"query": "query($f: Filter) { item(filter: $f) { id } }", "variables": {"f": {"hidden": 3}}}`,
		`{"query": "query($l: Level) { item(level: $l) { id } }", "variables": {"l": "HIDDEN"}}`,
		`{"query": "{ item(hidden: 1, filter: {hidden: 2}, level: HIDDEN) { hidden } }"}`,
		`{"query": "{ hidden node { hidden ... on Hidden { id } } hits { hidden } }"}`,
		`{"query": "mutation { hidden }"}`,
		`{"query": "{ _service { sdl } _entities(representations: []) { __typename } }"}`,
		`{"query": "{ __type(name: \"Hidden\") { name } __schema { mutationType { name } directives { args { name } } types {
			name description possibleTypes { name } interfaces { name } enumValues(includeDeprecated: true) { name }
			inputFields(includeDeprecated: true) { name defaultValue }
			fields(includeDeprecated: true) { name args(includeDeprecated: true) { name defaultValue } } } } }"}`,
	} {
		body = strings.Join(strings.Fields(body), " ")
		r := httptest.NewRequest(http.MethodPost, "/graphql/public", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("X-Query-Plan", "1")
		got := e.do(t, r)
		text := strings.ToLower(got.body)
		require.NotContains(t, text, "queryplan", "a plan names what the contract hides: %s", body)
		for _, name := range []string{"type", "root", "change", "key", "wage", "argument", "first", "margin", "level"} {
			require.NotContains(t, text, "hidden"+name, body)
			require.NotContains(t, text, "hidden_"+name, body)
		}
	}
}

// TestHiddenInputIsRefusedInVariables sends hidden input by variables, whose values are not in the
// document: input fields and enum values, at any depth. The subgraph gets nothing.
func TestHiddenInputIsRefusedInVariables(t *testing.T) {
	t.Parallel()
	const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@tag"])
		type Query { item(filters: [Filter!], level: Level, levels: [[Level]]): Int }
		input Filter { name: String inner: Filter margin: Int @tag(name: "internal") levels: [Level] }
		enum Level { LOW HIGH @tag(name: "internal") }`
	e := newEdgeOver(t, sdl, "contracts: [{name: public, exclude: [internal], path: /graphql/public}]\n",
		says(http.StatusOK, `{"data":{"item":1}}`), io.Discard)
	const query = `query($f: [Filter!], $l: Level, $m: [[Level]]) { item(filters: $f, level: $l, levels: $m) }`
	for variables, isAllowed := range map[string]bool{
		`{"f": [{"name": "n", "inner": {"levels": ["LOW"]}}], "l": "LOW", "m": [["LOW"]]}`: true,
		`{"f": [{"margin": 1}]}`: false, `{"f": {"margin": null}}`: false,
		`{"f": [{"inner": {"inner": {"margin": 1}}}]}`: false, `{"f": {"inner": {"levels": "HIGH"}}}`: false,
		`{"l": "HIGH"}`: false, `{"m": "HIGH"}`: false, `{"m": [["LOW"], ["HIGH"]]}`: false,
	} {
		r := httptest.NewRequest(http.MethodPost, "/graphql/public", strings.NewReader(`{"query":"`+query+`","variables":`+variables+`}`))
		r.Header.Set("Content-Type", "application/json")
		before := e.asked
		got := e.do(t, r)
		require.Equal(t, isAllowed, len(got.Errors) == 0, "%s: %s", variables, got.body)
		require.Equal(t, isAllowed, e.asked > before, variables)
	}
}

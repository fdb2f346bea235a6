package limits_test

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

func shop(t testing.TB) *ast.Schema {
	t.Helper()
	return load(t, `
		directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
		scalar _Any
		union _Entity = User | Product
		type Query {
			me: User
			products(first: Int! = 20, after: String): Products
			some(limit: Int): [Product]
			found(count: Int): Found @listSize(slicingArguments: ["count"], sizedFields: ["hits"])
			known: [Product] @listSize(assumedSize: 3)
			both(first: Int, last: Int): [Product]
			users: [User]
			_entities(representations: [_Any!]!): [_Entity]!
		}
		type Mutation { add(n: Int): Product remove: Product }
		type Products { nodes: [Product!]! edges: [Edge!]! total: Int facets: [Facet!]! }
		type Facet { name: String }
		type Found { hits: [Product] others: [Product] }
		type Edge { node: Product }
		type Product { id: ID tags: [String] makers: [User] }
		type User { id: ID orders(first: Int! = 20): Orders }
		type Orders { nodes: [Order!]! }
		type Order { id: ID user: User }`)
}

func price(t testing.TB, schema *ast.Schema, text string) *limits.Price {
	t.Helper()
	document := parse(t, text)
	const most = 1_000_000
	wide := limits.Document{Depth: most, Aliases: 1 << 31, RootFields: most}
	require.Empty(t, limits.Validate(schema, document, limits.NewRuleList(limits.Options{Document: wide})), text)
	return limits.NewPricer(schema, limits.Default()).Price(document.Operations[0])
}

func total(t testing.TB, schema *ast.Schema, text, variables string) limits.Total {
	t.Helper()
	var values map[string]any
	if variables != "" {
		decoder := json.NewDecoder(strings.NewReader(variables))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&values))
	}
	return price(t, schema, text).Total(values)
}

func TestPrice(t *testing.T) {
	t.Parallel()
	schema := shop(t)
	for _, c := range []struct {
		text, variables string
		objects, values uint64
	}{
		{`{me {id __typename}}`, ``, 1, 2},
		{`{a: me {id} b: me {id}}`, ``, 2, 2},
		{`{products(first: 5) {total nodes {id}}}`, ``, 6, 6},
		{`{products {nodes {id} edges {node {id}}}}`, ``, 1 + 20 + 20 + 20, 40},
		{`{products(first: 5) {facets {name} nodes {makers {id}}}}`, ``, 1 + 5 + 5 + 5*5, 5 + 5*5},
		{`{products(first: 5) {nodes {tags}}}`, ``, 6, 5 * 5},
		{`{some(limit: 4) {id}}`, ``, 4, 4},
		{`{some {id}}`, ``, 5, 5},
		{`{some(limit: -4) {id}}`, ``, 0, 0},
		{`{some(limit: null) {id}}`, ``, 5, 5},
		{`{both(first: 3, last: 4) {id}}`, ``, 4, 4},
		{`{found(count: 4) {hits {id} others {id}}}`, ``, 1 + 4 + 5, 4 + 5},
		{`{known {id}}`, ``, 3, 3},
		{`{me {orders(first: 10) {nodes {user {orders(first: 10) {nodes {id}}}}}}}`, ``, 1 + 1 + 10*(1+1+1+10), 100},
		{`{products(first: 5) {...P}} fragment P on Products {nodes {...Q} total} fragment Q on Product {id}`, ``, 6, 6},
		{`{me {...U ...U ... {...U}}} fragment U on User {id}`, ``, 1, 1},
		{`{products(first: 5) {... {nodes {id}}} other: products(first: 7) {...P}} fragment P on Products {nodes {id}}`, ``, 14, 12},
		{`query($n: Int!) {products(first: $n) {nodes {id}}}`, `{"n": 30}`, 31, 30},
		{`query($n: Int! = 6) {products(first: $n) {nodes {id}}}`, ``, 7, 6},
		{`query($n: Int) {some(limit: $n) {id}}`, ``, 5, 5},
		{`query($n: Int) {some(limit: $n) {id}}`, `{"n": null}`, 5, 5},
		{`query($n: Int = 5) {products(first: $n) {nodes {id}}}`, `{"n": 2}`, 3, 2},
		{`query($n: Int, $m: Int) {both(first: $n, last: $m) {makers {orders(first: $n) {nodes {id}}}}}`, `{"n": 2, "m": 3}`,
			3 * (1 + 5*(1+1+2)), 3 * 5 * 2},
		{`query($n: Int!) {...F other: me {id}} fragment F on Query {products(first: $n) {nodes {...P}} more: products(first: $n) {nodes {...P}}}
			fragment P on Product {makers {orders(first: $n) {nodes {id}}}}`, `{"n": 3}`, 1 + 2*(1+3*(1+5*(1+1+3))), 1 + 2*3*5*3},
		{`query($n: Int!) {some(limit: 3) {id a: makers {orders(first: $n) {nodes {id}}} b: makers {orders(first: $n) {nodes {id}}}}}`,
			`{"n": 2}`, 3 * (1 + 2*5*(1+1+2)), 3 * (1 + 2*5*2)},
		{`query($r: [_Any!]!) {_entities(representations: $r) {... on User {id} ... on Product {id tags}}}`, `{"r": [{}, {}, {}]}`, 3, 3 * (1 + 1 + 5)},
		{`{_entities(representations: [{}, {}]) {__typename}}`, ``, 2, 2},
	} {
		got := total(t, schema, c.text, c.variables)
		got.Weight = 0 // TestWeight
		require.Equal(t, limits.Total{Objects: c.objects, Values: c.values}, got, c.text)
	}
}

// TestPriceNamesItsVariables checks that a price names the variables on which it depends, and that
// other prices are computed once.
func TestPriceNamesItsVariables(t *testing.T) {
	t.Parallel()
	schema := shop(t)
	require.Empty(t, price(t, schema, `query($after: String) {products(first: 4, after: $after) {nodes {id}}}`).Variables())
	require.Equal(t, []string{"m", "n"}, price(t, schema, `query($n: Int!, $m: Int) {products(first: $n) {nodes {id}} some(limit: $m) {id}}`).Variables())
}

// TestRootMutations checks that mutations in fragments count, and that those with one response key
// count once.
func TestRootMutations(t *testing.T) {
	t.Parallel()
	schema := shop(t)
	require.Equal(t, uint64(3), total(t, schema, `mutation {a: add {id} ...F ...F} fragment F on Mutation {a: add {id} b: add {id} ... {remove {id}}}`, ``).RootMutations)
	many := price(t, schema, "mutation {"+repeat(11, func(i int) string { return fmt.Sprintf("a%d: add {id} ", i) })+"}")
	err := limits.Default().Check(many, nil)
	require.NotNil(t, err)
	require.Equal(t, map[string]any{"code": "OPERATION_TOO_LARGE", "limit": "rootMutations", "max": uint64(10), "value": uint64(11)}, err.Extensions)
}

// TestExpensiveOperationsAreRefused checks that a cost above the limit is refused, and that the
// error names the list that causes it.
func TestExpensiveOperationsAreRefused(t *testing.T) {
	t.Parallel()
	schema := shop(t)
	for _, c := range []struct {
		text, variables, limit string
		column                 int
	}{
		{`{me {orders(first: 100) {nodes {user {orders(first: 100) {nodes {user {orders(first: 100) {nodes {id}}}}}}}}}}`, ``, "objects", 72},
		{`query($n: Int!) {me {orders(first: $n) {nodes {user {orders(first: $n) {nodes {user {orders(first: $n) {nodes {id}}}}}}}}}}`, `{"n": 100}`, "objects", 86},
		{`{products(first: 100) {nodes {` + repeat(4_000, func(i int) string { return fmt.Sprintf("a%d: id ", i) }) + `}}}`, ``, "values", 2},
		{"{" + repeat(750, func(i int) string { return fmt.Sprintf("a%d: products(first: 100) {nodes {id}} ", i) }) + "}", ``, "objects", 1},
		{`{...F0}` + fanOut(), ``, "objects", 2566},
		{"{" + repeat(300, func(i int) string {
			return fmt.Sprintf("a%d: __schema {types {fields {name type {name ofType {name}} args {name type {name}}}}} ", i)
		}) + "}", ``, "objects", 1},
	} {
		var values map[string]any
		if c.variables != "" {
			require.NoError(t, json.Unmarshal([]byte(c.variables), &values))
		}
		p := price(t, schema, c.text)
		err := limits.Default().Check(p, values)
		require.NotNil(t, err, "%.80s costs %v", c.text, p.Total(values))
		require.Equal(t, c.limit, err.Extensions["limit"], "%.80s", c.text)
		require.Equal(t, c.column, err.Locations[0].Column, "%.80s", c.text)
	}
}

// fanOut returns fragments that select 200^30 objects.
func fanOut() string {
	return ` fragment F0 on Query {users {...F1}}` + repeat(30, func(i int) string {
		return fmt.Sprintf(` fragment F%d on User {orders(first: 100) {nodes {user {...F%d} other: user {...F%d}}}}`, i+1, i+2, i+2)
	}) + ` fragment F31 on User {id}`
}

// TestTotalDoesNotOverflow checks that a cost of more than 64 bits is capped at the largest
// number.
func TestTotalDoesNotOverflow(t *testing.T) {
	t.Parallel()
	got := total(t, shop(t), `{...F0}`+fanOut(), ``)
	require.Equal(t, uint64(math.MaxUint64), got.Objects)
	require.Equal(t, uint64(math.MaxUint64), got.Values)
}

// TestUsualOperationsPass checks that the usual operations of tools and people are well below the
// limits.
func TestUsualOperationsPass(t *testing.T) {
	t.Parallel()
	schema := shop(t)
	for _, text := range []string{
		`{me {orders(first: 100) {nodes {user {orders(first: 20) {nodes {id}}}}}}}`,
		`{products(first: 100) {nodes {id tags makers {id orders(first: 5) {nodes {id}}}}}}`,
		`{users {orders {nodes {user {orders {nodes {id}}}}}}}`,
	} {
		require.Nil(t, limits.Default().Check(price(t, schema, text), nil), text)
	}
	introspection, err := os.ReadFile(filepath.Join("testdata", "introspection.graphql"))
	require.NoError(t, err)
	require.Equal(t, limits.Total{}, total(t, schema, string(introspection), ``))
}

// TestNameInVariableCostsTheWorstType checks that a type whose name is in a variable costs as much
// as the most expensive type, which depends on the selections.
func TestNameInVariableCostsTheWorstType(t *testing.T) {
	t.Parallel()
	schema := hostileSchema(t)
	const variable, literal = `query($n: String!) {__type(name: $n) `, `{__type(name: "Node") `
	for _, c := range []struct{ open, close string }{
		{"possibleTypes {interfaces {", "}}"},
		{"fields {type {possibleTypes {", "}}}"},
		{"possibleTypes {fields {type {", "}}}"},
		{"interfaces {possibleTypes {", "}}"},
		{"inputFields {type {enumValues {name} ofType {", "}}}"},
		{"fields {args {type {inputFields {type {ofType {", "}}}}}}"},
	} {
		set := "{" + strings.Repeat(c.open, 2) + "a: name b: name " + strings.Repeat(c.close, 2) + "}}"
		got, most := total(t, schema, variable+set, `{"n": "Node"}`), limits.Total{}
		for name := range schema.Types {
			one := total(t, schema, strings.Replace(literal, "Node", name, 1)+set, ``)
			most = limits.Total{
				Objects: max(most.Objects, one.Objects), Values: max(most.Values, one.Values),
				Weight: max(most.Weight, one.Weight),
			}
		}
		require.Equal(t, most, got, c.open)
	}
	for _, typ := range []string{variable, literal, `{__schema {types `} {
		close := strings.Repeat("}", strings.Count(typ, "{"))
		text := typ + "{" + strings.Repeat("possibleTypes {interfaces {", 9) + "name" + strings.Repeat("}}", 9) + "}" + close
		err := limits.Default().Check(price(t, schema, text), map[string]any{"n": "Node"})
		require.NotNil(t, err, text)
		require.Equal(t, limits.CodeTooLarge, err.Extensions["code"], text)
		require.Positive(t, err.Extensions["value"])
	}
}

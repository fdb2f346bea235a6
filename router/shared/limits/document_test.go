package limits_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

func numbered(count int, text string) string {
	var b strings.Builder
	for i := range count {
		b.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)) + " ")
	}
	return b.String()
}

// TestSizeOfDocument checks a document at each bound and one above it, with fragments expanded.
func TestSizeOfDocument(t *testing.T) {
	t.Parallel()
	schema := load(t, `
		directive @note(n: Int) repeatable on FIELD | FRAGMENT_SPREAD | QUERY
		type Query { a: Int b: Int me: Query }
		type Subscription { s: Int }`)
	nested := func(depth int) string {
		return strings.Repeat("{me", depth-1) + "{a}" + strings.Repeat("}", depth-1)
	}
	chain := func(length int) string {
		text := "{me{...F0}}"
		for i := range length {
			text += fmt.Sprintf(" fragment F%d on Query {me{...F%d}}", i, i+1)
		}
		return text + fmt.Sprintf(" fragment F%d on Query {a}", length)
	}
	bounds := limits.Document{Depth: 6, Aliases: 8, RootFields: 6, Directives: 4, Fragments: 12}
	for name, c := range map[string]struct {
		text  string
		limit string
		value int
	}{
		"6 levels":                     {text: nested(6)},
		"7 levels":                     {nested(7), "depth", 7},
		"5 levels through fragments":   {text: chain(3)},
		"7 levels through fragments":   {chain(5), "depth", 7},
		"8 aliases":                    {text: "{me{" + numbered(8, "x#:a") + "}}"},
		"9 aliases":                    {"{me{" + numbered(9, "x#:a") + "}}", "aliases", 9},
		"9 aliases through a fragment": {"{me{" + numbered(3, "me{...F}") + "}} fragment F on Query{" + numbered(3, "x#:a") + "}", "aliases", 9},
		"an alias that is the name":    {text: "{me{" + numbered(20, "a:a") + "}}"},
		"6 root fields":                {text: "{a b me{a} " + numbered(3, "x#:a") + "}"},
		"7 root fields":                {"{a b me{a} ...F} fragment F on Query{" + numbered(4, "x#:a") + "}", "documentRootFields", 7},
		"one root field 20 times":      {text: "{" + numbered(20, "a") + "}"},
		"4 directives":                 {text: "query @note {a " + numbered(1, "b @note @note @note") + "}"},
		"5 directives":                 {"query @note {a b @note ...F @note} fragment F on Query {b @note @note}", "directives", 5},
		"12 fragments":                 {text: "{" + numbered(12, "...{a}") + "}"},
		"13 fragments":                 {"{" + numbered(12, "...{a}") + "...F} fragment F on Query{a}", "fragments", 14},
	} {
		errs := limits.Validate(schema, parse(t, c.text), limits.NewRuleList(limits.Options{Document: bounds}))
		if c.limit == "" {
			require.Empty(t, errs, name)
			continue
		}
		require.Len(t, errs, 1, name)
		extensions := errs[0].Extensions
		require.Equal(t, limits.CodeTooLarge, extensions["code"], name)
		require.Equal(t, c.limit, extensions["limit"], name)
		require.Equal(t, c.value, extensions["value"], name)
		require.NotEmpty(t, errs[0].Locations, name)
	}
}

// TestCyclesHaveASize checks that a document with a cycle of fragments is measured and refused.
func TestCyclesHaveASize(t *testing.T) {
	t.Parallel()
	schema := load(t, `type Query { a: Int me: Query }`)
	text := `{...A} fragment A on Query {me{...B}} fragment B on Query {me{...A}}`
	errs := limits.Validate(schema, parse(t, text), limits.NewRuleList(limits.Options{}))
	require.Len(t, errs, 1)
	require.Contains(t, errs[0].Message, "within itself")
}

// TestAliasesDoNotOverflow checks that the count of aliases is capped if fragments double it at
// each level.
func TestAliasesDoNotOverflow(t *testing.T) {
	t.Parallel()
	schema := load(t, `type Query { a: Int me: Query }`)
	var text strings.Builder
	text.WriteString("{...F0}")
	for i := range 70 {
		fmt.Fprintf(&text, " fragment F%d on Query {x:me{...F%d} y:me{...F%d}}", i, i+1, i+1)
	}
	text.WriteString(" fragment F70 on Query {a}")
	o := limits.Options{Document: limits.Document{Depth: 1000}}
	errs := limits.Validate(schema, parse(t, text.String()), limits.NewRuleList(o))
	require.NotEmpty(t, errs)
	require.Equal(t, "aliases", errs[0].Extensions["limit"])
}

func weightSchema(t *testing.T) *ast.Schema {
	t.Helper()
	return load(t, `
		directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION | INPUT_FIELD_DEFINITION | OBJECT | SCALAR
		directive @listSize(assumedSize: Int, slicingArguments: [String!], sizedFields: [String!], requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION
		scalar Picture @cost(weight: 4)
		type Query {
			me: User
			users(first: Int): [User!]
			search(text: String @cost(weight: 7), in: Filter): [User!] @cost(weight: 3) @listSize(assumedSize: 10)
			free: User @cost(weight: 0)
			negative: User @cost(weight: -5)
			paged(first: Int, last: Int): [User!] @listSize(slicingArguments: ["first", "last"])
			lenient(first: Int, last: Int): [User!] @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
			standard(first: Int = 20): [User!] @listSize(slicingArguments: ["first"])
		}
		input Filter { age: Int @cost(weight: 2) inner: Filter }
		type Mutation { add(n: Int): User remove: User @cost(weight: 1) count: Int }
		type User @cost(weight: 2) { id: ID picture: Picture friends(first: Int): [User!] }`)
}

func TestWeight(t *testing.T) {
	t.Parallel()
	schema := weightSchema(t)
	for _, c := range []struct {
		text, variables string
		weight          uint64
	}{
		{`{me{id}}`, ``, 2},
		{`{me{id picture}}`, ``, 2 + 4},
		{`{users(first: 3){id picture}}`, ``, 3 * (2 + 4)},
		{`query($n: Int){users(first: $n){picture}}`, `{"n": 7}`, 7 * (2 + 4)},
		{`{users(first: 3){friends(first: 2){id}}}`, ``, 3 * (2 + 2*2)},
		{`{search{id}}`, ``, 10 * 3},
		{`{search(text: "a"){id}}`, ``, 7 + 10*3},
		{`{search(text: "a", in: {age: 1}){id}}`, ``, 7 + 2 + 10*3},
		{`query($f: Filter){search(in: $f){id}}`, `{"f": {"age": 1}}`, 2 + 10*3},
		{`{free{id}}`, ``, 0},
		{`{negative{id}}`, ``, 0},
		{`mutation{add{id}}`, ``, 10 + 2},
		{`mutation{a:add{id} b:add{id}}`, ``, 2 * (10 + 2)},
		{`mutation{remove{id}}`, ``, 1},
		{`mutation{count __typename}`, ``, 10},
	} {
		require.Equal(t, c.weight, total(t, schema, c.text, c.variables).Weight, c.text)
	}
}

// TestWeightDoesNotWrap checks that the weight of nested lists is capped at the largest number.
func TestWeightDoesNotWrap(t *testing.T) {
	t.Parallel()
	schema := weightSchema(t)
	text := "{users(first: 2147483647)" + strings.Repeat("{friends(first: 2147483647)", 6) +
		"{picture}" + strings.Repeat("}", 6) + "}"
	got := price(t, schema, text)
	require.Equal(t, ^uint64(0), got.Total(nil).Weight)
	err := limits.Default().Check(got, nil)
	require.NotNil(t, err)
	require.Equal(t, limits.CodeTooLarge, err.Extensions["code"])
}

// TestOneSlicingArgument checks requireOneSlicingArgument.
func TestOneSlicingArgument(t *testing.T) {
	t.Parallel()
	schema := weightSchema(t)
	for text, allowed := range map[string]bool{
		`{paged(first: 1){id}}`:                            true,
		`{paged(last: 1){id}}`:                             true,
		`query($n: Int){paged(first: $n){id}}`:             true,
		`{paged{id}}`:                                      false,
		`{paged(first: null){id}}`:                         false,
		`{paged(first: 1, last: 1){id}}`:                   false,
		`{lenient{id}}`:                                    true,
		`{lenient(first: 1, last: 1){id}}`:                 true,
		`{standard{id}}`:                                   true,
		`{users{id}}`:                                      true,
		`{me{id friends{id}} ...{paged{id}}}`:              false,
		`{...F} fragment F on Query {paged(first: 3){id}}`: true,
	} {
		errs := limits.Validate(schema, parse(t, text), limits.NewRuleList(limits.Options{}))
		require.Equal(t, allowed, len(errs) == 0, "%s: %s", text, errs)
	}
}

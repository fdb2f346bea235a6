package access_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/query/access"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

func composed(t testing.TB, sdl string) *supergraph.Schema {
	t.Helper()
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", SDL: `extend schema @link(
		url: "https://specs.apollo.dev/federation/v2.6",
		import: ["@authenticated", "@requiresScopes", "@policy"]) ` + sdl}})
	require.NoError(t, err)
	return schema
}

// edited returns the supergraph with a change of its text, as an older composition could write it.
func edited(t testing.TB, schema *supergraph.Schema, old, with string) *supergraph.Schema {
	t.Helper()
	text := supergraph.Print(schema)
	require.Contains(t, text, old)
	changed, err := supergraph.Parse(strings.Replace(text, old, with, 1))
	require.NoError(t, err)
	return changed
}

// decided returns the decision about a query.
func decided(t testing.TB, schema *supergraph.Schema, query string, claims access.Claims) *access.Decision {
	t.Helper()
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(query, "")
	require.NoError(t, err)
	return access.NewRules(schema).Needs(op).Decide(t.Context(), claims)
}

// TestNothingRestrictedIsNil checks that schemas and operations without restrictions have no
// needs.
func TestNothingRestrictedIsNil(t *testing.T) {
	t.Parallel()
	open := composed(t, `type Query { a: Int }`)
	require.Nil(t, access.NewRules(open))
	require.Empty(t, access.NewRules(open).Policies())
	require.Nil(t, decided(t, open, `{ a }`, access.Claims{}))
	mixed := composed(t, `type Query { a: Int b: Int @authenticated }`)
	op, err := operation.NewParser(mixed.API(), operation.DefaultLimits()).Parse(`{ a __typename }`, "")
	require.NoError(t, err)
	require.Nil(t, access.NewRules(mixed).Needs(op))
}

// TestClauses checks the alternatives of a directive, and that a client must meet all directives.
func TestClauses(t *testing.T) {
	t.Parallel()
	schema := composed(t, `type Query { a: Int @authenticated
		@requiresScopes(scopes: [["x", "y"], ["z"]]) @policy(policies: [["p"], ["q", "r"]]) }`)
	require.Equal(t, []string{"p", "q", "r"}, access.NewRules(schema).Policies())
	for _, c := range []struct {
		authenticated    bool
		scopes, policies string
		sees             bool
	}{
		{true, "x y", "p", true}, {true, "z", "q r", true}, {true, "x y z other", "p q r", true},
		{false, "x y", "p", false}, {true, "x", "p", false}, {true, "x y", "q", false},
		{true, "", "p", false}, {true, "z", "", false}, {true, "xy", "p", false},
	} {
		has := func(list string) func(string) bool {
			return func(name string) bool { return slices.Contains(strings.Fields(list), name) }
		}
		hidden := decided(t, schema, `{ a }`, access.Claims{
			Authenticated: c.authenticated, HasScope: has(c.scopes),
			Policies: func(_ context.Context, names []string) []string {
				require.Equal(t, []string{"p", "q", "r"}, names)
				return strings.Fields(c.policies)
			},
		})
		require.Equal(t, c.sees, hidden == nil, "%+v", c)
	}
	require.NotNil(t, decided(t, schema, `{ a }`, access.Claims{Authenticated: true}))
}

// TestUnreadableDirectivesAllowNobody checks that no client meets a directive without
// alternatives. Only a faulty supergraph has one.
func TestUnreadableDirectivesAllowNobody(t *testing.T) {
	t.Parallel()
	schema := composed(t, `type Query { a: Int @requiresScopes(scopes: [["x"]]) }`)
	all := access.Claims{Authenticated: true, HasScope: func(string) bool { return true }}
	require.Nil(t, decided(t, schema, `{ a }`, all))
	require.NotNil(t, decided(t, edited(t, schema, `(scopes: [["x"]])`, `(scopes: [])`), `{ a }`, all))
}

// TestCopiesOnInterfaces checks that a clause that composition has copied to an interface does not
// restrict objects that lack it, and that any other clause of the interface does.
func TestCopiesOnInterfaces(t *testing.T) {
	t.Parallel()
	schema := composed(t, `type Query { i: I }
		interface I { x: Int }
		type A implements I { x: Int @requiresScopes(scopes: [["a"], ["b"]]) }
		type B implements I { x: Int @requiresScopes(scopes: [["c"]]) }
		type C implements I { x: Int }`)
	const copied = `x: Int @requiresScopes(scopes: [["a","c"],["b","c"]])`
	for _, c := range []struct {
		name, with, hides string
	}{
		{"a copy", copied, "A B"},
		{"less than a copy", `x: Int @requiresScopes(scopes: [["a","c"],["b"]])`, "A B"},
		{"more than a copy", `x: Int @requiresScopes(scopes: [["a","c","d"],["b","c"]])`, "A B C"},
		{"another directive", copied + " @authenticated", "A B C"},
	} {
		changed := schema
		if c.with != copied {
			changed = edited(t, schema, copied, c.with)
		}
		hidden := decided(t, changed, `{ i { x } }`, access.Claims{})
		var hides []string
		for _, object := range []string{"A", "B", "C"} {
			if hidden.Field(object, "x") {
				hides = append(hides, object)
			}
		}
		require.Equal(t, c.hides, strings.Join(hides, " "), c.name)
	}
}

// TestManyAlternativesOnInterfaces checks that a clause of an interface is enforced if it takes
// too many comparisons to find out that it is a copy: here 120³.
func TestManyAlternativesOnInterfaces(t *testing.T) {
	t.Parallel()
	text := supergraph.Print(composed(t, `type Query { i: I }
		interface I { x: Int }
		type A implements I { x: Int @requiresScopes(scopes: [["a"]]) }
		type B implements I { x: Int @requiresScopes(scopes: [["b"]]) }
		type C implements I { x: Int @requiresScopes(scopes: [["c"]]) }
		type Open implements I { x: Int }`))
	change := func(old string, sets int) {
		require.Contains(t, text, old)
		with := `["z","` + old[3:4] + `"],`
		for n := range sets {
			with += fmt.Sprintf(`["z%d"%s],`, n, strings.Repeat(`,"z"`, strings.Count(old, "c")))
		}
		text = strings.Replace(text, old, "["+with+"]", 1)
	}
	hides := func() bool {
		schema, err := supergraph.Parse(strings.Replace(text, `[["a","b","c"]]`, `[["z"]]`, 1))
		require.NoError(t, err)
		return decided(t, schema, `{ i { x } }`, access.Claims{}).Field("Open", "x")
	}
	change(`[["c"]]`, 2)
	require.False(t, hides(), "a copy")
	for _, old := range []string{`[["a"]]`, `[["b"]]`} {
		change(old, 120)
	}
	require.True(t, hides(), "too many combinations")
}

// TestPathsAreBounded checks the number of paths, and that no path is repeated.
func TestPathsAreBounded(t *testing.T) {
	t.Parallel()
	schema := composed(t, `type Query { a: Int @authenticated q: Query many: Many }
		type Many { `+numbered("f%d: Int @authenticated ")+`}`)
	paths, more := decided(t, schema, `{ many { `+numbered("f%d ")+`} }`, access.Claims{}).Paths(nil)
	require.Len(t, paths, 100)
	require.True(t, more)
	paths, more = decided(t, schema, `{ q { ... on Query { a } a } a }`, access.Claims{}).Paths(nil)
	require.Equal(t, [][]string{{"q", "a"}, {"a"}}, paths)
	require.False(t, more)
}

// numbered repeats a text 150 times, each with its number.
func numbered(format string) string {
	var text strings.Builder
	for n := range 150 {
		fmt.Fprintf(&text, format, n)
	}
	return text.String()
}

// TestKeysOfDecisions checks that different decisions about an operation have different keys.
func TestKeysOfDecisions(t *testing.T) {
	t.Parallel()
	schema := composed(t, `type Query { a: Int @authenticated b: Int @requiresScopes(scopes: [["b"]]) }`)
	keys := map[string]bool{}
	for _, claims := range []access.Claims{
		{}, {Authenticated: true}, {HasScope: func(string) bool { return true }},
	} {
		keys[decided(t, schema, `{ a b }`, claims).Key()] = true
	}
	require.Len(t, keys, 3)
}

// BenchmarkDecide measures the decision for a client who may see everything.
func BenchmarkDecide(b *testing.B) {
	schema := composed(b, `type Query { a: Int @authenticated b: Int @requiresScopes(scopes: [["b"]]) c: Int }`)
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(`{ a b c }`, "")
	require.NoError(b, err)
	needs := access.NewRules(schema).Needs(op)
	claims := access.Claims{Authenticated: true, HasScope: func(scope string) bool { return scope == "b" }}
	b.ReportAllocs()
	for b.Loop() {
		if needs.Decide(b.Context(), claims) != nil {
			b.Fatal("something is hidden")
		}
	}
}

package subgraph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
	import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@extends", "@interfaceObject", "@tag"])
`

func parse(t testing.TB, sdl string) *subgraph.Schema {
	t.Helper()
	schemas, errs := subgraph.Parse(subgraph.Source{Name: "s", File: "s.graphqls", SDL: sdl})
	require.Empty(t, errs)
	return schemas[0]
}

func TestDirectivesBecomeAttributes(t *testing.T) {
	t.Parallel()
	s := parse(t, link+`
		type Query { a: A @provides(fields: "x") }
		type A @key(fields: "id") @key(fields: "b { c }", resolvable: false) @tag(name: "t") {
			id: ID!
			b: B @override(from: "other")
			x: Int @external
			y: Int @requires(fields: "x") @shareable @tag(name: "u")
		}
		type B @shareable { c: Int }
		extend type B { d: Int }
		type I @interfaceObject @key(fields: "id") { id: ID! }
	`)
	a, b := s.Type("A"), s.Type("B")
	require.Equal(t, federation.Version{Major: 2, Minor: 3}, s.Version)
	require.Equal(t, "b { c }", federation.PrintFieldSet(a.Keys[1].Selections))
	require.True(t, a.Keys[0].Resolvable)
	require.False(t, a.Keys[1].Resolvable)
	require.Len(t, a.Directives, 1, "other directives are kept for the supergraph")

	require.True(t, a.Field("x").External)
	require.True(t, a.Field("x").Used)
	require.Equal(t, "x", a.Field("y").Requires.Text)
	require.True(t, a.Field("y").Shareable)
	require.Len(t, a.Field("y").Directives, 1)
	require.Equal(t, "other", a.Field("b").Override.From)
	require.True(t, a.Field("id").Shareable, "a key field is always shareable")
	require.Equal(t, "x", s.Type("Query").Field("a").Provides.Text)
	require.True(t, b.Field("d").Shareable, "the type is shareable")
	require.False(t, b.Extension)
	require.True(t, s.Type("I").InterfaceObject)
}

func TestKeyFieldsOfExtensionsAreNotExternal(t *testing.T) {
	t.Parallel()
	for sdl, external := range map[string]bool{
		`extend type A @key(fields: "id") { id: ID! @external }`:   false,
		`type A @extends @key(fields: "id") { id: ID! @external }`: false,
		`type A @key(fields: "id") { id: ID! @external }`:          true,
	} {
		s := parse(t, link+"type Query { a: A } "+sdl)
		require.Equal(t, external, s.Type("A").Field("id").External, sdl)
	}
}

func TestFederation1IsUpgraded(t *testing.T) {
	t.Parallel()
	s := parse(t, `
		type Query { a: A @provides(fields: "name own") }
		extend type A @key(fields: "id") { id: ID! @external name: String @external unused: Int @external own: Int }
		interface I @key(fields: "id") { id: ID! }
		type C implements I @key(fields: "id") { id: ID! }
	`)
	a := s.Type("A")
	require.Equal(t, federation.One(), s.Version)
	require.Nil(t, a.Field("unused"))
	require.False(t, a.Field("id").External)
	require.True(t, a.Field("name").External)
	require.True(t, a.Field("own").Shareable)
	require.Equal(t, "name", s.Type("Query").Field("a").Provides.Text, "only external fields are provided")
	require.Empty(t, s.Type("I").Keys)
}

func TestRootsAreRenamed(t *testing.T) {
	t.Parallel()
	s := parse(t, "schema { query: Q } type Q { self: [Q!] other: U } union U = Q type Mutating { x: Int }")
	require.Nil(t, s.Type("Q"))
	require.Equal(t, "[Query!]", s.Type("Query").Field("self").Type.String())
	require.Equal(t, []string{"Query"}, s.Type("U").Types)
}

// TestErrorsHavePlaces checks that errors have locations, and are sorted by them.
func TestErrorsHavePlaces(t *testing.T) {
	t.Parallel()
	_, errs := subgraph.Parse(subgraph.Source{Name: "s", File: "s.graphqls", SDL: link + "type Query { a: A }\ntype A @key(fields: \"x\") { id: ID y: Int @external }"})
	var lines []string
	for _, e := range errs {
		lines = append(lines, strings.Join(strings.Fields(e.Error())[:3], " "))
	}
	require.Equal(t, []string{"KEY_INVALID_FIELDS s s.graphqls:4:9", "EXTERNAL_UNUSED s s.graphqls:4:35"}, lines)
}

func TestPossibleTypes(t *testing.T) {
	t.Parallel()
	s := parse(t, link+"type Query { u: U i: I } union U = A interface I { x: Int } type A implements I { x: Int } type B implements I { x: Int }")
	names := func(of string) (list []string) {
		for _, t := range s.PossibleTypes(s.Type(of)) {
			list = append(list, t.Name)
		}
		return list
	}
	require.Equal(t, []string{"A"}, names("U"))
	require.Equal(t, []string{"A", "B"}, names("I"))
	require.Equal(t, []string{"A"}, names("A"))
}

package compose

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

const boundsLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external", "@shareable", "@override", "@interfaceObject"])
`

// repeated writes a text n times, with the number in place of each #.
func repeated(n int, text string) string {
	var all strings.Builder
	for i := range n {
		all.WriteString(strings.ReplaceAll(text, "#", fmt.Sprint(i)))
	}
	return all.String()
}

func linked(sdls ...string) []subgraph.Source {
	sources := make([]subgraph.Source, len(sdls))
	for i, sdl := range sdls {
		sources[i] = subgraph.Source{Name: fmt.Sprintf("s%03d", i), SDL: boundsLink + sdl}
	}
	return sources
}

func refused(t testing.TB, sources []subgraph.Source) federation.Errors {
	t.Helper()
	_, _, err := Compose(sources)
	var errs federation.Errors
	require.ErrorAs(t, err, &errs)
	size := 0
	for _, s := range sources {
		size += len(s.SDL)
	}
	require.Less(t, len(errs.Error()), 10*size, "errors take less than 10 times the SDL")
	return errs
}

func TestErrorsAreListedUpToABound(t *testing.T) {
	t.Parallel()
	errs := refused(t, linked("type Query { "+repeated(10_000, "f#: X ")+"}"))
	require.Len(t, errs, 201)
	require.Equal(t, federation.TooManyErrors, errs[200].Code)
	require.Contains(t, errs[200].Message, "there are 9800 more errors")
	require.NotZero(t, errs[200].Locations[0].Line)

	errs = refused(t, linked("type Query { f: Int }", "type T @shareable { "+repeated(300, "f#: Int! ")+"}", "type T @shareable { "+repeated(300, "f#: String ")+"}"))
	require.Equal(t, federation.TooManyErrors, errs[200].Code, "errors of the merge")
}

// TestErrorsQuoteLittleOfALongFieldSet checks that errors for unknown names in a field set do not
// each quote the whole field set.
func TestErrorsQuoteLittleOfALongFieldSet(t *testing.T) {
	t.Parallel()
	unknown := repeated(2000, "x# ")
	refused(t, linked(`type Query { f: T } type T @key(fields: "`+unknown+`") { id: ID }`))
	refused(t, linked(`type Query { f: T } type T @key(fields: "id") { id: ID f: Int @requires(fields: "`+unknown+`") }`))
	refused(t, linked("type Query { "+strings.Repeat("x", 20_000)+": X }"))
}

func TestHintsNameFewSubgraphs(t *testing.T) {
	t.Parallel()
	var sdls []string
	size := 0
	for i := range 200 {
		sdls = append(sdls, fmt.Sprintf("type Query { q%d: Int } type T @shareable { x%d: Int ", i, i)+
			strings.ReplaceAll(repeated(20, "f#(a%: Int): Int "), "%", fmt.Sprint(i))+"}")
		size += len(sdls[i])
	}
	_, hints, err := Compose(linked(sdls...))
	require.NoError(t, err)
	require.NotEmpty(t, hints)
	for _, hint := range hints {
		require.Less(t, len(hint.Message), 500, hint.Message)
	}
	require.Equal(t, `subgraphs "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", 1 others`,
		in([]string{"s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10"}))
}

// TestFieldsOfInterfaceObjectsAreBounded checks the limit: 300 fields for each of 300 types make
// 90,000 fields of the supergraph.
func TestFieldsOfInterfaceObjectsAreBounded(t *testing.T) {
	t.Parallel()
	world := func(n int) []subgraph.Source {
		return linked(`type Query { q: I } interface I @key(fields: "id") { id: ID } `+repeated(n, `type T# implements I @key(fields: "id") { id: ID } `),
			`type I @key(fields: "id") @interfaceObject { id: ID `+repeated(n, "f#: Int ")+"}")
	}
	errs := refused(t, world(300))
	require.Len(t, errs, 1)
	require.Equal(t, federation.SupergraphTooLarge, errs[0].Code)
	_, _, err := Compose(world(30))
	require.NoError(t, err)
}

// TestRequirementsThroughInterfacesAreLookedAtOnce checks that a field set that goes through 30
// interfaces of 20 objects each is examined once for each object, and not 20^30 times.
func TestRequirementsThroughInterfacesAreLookedAtOnce(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("i { ", 30) + "id" + strings.Repeat(" }", 30)
	types := func(external string) string {
		return `interface I { id: ID i: I } ` + repeated(20, `type O# implements I @key(fields: "id") { id: ID i: I `+external+` } `)
	}
	_, _, err := Compose(linked(`type Query { t: T } type T @key(fields: "id") { id: ID i: I } `+types(""),
		`type T @key(fields: "id") { id: ID i: I @external x: Int @requires(fields: "`+deep+`") } `+types("@external")))
	require.NoError(t, err)
}

// TestStatesOfManyLabels checks that the number of label sets hardly grows with the labels, and
// that any two labels still occur in all four states.
func TestStatesOfManyLabels(t *testing.T) {
	t.Parallel()
	labels := strings.Fields(repeated(100, "l# "))
	states := overrideStates(labels)
	require.LessOrEqual(t, len(states), 16)
	for i, a := range labels {
		for _, b := range labels[i+1:] {
			seen := map[[2]bool]bool{}
			for _, active := range states {
				seen[[2]bool{slices.Contains(active, a), slices.Contains(active, b)}] = true
			}
			require.Len(t, seen, 4, "%s and %s", a, b)
		}
	}
	require.Len(t, overrideStates(labels[:24]), 50)
	require.Len(t, overrideStates(labels[:6]), 64)
}

package federation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

func TestFieldSetsPrintAsTheyRead(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"id":                        "id",
		"{ id }":                    "id",
		" id, owner {\n id name }":  "id owner { id name }",
		"... on A { b } ... { c }":  "... on A { b } ... { c }",
		`price(currency: "EUR") id`: `price(currency: "EUR") id`,
		"a # the rest is a comment": "a",
		"__typename":                "__typename",
		"a(x: [1, 2], y: {z: P})":   "a(x: [1,2], y: {z:P})",
	} {
		set, err := federation.ParseFieldSet(text)
		require.NoError(t, err, text)
		require.Equal(t, want, federation.PrintFieldSet(set))
		again, err := federation.ParseFieldSet(want)
		require.NoError(t, err)
		require.Equal(t, want, federation.PrintFieldSet(again))
	}
}

func TestFieldSetsRefused(t *testing.T) {
	t.Parallel()
	for text, message := range map[string]string{
		"":                        "",
		"a {":                     "",
		"a }":                     "",
		"} query { a":             "",
		"x: a":                    "alias",
		"a { x: b }":              "alias",
		"a @skip(if: true)":       "directives",
		"... @skip(if: 1) {a}":    "directives",
		"...F":                    "named fragments",
		"a(x: $v)":                "variable",
		"a(x: [{y: $v}])":         "variable",
		"{a} fragment F on A {b}": "one selection set",
	} {
		_, err := federation.ParseFieldSet(text)
		require.ErrorContains(t, err, message, text)
	}
	_, err := federation.ParseFieldSet("a { b @skip(if: true) }")
	require.ErrorIs(t, err, federation.ErrDirectiveInFieldSet)
}

func FuzzFieldSet(f *testing.F) {
	for _, seed := range []string{"id", "{ a b { c } }", "... on A { b(x: [1, {y: \"z\"}]) }", "a @b", "x: a"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set, err := federation.ParseFieldSet(text)
		if err != nil {
			return
		}
		printed := federation.PrintFieldSet(set)
		again, err := federation.ParseFieldSet(printed)
		require.NoError(t, err, printed)
		require.Equal(t, printed, federation.PrintFieldSet(again))
	})
}

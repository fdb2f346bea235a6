//go:build oracle

package oracle

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

const federation2 = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7")` + "\n"

// Each condition holds for the first subgraphs and not for the second.
func TestConditions(t *testing.T) {
	t.Parallel()
	composing := federation2 + `extend schema @composeDirective(name: "@low") `
	for name, c := range map[string]struct {
		names       []string
		shows, lack []string
	}{
		"alike": {names: []string{"A", "A"}},
		"uncomposed": {
			names: []string{"low"},
			shows: []string{"directive @low on OBJECT", composing + "directive @low on OBJECT"},
			lack:  []string{composing + "directive @low on OBJECT"},
		},
		"uncomposedArgument": {
			names: []string{"Mode"},
			shows: []string{
				composing + "directive @low(m: Mode) on OBJECT enum Mode { X }",
				"directive @low on OBJECT",
			},
			lack: []string{
				composing + "directive @low(m: Mode) on OBJECT enum Mode { X }",
				"directive @low(m: Mode) on OBJECT",
			},
		},
		"definedApart": {
			names: []string{"low"},
			shows: []string{
				composing + "directive @low on OBJECT",
				composing + "directive @low(n: Int) on OBJECT",
			},
			lack: []string{composing + "directive @low on OBJECT", "directive @low(n: Int) on OBJECT"},
		},
		"unquotedKey": {
			names: []string{"A", "id"},
			shows: []string{"extend type A @key(fields: id) { id: ID @external }"},
			lack:  []string{`extend type A @key(fields: "id") { id: ID @external }`},
		},
		"queryRoot": {
			names: []string{"Root"},
			shows: []string{"schema { query: Root }"},
			lack:  []string{"type Root { a: Int }"},
		},
		"unreadRequirement": {
			names: []string{"A", "z"},
			shows: []string{
				`extend type A @key(fields: "id") { id: ID! @external z: Int @external b: Int @external @requires(fields: "z") }`,
			},
			lack: []string{
				`extend type A @key(fields: "id") { id: ID! @external z: Int @external b: Int @requires(fields: "z") }`,
			},
		},
		"externalInObjects": {
			names: []string{"Node", "name"},
			shows: []string{"interface Node { name: Int } type A implements Node { name: Int @external }"},
			lack: []string{
				"interface Node { name: Int } type A implements Node { name: Int } type B { name: Int @external }",
			},
		},
		"mutatedTwice": {
			names: []string{"R"},
			shows: []string{"type Mutation { do: T } type T { r: R }", "type Mutation { do: R }"},
			lack:  []string{"type Mutation { do: R }", "type Mutation { other: R } type Query { do: R }"},
		},
		"providedByExternal": {
			names: []string{"A", "name"},
			shows: []string{`extend type Query { a: A @external @provides(fields: "name") }`},
			lack:  []string{`extend type Query { a: A @provides(fields: "name") b: A @external }`},
		},
		"externalExtension": {
			names: []string{"A", "id"},
			shows: []string{`extend type A @external @key(fields: "id") { id: ID }`},
			lack:  []string{`type A @external @key(fields: "id") { id: ID }`},
		},
		"externalRoot": {
			names: []string{"A", "q"},
			shows: []string{"extend type Query { a: A @external } type A { q: Query }"},
			lack: []string{
				"extend type Query { a: A @external b: Int } type A { q: Query }",
				federation2 + "extend type Query { a: A @external } type A { q: Query }",
			},
		},
		"requiredKey": {
			names: []string{"A", "b", "s"},
			shows: []string{
				"",
				`type A @key(fields: "id") { id: ID @external b: Int @requires(fields: "id") }`,
			},
			lack: []string{`type A @key(fields: "id") { id: ID @external b: Int @requires(fields: "id") }`},
		},
		"interfaceObject": {
			names: []string{"A", "x"},
			shows: []string{"type A implements I { id: ID }", "type I @interfaceObject { x: Int }"},
			lack:  []string{"type A { id: ID }", "type I @interfaceObject { x: Int }"},
		},
		"isInterfaceObject": {
			names: []string{"I"},
			shows: []string{"type I @interfaceObject { x: Int }"},
			lack:  []string{"type A @interfaceObject { x: Int }", "interface I { x: Int }"},
		},
		"labelledKey": {
			names: []string{"sku", "A"},
			shows: []string{`type A { sku: ID @override(from: "b", label: "percent(1)") }`},
			lack:  []string{`type A { sku: ID @override(from: "b") }`},
		},
		"narrowed": {
			names: []string{"thing"},
			shows: []string{
				"type Query { thing: I } interface I { id: ID } type A implements I { id: ID }",
				"type Query { thing: A }",
			},
			lack: []string{
				"type Query { thing: I } interface I { id: ID } type A implements I { id: ID }",
				"type Query { thing: I a: A }",
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, conditions()[name](parsed(t, c.shows), c.names))
			if name == "alike" {
				c.names = []string{"A", "B"}
			}
			require.False(t, conditions()[name](parsed(t, c.lack), c.names))
		})
	}
}

func parsed(t *testing.T, sdl []string) set {
	t.Helper()
	var subgraphs []Subgraph
	for i, text := range sdl {
		subgraphs = append(subgraphs, Subgraph{Name: string("rs"[i]), SDL: text})
	}
	s := parseSet(subgraphs)
	require.Len(t, s, len(sdl))
	return s
}

// Each rule's condition is known, and each condition has a rule that asks it.
func TestConditionsAreUsed(t *testing.T) {
	t.Parallel()
	known, err := ReadKnown()
	require.NoError(t, err)
	for name := range conditions() {
		used := false
		for _, r := range known.rules {
			used = used || r.named == name
		}
		require.True(t, used, fmt.Sprintf("no rule of known.txt has the condition %s", name))
	}
}

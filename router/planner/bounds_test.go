package planner_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/compose"
	"github.com/trefoil-graph/trefoil/router/operation"
	"github.com/trefoil-graph/trefoil/router/planner"
	"github.com/trefoil-graph/trefoil/router/querygraph"
	"github.com/trefoil-graph/trefoil/router/subgraph"
)

// hostile are documents that make a careless router work for seconds or for ever. Each is planned, or refused with a
// code; how long it takes, BenchmarkHostile tells.
func hostile() map[string]string {
	scalars := repeat(40, func(i int) string { return fmt.Sprintf("s%d ", i) })
	nested := "{" + scalars + "}"
	for range 5 {
		nested = "{" + scalars + "f0 " + nested + "f1 " + nested + "}"
	}
	chain := func(n int, body func(i int) string) string {
		return "{ n { ...F0 } }" + repeat(n, body) + fmt.Sprintf(" fragment F%d on N { id }", n)
	}
	return map[string]string{
		"shareable fields five levels deep": "{ n " + nested + "}",
		"10,000 aliases":                    "{ n {" + repeat(10_000, func(i int) string { return fmt.Sprintf("a%d: s%d ", i, i%40) }) + "} }",
		"one field 10,000 times":            "{ n {" + repeat(10_000, func(int) string { return "s0 " }) + "} }",
		"one object 3,000 times":            "{ n {" + repeat(3_000, func(i int) string { return fmt.Sprintf("f0 { s%d } ", i%40) }) + "} }",
		"2,000 objects":                     "{ n {" + repeat(2_000, func(i int) string { return fmt.Sprintf("a%d: f%d { s0 } ", i, i%40) }) + "} }",
		"1,000 fragments": "{ n {" + repeat(1_000, func(i int) string { return fmt.Sprintf("...F%d ", i) }) + "} }" +
			repeat(1_000, func(i int) string { return fmt.Sprintf(" fragment F%d on N { s%d }", i, i%40) }),
		"5,000 fragments in a chain": chain(5_000, func(i int) string { return fmt.Sprintf(" fragment F%d on N { s0 ...F%d }", i, i+1) }),
		"fragments that fan out": chain(28, func(i int) string {
			return fmt.Sprintf(" fragment F%d on N { f0 { ...F%d } f1 { ...F%d } }", i, i+1, i+1)
		}),
		"fragments spread twice": chain(28, func(i int) string { return fmt.Sprintf(" fragment F%d on N { ...F%d ...F%d }", i, i+1, i+1) }),
		"nested 1,000 deep":      "{ n " + strings.Repeat("{ f0 ", 1_000) + "{ id }" + strings.Repeat("}", 1_000) + "}",
	}
}

func repeat(n int, text func(i int) string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(text(i))
	}
	return out.String()
}

// stages are a parser and a planner over three subgraphs that share a type of 80 fields.
func stages(t testing.TB) (*operation.Parser, *planner.Planner) {
	t.Helper()
	sdl := link + `type Query { n: N @shareable } type N @shareable @key(fields: "id") { id: ID! ` +
		repeat(40, func(i int) string { return fmt.Sprintf("f%d: N s%d: Int ", i, i) }) + "}"
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", SDL: sdl}, {Name: "b", SDL: sdl}, {Name: "c", SDL: sdl}})
	require.NoError(t, err)
	return operation.NewParser(schema.API(), operation.DefaultLimits()), planner.New(querygraph.New(schema), schema.API())
}

func TestHostileDocumentsArePlannedOrRefused(t *testing.T) {
	t.Parallel()
	parser, p := stages(t)
	for name, document := range hostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			op, err := parser.Parse(document, "")
			var refused *operation.Error
			if errors.As(err, &refused) {
				require.Contains(t, []any{operation.CodeTooLarge, operation.CodeParse}, refused.Errors[0].Extensions["code"])
				return
			}
			require.NoError(t, err)
			made, err := p.Plan(op)
			require.NoError(t, err)
			require.Len(t, made.Fetches, 1, "all of it is in each subgraph")
		})
	}
}

func BenchmarkHostile(b *testing.B) {
	parser, p := stages(b)
	for name, document := range hostile() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if op, err := parser.Parse(document, ""); err == nil {
					_, _ = p.Plan(op)
				}
			}
		})
	}
}

// choices are a parser and a planner over subgraphs that share an entity of 80 fields, each of which some of them have: so at
// each level of an operation there is a choice.
func choices(t testing.TB, subgraphs int, has func(subgraph, field int) bool) (*operation.Parser, *planner.Planner) {
	t.Helper()
	var sources []subgraph.Source
	for n := range subgraphs {
		sdl := link + `type Query { n: N @shareable } type N @shareable @key(fields: "id") { id: ID! ` + repeat(40, func(i int) string {
			if !has(n, i) {
				return ""
			}
			return fmt.Sprintf("f%d: N s%d: Int ", i, i)
		}) + "}"
		sources = append(sources, subgraph.Source{Name: string(rune('a' + n)), SDL: sdl})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	return operation.NewParser(schema.API(), operation.DefaultLimits()), planner.New(querygraph.New(schema), schema.API())
}

func twoOfFour(subgraph, field int) bool { return field%4 == subgraph || (field+1)%4 == subgraph }

func threeOfSix(subgraph, field int) bool {
	for i, start := 0, 0; ; start++ { // the three of a field are numbered from field to field
		for second := start + 1; second < 6; second++ {
			for third := second + 1; third < 6; third, i = third+1, i+1 {
				if i == field%20 {
					return subgraph == start || subgraph == second || subgraph == third
				}
			}
		}
	}
}

// Look-ups that wait for each other are looked at once, whatever the options of those before.
func TestLookUpsInARowAreLookedAtOnce(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name             string
		subgraphs        int
		has              func(subgraph, field int) bool
		depth            int
		requests, looked int
	}{
		{"two of four", 4, twoOfFour, 20, 10, 500},
		{"two of four", 4, twoOfFour, 100, 50, 10_000},
		{"three of six", 6, threeOfSix, 28, 9, 1_000},
		{"three of six", 6, threeOfSix, 100, 31, 10_000},
		{"three of six", 6, threeOfSix, 900, 271, 150_000},
	} {
		t.Run(fmt.Sprintf("%s, %d deep", c.name, c.depth), func(t *testing.T) {
			t.Parallel()
			parser, p := choices(t, c.subgraphs, c.has)
			op, err := parser.Parse(row(c.depth), "")
			require.NoError(t, err)
			made, err := p.Plan(op)
			require.NoError(t, err)
			require.Len(t, made.Fetches, c.requests)
			require.Less(t, p.Effort(op).Looked, c.looked)
		})
	}
}

// Object types whose field leads to the same have one place for it: what is looked at does not grow by their number with
// each level, and past the bounds the operation is refused.
func TestObjectTypesDoNotMultiply(t *testing.T) {
	t.Parallel()
	parser, p := splitChild(t, 20)
	for depth, candidates := range map[int]int{1: 500, 2: 1_000, 4: 4_000, 20: 41_000} {
		t.Run(fmt.Sprintf("%d deep", depth), func(t *testing.T) {
			t.Parallel()
			op, err := parser.Parse("{ n "+strings.Repeat("{ child ", depth)+"{ id }"+strings.Repeat("}", depth+1), "")
			require.NoError(t, err)
			made, err := p.Plan(op)
			require.Less(t, p.Effort(op).Candidates, candidates)
			var refused *planner.Error
			if errors.As(err, &refused) {
				require.Equal(t, planner.CodeTooLarge, refused.Code)
				require.Greater(t, depth, 4)
				return
			}
			require.NoError(t, err)
			require.Len(t, made.Fetches, 1+2*depth)
		})
	}
}

// splitChild are a parser and a planner over an interface of so many types, whose field is resolved by one subgraph for half of
// them, by another for the others, and by none where the root is.
func splitChild(t testing.TB, types int) (*operation.Parser, *planner.Planner) {
	t.Helper()
	sdl := func(name, head string, child func(i int) string) subgraph.Source {
		return subgraph.Source{Name: name, SDL: link + head + repeat(types, func(i int) string {
			return fmt.Sprintf(` type T%d implements I @key(fields: "id") { id: ID! %s }`, i, child(i))
		})}
	}
	half := func(which int) func(i int) string {
		return func(i int) string {
			if i%2 == which {
				return "child: I"
			}
			return ""
		}
	}
	schema, _, err := compose.Compose([]subgraph.Source{
		sdl("a", "interface I { id: ID! }", half(0)),
		sdl("b", "interface I { id: ID! }", half(1)),
		sdl("c", "type Query { n: I } interface I { id: ID! child: I }", func(int) string { return "child: I @external" }),
	})
	require.NoError(t, err)
	return operation.NewParser(schema.API(), operation.DefaultLimits()), planner.New(querygraph.New(schema), schema.API())
}

// row is a field within a field, with other subgraphs at each level.
func row(depth int) string {
	return "{ n " + repeat(depth, func(i int) string { return fmt.Sprintf("{ f%d ", 7*i%40) }) + "{ id }" + strings.Repeat("}", depth+1)
}

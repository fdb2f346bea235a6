package planner_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// stages are a parser and a planner over one supergraph.
type stages struct {
	parser  *operation.Parser
	planner *planner.Planner
}

func newStages(t testing.TB, sources []subgraph.Source) stages {
	t.Helper()
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	bounds := operation.DefaultLimits()
	bounds.Rules.Document.Depth = 1000 // the planner itself is the subject
	return stages{operation.NewParser(schema.API(), bounds), planner.New(querygraph.New(schema), schema.API())}
}

// shared returns subgraphs that share an entity of 80 fields, 40 of which lead to another entity;
// has says which subgraph has which field.
func shared(subgraphs int, has func(sub, field int) bool) []subgraph.Source {
	var sources []subgraph.Source
	for sub := range subgraphs {
		fields := repeat(40, func(i int) string {
			if !has(sub, i) {
				return ""
			}
			return fmt.Sprintf("f%d: N s%d: Int ", i, i)
		})
		sources = append(sources, subgraph.Source{
			Name: string(rune('a' + sub)),
			SDL:  link + `type Query { n: N @shareable } type N @shareable @key(fields: "id") { id: ID! ` + fields + "}",
		})
	}
	return sources
}

func all(int, int) bool { return true }

func twoOfFour(sub, field int) bool { return field%4 == sub || (field+1)%4 == sub }

// threeOfSix gives each of twenty fields three other subgraphs.
func threeOfSix(sub, field int) bool {
	i := 0
	for first := range 6 {
		for second := first + 1; second < 6; second++ {
			for third := second + 1; third < 6; third++ {
				if i == field%20 {
					return sub == first || sub == second || sub == third
				}
				i++
			}
		}
	}
	return false
}

// split returns subgraphs with an interface of that many types. One subgraph resolves its field
// for half of the types, another for the other half, and the subgraph of the root field for none.
func split(types int) []subgraph.Source {
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
	return []subgraph.Source{
		sdl("a", "interface I { id: ID! }", half(0)),
		sdl("b", "interface I { id: ID! }", half(1)),
		sdl("c", "type Query { n: I } interface I { id: ID! child: I }", func(int) string { return "child: I @external" }),
	}
}

// row returns a query with nested fields that are in different subgraphs at each level.
func row(depth int, below string) string {
	return "{ n " + repeat(depth, func(i int) string { return fmt.Sprintf("{ f%d ", 7*i%40) }) + below + strings.Repeat("}", depth+1)
}

// children returns a query that nests an interface's field in itself.
func children(depth int) string {
	return "{ n " + strings.Repeat("{ child ", depth) + "{ id }" + strings.Repeat("}", depth+1)
}

// documents returns queries that keep a careless router busy for seconds or forever, for subgraphs
// that share a type.
func documents() map[string]string {
	scalars := repeat(40, func(i int) string { return fmt.Sprintf("s%d ", i) })
	nested := "{" + scalars + "}"
	for range 5 {
		nested = "{" + scalars + "f0 " + nested + "f1 " + nested + "}"
	}
	chain := func(n int, body func(i int) string) string {
		return "{ n { ...F0 } }" + repeat(n, body) + fmt.Sprintf(" fragment F%d on N { id }", n)
	}
	under := "query(" + repeat(28, func(i int) string { return fmt.Sprintf("$v%d: Boolean! ", i) }) + ")"
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
		"fragments under conditions": under + chain(28, func(i int) string {
			return fmt.Sprintf(" fragment F%d on N { ...F%d @include(if: $v%d) ...F%d @skip(if: $v%d) }", i, i+1, i, i+1, i)
		}),
		"20 in a row":                    row(20, "{ id }"),
		"100 in a row":                   row(100, "{ id }"),
		"100 in a row, each with fields": "{ n " + repeat(100, func(i int) string { return fmt.Sprintf("{ s%d s%d f%d ", i%40, 3*i%40, 7*i%40) }) + "{ id }" + strings.Repeat("}", 101),
		"900 in a row":                   row(900, "{ id }"),
		"nested 1,000 deep":              "{ n " + strings.Repeat("{ f0 ", 1_000) + "{ id }" + strings.Repeat("}", 1_000) + "}",
	}
}

// hostile returns hostile documents and the subgraphs for which they are written.
func hostile() map[string]struct {
	sources   []subgraph.Source
	documents map[string]string
} {
	interfaces := map[string]string{"4 in a row": children(4), "8 in a row": children(8), "20 in a row": children(20)}
	return map[string]struct {
		sources   []subgraph.Source
		documents map[string]string
	}{
		"all of three":         {shared(3, all), documents()},
		"two of four":          {shared(4, twoOfFour), documents()},
		"three of six":         {shared(6, threeOfSix), documents()},
		"4 types in two parts": {split(4), interfaces},
		"20 types in two":      {split(20), interfaces},
	}
}

func repeat(n int, text func(i int) string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(text(i))
	}
	return out.String()
}

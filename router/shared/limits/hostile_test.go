package limits_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/shared/limits"
)

// tokens is the limit of the services and the router.
const tokens = 15_000

// hostileSchema has the types that hostile documents use: cyclic types, interfaces of many types,
// and nested inputs.
func hostileSchema(t testing.TB) *ast.Schema {
	t.Helper()
	return load(t, `
		directive @note(a: Int, f: F) repeatable on FIELD | FRAGMENT_SPREAD | INLINE_FRAGMENT | QUERY | FRAGMENT_DEFINITION
		type Query { self: Query id: ID a(n: Int, x: [Int], f: F, e: E): Query node: Node thing: Thing }
		type Mutation { a: ID }
		input F { and: F or: [F] n: Int e: E }
		enum E { `+repeat(300, func(i int) string { return fmt.Sprintf("VALUE_%d ", i) })+`}
		interface Node { id: ID }
		interface Thing { id: ID }
		`+repeat(400, func(i int) string {
		return fmt.Sprintf("type T%d implements %s { id: ID f%d: Int }\n", i, []string{"Node", "Thing"}[i%2], i)
	})+`type T400 implements Node & Thing { id: ID }`)
}

func load(t testing.TB, text string) *ast.Schema {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: text})
	require.NoError(t, err)
	return schema
}

func repeat(n int, text func(i int) string) string {
	var out strings.Builder
	for i := range n {
		out.WriteString(text(i))
	}
	return out.String()
}

// hostile returns documents of at most 1 MiB and the largest number of tokens, each of which makes
// one rule slow.
func hostile() map[string]string {
	numbered := func(format string) func(i int) string {
		return func(i int) string { return strings.ReplaceAll(format, "#", fmt.Sprint(i)) }
	}
	chain := func(n int) string {
		return "{...F0}" + repeat(n, func(i int) string { return fmt.Sprintf(" fragment F%d on Query{id ...F%d}", i, i+1) }) +
			fmt.Sprintf(" fragment F%d on Query{id}", n)
	}
	long := strings.Repeat("x", 1<<20-100)
	return map[string]string{
		"__typename 14,900 times":          "{" + strings.Repeat("__typename ", 14_900) + "}",
		"one field with arguments":         "{" + strings.Repeat("a(n:1){id}", 1_600) + "}",
		"one field, arguments that differ": "{" + repeat(1_600, numbered("a(n:#){id}")) + "}",
		"aliases":                          "{" + repeat(4_900, numbered("a#:id ")) + "}",
		"50 by 50 inline fragments":        "{" + strings.Repeat("...{a{"+strings.Repeat("...{id}", 50)+"}}", 50) + "}",
		"nested inline fragments":          "{" + strings.Repeat("...{", 990) + "id" + strings.Repeat("}", 990) + "}",
		"nested fields":                    "{" + strings.Repeat("self{", 990) + "id" + strings.Repeat("}", 990) + "}",
		"chain of 1,000 fragments":         chain(1_000),
		"chain of 1,600 fragments":         chain(1_600),
		"cycle of fragments":               "{...F0}" + repeat(1_600, func(i int) string { return fmt.Sprintf(" fragment F%d on Query{...F%d}", i, (i+1)%1_600) }),
		"cycle with chords": "{...F0}" + repeat(120, func(i int) string {
			return fmt.Sprintf(" fragment F%d on Query{", i) + repeat(55, func(j int) string { return fmt.Sprintf("...F%d ", (i*7+j)%120) }) + "}"
		}),
		"one long fragment, many spreads": "{...F0}" + repeat(800, numbered(" fragment F# on Query{...Z}")) + " fragment Z on Query{" + strings.Repeat("id ", 7_000) + "}",
		"operations over a chain":         repeat(500, numbered("query Q#{...F0} ")) + strings.TrimPrefix(chain(1_000), "{...F0}"),
		"almost too many steps":           "{...F0}" + repeat(12, numbered(" fragment F# on Query{...Z}")) + " fragment Z on Query{" + repeat(1_300, numbered("a#:a(n:1){id} ")) + "}",
		"unused fragments":                "{id}" + repeat(1_600, numbered(" fragment F# on Query{id}")),
		"unused variables":                "query(" + repeat(3_600, numbered("$v#:Int ")) + "){id}",
		"undefined variables":             "{a(x:[" + repeat(7_000, numbered("$v# ")) + "]){id}}",
		"variables used":                  "query(" + repeat(2_400, numbered("$v#:Int ")) + "){a(x:[" + repeat(2_400, numbered("$v# ")) + "]){id}}",
		"variables used in fragments":     "query(" + repeat(1_200, numbered("$v#:Int ")) + "){...F0}" + repeat(300, numbered(" fragment F# on Query{...Z}")) + " fragment Z on Query{a(x:[" + repeat(2_000, numbered("$v# ")) + "]){id}}",
		"nested input objects":            "{a(f:" + strings.Repeat("{and:", 300) + "{}" + strings.Repeat("}", 300) + "){id}}",
		"nested input lists":              "{a(f:" + strings.Repeat("{or:[", 490) + "{}" + strings.Repeat("]}", 490) + "){id}}",
		"nested lists":                    "{a(x:" + strings.Repeat("[", 990) + strings.Repeat("]", 990) + "){id}}",
		"one input field many times":      "{a(f:{" + strings.Repeat("n:1 ", 4_900) + "}){id}}",
		"unknown input fields":            "{a(f:{" + repeat(4_900, numbered("m#:1 ")) + "}){id}}",
		"unknown enum values":             "{" + repeat(1_600, numbered("a(e:VALU_#){id}")) + "}",
		"a long enum value":               "{a(e:" + long + "){id}}",
		"a long string for an enum":       `{a(e:"` + long + `"){id}}`,
		"unknown fields":                  "{" + repeat(14_900, numbered("u# ")) + "}",
		"a long unknown field":            "{" + long + "}",
		"a long unknown argument":         "{a(" + long + ":1){id}}",
		"a long unknown type":             "{...F} fragment F on " + long + "{id}",
		"unknown arguments":               "{a(" + repeat(4_900, numbered("b#:1 ")) + "){id}}",
		"one argument many times":         "{a(" + strings.Repeat("n:1 ", 4_900) + "){id}}",
		"unknown types":                   "{...F0}" + repeat(1_600, numbered(" fragment F# on Qury#{id}")),
		"unknown fragments":               "{" + repeat(7_400, numbered("...F# ")) + "}",
		"unknown directives":              "{id" + strings.Repeat("@a", 7_400) + "}",
		"repeatable directives":           "{id" + strings.Repeat("@note(a:1)", 2_100) + "}",
		"impossible spreads":              "{node{" + strings.Repeat("...on Thing{id}", 2_400) + "}}",
		"spreads on many types":           "{node{" + repeat(2_400, func(i int) string { return fmt.Sprintf("...on T%d{id}", i*2%400) }) + "}}",
		"types and abstract fields":       "{node{" + repeat(200, func(i int) string { return fmt.Sprintf("...on T%d{a:id}", i*2) }) + strings.Repeat("a:id ", 4_000) + "}}",
		"operations of one name":          strings.Repeat("query A{id} ", 2_900),
		"anonymous operations":            strings.Repeat("{id} ", 4_900),
		"nested introspection":            "{" + strings.Repeat("__schema{", 990) + "a" + strings.Repeat("}", 990) + "}",
		"introspection that fans out": "{__schema{types{...F0}}}" + repeat(30, func(i int) string {
			return fmt.Sprintf(" fragment F%d on __Type{ofType{...F%d} b:ofType{...F%d}}", i, i+1, i+1)
		}) + " fragment F30 on __Type{name}",
		"introspection many times": "{" + repeat(1_000, numbered("a#:__schema{types{fields{name}}}")) + "}",
		"fragments that fan out": "{...F0}" + repeat(40, func(i int) string {
			return fmt.Sprintf(" fragment F%d on Query{a:self{...F%d} b:self{...F%d}}", i, i+1, i+1)
		}) + " fragment F40 on Query{id}",
		"sets of fragments that multiply":   subsets(34),
		"fields of one key, long arguments": "{node{" + repeat(200, func(i int) string { return fmt.Sprintf("...on T%d{a:id}", i*2) }) + "} " + strings.Repeat(`a(x:[`+strings.Repeat("1 ", 2_000)+`]){id}`, 6) + "}",
	}
}

// subsets returns a document whose fragments combine into other sets at each level.
func subsets(depth int) string {
	var text strings.Builder
	text.WriteString("{ ...F0_0 }\n")
	for level := range depth {
		for i := range level + 1 {
			second := ""
			if i == 0 {
				second = fmt.Sprintf(" ...F%d_1", level+1)
			}
			next := i + min(i, 1)
			fmt.Fprintf(&text, "fragment F%d_%d on Query{a:self{...F%d_%d} b:self{...F%d_%d%s}}\n", level, i, level+1, next, level+1, next, second)
		}
	}
	return text.String()
}

func parse(t testing.TB, text string) *ast.QueryDocument {
	t.Helper()
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	require.NoError(t, err)
	return document
}

// BenchmarkValidate validates and prices each hostile document.
func BenchmarkValidate(b *testing.B) {
	schema := hostileSchema(b)
	list := limits.NewRuleList(limits.Options{})
	pricer := limits.NewPricer(schema, limits.Default())
	for name, text := range hostile() {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				document, err := parser.ParseQueryWithTokenLimit(&ast.Source{Input: text}, tokens)
				require.NoError(b, err)
				if errs := limits.Validate(schema, document, list); len(errs) > 0 {
					continue
				}
				for _, operation := range document.Operations {
					_ = limits.Default().Check(pricer.Price(operation), nil)
				}
			}
		})
	}
}

package operation

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
)

func literalsParser(t testing.TB) *Parser {
	t.Helper()
	schema, err := gqlparser.LoadSchema(&ast.Source{Input: `
		scalar Date
		directive @note(text: String) on FIELD
		enum Color { RED }
		input Range { low: Int high: Float of: [ID!] day: Date }
		type Query { a(n: Int, f: Float, id: ID, s: String, c: Color, r: Range, list: [Int], day: Date): Int b: Query }`})
	require.NoError(t, err)
	bounds := DefaultLimits()
	bounds.Rules.Document.Aliases, bounds.Rules.Document.RootFields = 1000, 1000
	return NewParser(schema, bounds)
}

// TestLiteralsBecomeVariables checks that documents that differ only in literals share an
// operation, if each literal is of a built-in scalar.
func TestLiteralsBecomeVariables(t *testing.T) {
	t.Parallel()
	p := literalsParser(t)
	for _, c := range []struct {
		name, first, then string
		values            map[string]any // the other document's values; nil if it needs an operation of its own
	}{
		{"numbers", `{a(n: 1, f: 2, id: 3)}`, `{a(n: -10, f: 20, id: 30)}`,
			map[string]any{"n": json.Number("-10"), "f": json.Number("20"), "id": "30"}},
		{"floats", `{a(f: 1.5)}`, `{a(f: 2e3)}`, map[string]any{"f": json.Number("2e3")}},
		{"strings", `{a(s: "x", id: "y")}`, `{a(s: "a \"b\" \u00e9 # c", id: "")}`, map[string]any{"s": `a "b" é # c`, "id": ""}},
		{"block strings", `{a(s: """x""")}`, "{a(s: \"\"\"\n  a \\\"\"\" \"b\"\n    c\n\"\"\")}", map[string]any{"s": "a \"\"\" \"b\"\n  c"}},
		{"what is not ASCII", `{a(s: "ä") b {a(n: 1)}}`, `{a(s: "日本") b {a(n: 2)}}`, map[string]any{"s": "日本", "n": json.Number("2")}},
		{"inside of values", `{a(r: {low: 1, high: 2, of: ["a", 3]}, list: [4])}`, `{a(r: {low: 5, high: 6, of: ["b", 7]}, list: [8])}`,
			map[string]any{"low": json.Number("5"), "high": json.Number("6"), "of": "b", "of2": "7", "list": json.Number("8")}},
		{"one value twice", `{a(n: 1) b {a(n: 1)}}`, `{a(n: 2) b {a(n: 2)}}`, map[string]any{"n": json.Number("2")}},
		{"one value of two types", `{a(n: 1, f: 1)}`, `{a(n: 2, f: 2)}`, map[string]any{"n": json.Number("2"), "f": json.Number("2")}},
		{"a client's variable of the name", `query($n: Int) {a(n: $n) x: a(n: 1)}`, `query($n: Int) {a(n: $n) x: a(n: 2)}`, map[string]any{"n2": json.Number("2")}},
		{"fragments", `{...F} fragment F on Query {a(n: 1)}`, `{...F} fragment F on Query {a(n: 2)}`, map[string]any{"n": json.Number("2")}},
		{"comments", "{a(n: 1) # it's 1 \"\n}", "{a(n: 2) # it's 1 \"\n}", map[string]any{"n": json.Number("2")}},
		{"a default that is the same", `query($n: Int = 7) {a(n: $n) x: a(n: 1)}`, `query($n: Int = 7) {a(n: $n) x: a(n: 2)}`, map[string]any{"n2": json.Number("2")}},

		{"a default", `query($n: Int = 7) {a(n: $n) x: a(n: 1)}`, `query($n: Int = 8) {a(n: $n) x: a(n: 2)}`, nil},
		{"a directive", `{a(n: 1) @note(text: "x")}`, `{a(n: 1) @note(text: "y")}`, nil},
		{"a scalar of a subgraph's own", `{a(n: 1, day: "x", r: {day: 5})}`, `{a(n: 1, day: "y", r: {day: 6})}`, nil},
		{"a list without brackets", `{a(n: 2, list: 1)}`, `{a(n: 2, list: 3)}`, nil},
		{"too large for its type", `{a(n: 1)}`, `{a(n: 3000000000)}`, nil},
		{"no number", `{a(n: 1)}`, `{a(n: 01)}`, nil},
		{"no string", `{a(s: "a")}`, `{a(s: "\x")}`, nil},
		{"a line break in a string", `{a(s: "a")}`, "{a(s: \"\n\")}", nil},
	} {
		first, ok := FormOf(c.first)
		require.True(t, ok, c.name)
		then, ok := FormOf(c.then)
		require.True(t, ok, c.name)
		require.Equal(t, first.Key, then.Key, c.name)
		op, err := p.ParseShared(c.first, "", first)
		require.NoError(t, err, c.name)
		require.True(t, c.values == nil || op.Shared(), c.name)
		if !op.Shared() {
			continue
		}
		_, ok = op.Bind(first)
		require.True(t, ok, c.name)
		values, ok := op.Bind(then)
		require.Equal(t, c.values != nil, ok, c.name)
		require.Equal(t, c.values, values, c.name)
		variables, err := op.Coerce(map[string]any{"n": json.Number("9")})
		require.NoError(t, err, "clients need not provide the variables that replace literals")
		for name := range values {
			_, clients := variables[name]
			require.False(t, clients, c.name)
		}
	}
}

func TestFormsAreTold(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]string{
		{`{a(n: 1) b: a(n: 1)}`, `{a(n: 1) b: a(n: 2)}`}, // equal literals decide whether fields conflict
		{`{a(f: 1)}`, `{a(f: 1.0)}`},
		{`{a(id: 1)}`, `{a(id: "1")}`},
		{`{a(n: 1)}`, `{a(m: 1)}`},
		{`{a(n: 1)}`, `{a(n: 1) }`},
		{`{a1(n: 1)}`, `{a2(n: 1)}`},
		{`{a(n: [1, 2])}`, `{a(n: [1-2])}`},
	} {
		first, _ := FormOf(c[0])
		then, _ := FormOf(c[1])
		require.NotEqual(t, first.Key, then.Key, c)
	}
	for _, text := range []string{`{a}`, ``, `{a1 _2 @include(if: true)}`, "# 1", `{a(n: "x}`, `{a(n: """x")}`, "{a(n: 1) \x00}"} {
		_, ok := FormOf(text)
		require.False(t, ok, text)
	}
}

// FuzzForm compares FormOf with the parser: the literals it finds are those of the document, and a
// document of the same form with other literals is equally valid.
func FuzzForm(f *testing.F) {
	for _, text := range []string{
		`{a(n: 1, s: "x\"y", r: {low: -2, of: ["3"]})}`, "query($n: Int = 4) {a(n: $n) b {a(f: 1e5, s: \"\"\"\n b \\\"\"\"\n\"\"\")}} # 5",
		`{...F b {...F}} fragment F on Query {a(n: 1, list: [1, 2, 1], day: "x") @note(text: "y")}`, `{a(n: [1-2])}`,
	} {
		f.Add(text, `{a(n: 5)}`)
	}
	p := literalsParser(f)
	f.Fuzz(func(t *testing.T, text, other string) {
		form, ok := FormOf(text)
		if !ok {
			return
		}
		op, err := p.ParseShared(text, "", form)
		if err != nil || !op.Shared() {
			return
		}
		if _, ok := op.Bind(form); !ok && len(op.shared.stay) == 0 {
			for _, s := range op.shared.slots {
				if s.scalar != "ID" {
					t.Fatalf("the first document of a form does not match it: %q", text)
				}
			}
		}
		same, ok := FormOf(other)
		if !ok || same.Key != form.Key {
			return
		}
		if _, bound := op.Bind(same); !bound {
			return
		}
		if _, err := parser.ParseQuery(&ast.Source{Input: other}); err != nil {
			t.Fatalf("%q has the form of %q, but is not a document: %s", other, text, err)
		}
		if _, err := p.Parse(other, ""); err != nil {
			t.Fatalf("%q has the form of %q, but is not valid: %s", other, text, err)
		}
	})
}

// TestManyLiteralsOfOneName checks that naming the variables of many literals with one name takes
// one step for each. (Allocations cannot be counted in parallel.)
func TestManyLiteralsOfOneName(t *testing.T) {
	p := literalsParser(t)
	var text strings.Builder
	text.WriteByte('{')
	for i := range 1_000 {
		fmt.Fprintf(&text, `x%d: a(s: "v%d") `, i, i)
	}
	text.WriteByte('}')
	form, ok := FormOf(text.String())
	require.True(t, ok)
	allocated := testing.AllocsPerRun(1, func() {
		op, err := p.ParseShared(text.String(), "", form)
		require.NoError(t, err)
		require.Len(t, op.Variables, 1_000)
		require.Equal(t, "s1000", op.Variables[999].Variable)
	})
	require.Less(t, allocated, 100_000.0)
}

// TestLiteralOfTypeIsNotShared checks that the type that __type names stays a literal, because the
// cost depends on the type.
func TestLiteralOfTypeIsNotShared(t *testing.T) {
	t.Parallel()
	p := literalsParser(t)
	text := func(name string) string { return `{__type(name: "` + name + `") {fields {name}} a(n: 1)}` }
	form, ok := FormOf(text("Query"))
	require.True(t, ok)
	op, err := p.ParseShared(text("Query"), "", form)
	require.NoError(t, err)
	require.True(t, op.Shared())
	values, ok := op.Bind(form)
	require.True(t, ok)
	require.Equal(t, map[string]any{"n": json.Number("1")}, values)
	other, ok := FormOf(text("Int"))
	require.True(t, ok)
	require.Equal(t, form.Key, other.Key)
	_, ok = op.Bind(other)
	require.False(t, ok)
}

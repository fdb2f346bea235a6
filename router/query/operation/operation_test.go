package operation_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestParse runs the golden files: a schema, a document (with the operation's name in
// operationName, if any), and the result.
func TestParse(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		limits := operation.Limits{Tokens: 1000, Fields: 40, Visits: 80}
		parser := operation.NewParser(schema(t, c.Text("schema.graphqls")), limits)
		name := strings.TrimSpace(c.Text("operationName"))
		c.Compare(t, golden.Section{Name: "out", Text: print(parser.Parse(c.Text("query.graphql"), name))})
	})
}

func schema(t testing.TB, text string) *ast.Schema {
	t.Helper()
	s, err := gqlparser.LoadSchema(&ast.Source{Name: "schema.graphqls", Input: text})
	require.NoError(t, err)
	return s
}

func print(op *operation.Operation, err error) string {
	var refused *operation.Error
	if errors.As(err, &refused) {
		var out strings.Builder
		for _, e := range refused.Errors {
			fmt.Fprintf(&out, "%s %s\n", e.Extensions["code"], e.Message)
		}
		return out.String()
	}
	var out strings.Builder
	fmt.Fprintf(&out, "%s %s on %s\n", op.Kind, op.Name, op.RootType)
	printFields(&out, op.Fields, 1)
	return out.String()
}

func printFields(out *strings.Builder, fields []*operation.Field, indent int) {
	for _, f := range fields {
		fmt.Fprintf(out, "%s%s = %s.%s", strings.Repeat("  ", indent), f.Key, f.Parent.Name, f.Name)
		for _, arg := range f.Arguments {
			fmt.Fprintf(out, " %s:%s", arg.Name, arg.Value)
		}
		if f.Types != nil {
			fmt.Fprintf(out, " for %s", strings.Join(f.Types.Names, ","))
		}
		if text := operation.PrintDirectives(f.Directives); text != "" {
			out.WriteString(" " + text)
		}
		for _, c := range f.Conditions {
			fmt.Fprintf(out, " if %s=%t", c.Variable, !c.Skip)
		}
		out.WriteByte('\n')
		printFields(out, f.Fields, indent+1)
	}
}

const deep = `type Query { node: Node } type Node { a: Node b: Node name: String }`

// TestFanOutIsRefused checks that fragments that double at every level, up to 2^40 fields, are
// refused without trying.
func TestFanOutIsRefused(t *testing.T) {
	t.Parallel()
	var document strings.Builder
	document.WriteString("{ node { ...F0 } }")
	for i := range 40 {
		fmt.Fprintf(&document, " fragment F%d on Node { a { ...F%d } b { ...F%d } }", i, i+1, i+1)
	}
	document.WriteString(" fragment F40 on Node { name }")
	_, err := operation.NewParser(schema(t, deep), operation.DefaultLimits()).Parse(document.String(), "")
	var refused *operation.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, operation.CodeTooLarge, refused.Errors[0].Extensions["code"])
}

// TestRepeatedSpreadsMerge checks that a fragment that is spread many times at one position is one
// set of fields.
func TestRepeatedSpreadsMerge(t *testing.T) {
	t.Parallel()
	var document strings.Builder
	document.WriteString("{ node { ...F0 } }")
	for i := range 40 {
		fmt.Fprintf(&document, " fragment F%d on Node { ...F%d ...F%d }", i, i+1, i+1)
	}
	document.WriteString(" fragment F40 on Node { name }")
	op, err := operation.NewParser(schema(t, deep), operation.DefaultLimits()).Parse(document.String(), "")
	require.NoError(t, err)
	require.Equal(t, "query  on Query\n  node = Query.node\n    name = Node.name\n", print(op, nil))
}

func TestCoerce(t *testing.T) {
	t.Parallel()
	parser := operation.NewParser(schema(t, `
		type Query { f(n: Int, in: In, e: E): Int }
		input In { name: String! size: Int = 3 }
		enum E { A B }`), operation.DefaultLimits())
	op, err := parser.Parse(`query($n: Int = 7, $in: In, $e: E) { f(n: $n, in: $in, e: $e) }`, "")
	require.NoError(t, err)
	for name, test := range map[string]struct{ in, out, message string }{
		"default":    {in: `{}`, out: `{"n":7}`},
		"null":       {in: `{"n":null}`, out: `{"n":null}`},
		"object":     {in: `{"in":{"name":"x"}}`, out: `{"in":{"name":"x","size":3},"n":7}`},
		"enum":       {in: `{"e":"B"}`, out: `{"e":"B","n":7}`},
		"wrong type": {in: `{"n":"7"}`, message: "$n"},
		"float":      {in: `{"n":1.5}`, message: "$n"},
		"wrong enum": {in: `{"e":"C"}`, message: "$e"},
		"no name":    {in: `{"in":{}}`, message: "$in.name"},
		"unknown":    {in: `{"in":{"name":"x","nope":1}}`, message: "$in.nope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			decoder := json.NewDecoder(strings.NewReader(test.in))
			decoder.UseNumber()
			var values map[string]any
			require.NoError(t, decoder.Decode(&values))
			got, err := op.Coerce(values)
			if test.message != "" {
				var refused *operation.Error
				require.ErrorAs(t, err, &refused)
				require.Contains(t, refused.Errors[0].Message, test.message)
				require.Equal(t, operation.CodeVariables, refused.Errors[0].Extensions["code"])
				return
			}
			require.NoError(t, err)
			text, err := json.Marshal(got)
			require.NoError(t, err)
			require.JSONEq(t, test.out, string(text))
		})
	}
}

// TestCoerceDefaults checks that the default of a variable can be an empty list, even if the items
// are non-null.
func TestCoerceDefaults(t *testing.T) {
	t.Parallel()
	parser := operation.NewParser(schema(t, `
		type Query { f(list: [Int!], in: In): Int }
		input In { lists: [[Int]] }`), operation.DefaultLimits())
	op, err := parser.Parse(`query($list: [Int!] = [], $in: In = {lists: [[], [1, null]]}) { f(list: $list, in: $in) }`, "")
	require.NoError(t, err)
	got, err := op.Coerce(nil)
	require.NoError(t, err)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	require.JSONEq(t, `{"list":[],"in":{"lists":[[],[1,null]]}}`, string(text))
}

func FuzzParse(f *testing.F) {
	parser := operation.NewParser(schema(f, deep), operation.Limits{Tokens: 500, Fields: 100, Visits: 1000})
	f.Add(`{ node { a { name } ...F } } fragment F on Node { b { name } }`)
	f.Add(`query A($x: Boolean!) { node @skip(if: $x) { name @include(if: true) } } query B { __typename }`)
	f.Add(`query($a: Boolean!, $b: Boolean!) { node { a @include(if: $a) { name } ... @skip(if: $b) { a { name } ...F @include(if: $a) } } }
		fragment F on Node { a @skip(if: $a) { name } }`)
	f.Fuzz(func(t *testing.T, document string) {
		op, err := parser.Parse(document, "")
		if (op == nil) == (err == nil) {
			t.Fatal("neither operation nor error, or both")
		}
	})
}

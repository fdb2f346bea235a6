package response_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
)

const propertySchema = `
type Query { a: A list: [[A!]]! any: [U!] node: Node strict: B! e: [E!] }
interface Node { id: ID! }
type A implements Node { id: ID! n: Int! f: Float s: String! b: B node: Node! }
type B implements Node { id: ID! flag: Boolean! e: E u: U any: Any! }
union U = A | B
enum E { ONE TWO }
scalar Any
`

const propertyOperation = `
query($x: Boolean!) {
  __typename
  a { ...A }
  list { __typename n @include(if: $x) s ... on Node { id } }
  any { __typename ... on A { n b { __typename flag } } ... on Node { id } ... on B { u { __typename ... on B { any } } } }
  node { __typename id }
  strict { ...B }
  other: a { __typename b { ...B } }
  e
}
fragment A on A { __typename id n f s b { ...B } node { __typename ... on A { n } } }
fragment B on B { __typename id flag e u { __typename ... on A { s } } }
`

func load(t testing.TB, sdl, text string) (*ast.Schema, *operation.Operation) {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: sdl})
	op, err := operation.NewParser(schema, operation.DefaultLimits()).Parse(text, "")
	require.NoError(t, err)
	return schema, op
}

// TestCompletionConforms checks that the response is JSON that the operation and the schema allow,
// whatever the subgraphs answer and however it is attached and marked.
func TestCompletionConforms(t *testing.T) {
	t.Parallel()
	schema, op := load(t, propertySchema, propertyOperation)
	shape := response.NewShape(schema, op)
	rapid.Check(t, func(t *rapid.T) {
		variables := map[string]any{"x": rapid.Bool().Draw(t, "x")}
		data := drawData(t, schema)
		body, count := shape.Complete(nil, data, response.Options{Variables: variables, RequestID: "r"})
		plain, _ := shape.Complete(nil, data, response.Options{Variables: variables, RequestID: "r", Plain: true})
		if !bytes.Equal(body, plain) {
			t.Fatalf("%s, and on the plain path %s", body, plain)
		}
		var got struct {
			Data   any
			Errors []json.RawMessage
		}
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.UseNumber()
		if err := decoder.Decode(&got); err != nil || !json.Valid(body) || len(got.Errors) != count {
			t.Fatalf("%d errors, %v: %s", count, err, body)
		}
		if got.Data == nil {
			if count == 0 {
				t.Fatalf("data is null without an error: %s", body)
			}
			return
		}
		c := conformance{schema: schema, variables: variables}
		if problem := c.object(got.Data, schema.Query, op.Fields); problem != "" {
			t.Fatalf("%s: %s", problem, body)
		}
	})
}

// drawData makes sources that mostly follow the schema, joined at random.
func drawData(t *rapid.T, schema *ast.Schema) *response.Data {
	g := generator{schema: schema, random: rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))}
	g.broken = rapid.IntRange(0, 30).Draw(t, "percent broken")
	const sources = 5
	data := new(response.Data)
	data.Reset(schema, sources)
	var objects []response.Ref
	for source := range sources {
		root := schema.Query
		if source >= 2 {
			root = schema.Types[[]string{"A", "B"}[source%2]]
		}
		if err := data.Tape(source).Parse([]byte(g.object(root, 4))); err != nil {
			t.Fatal(err)
		}
		if source < 2 {
			data.AddRoot(data.Body(source))
			objects = collectObjects(data, data.Body(source), objects)
		}
	}
	mark := data.AddMark(response.Mark{
		Failure:    response.Failure{Code: "TIMEOUT", Message: "late", Subgraph: "s"},
		Selections: []plan.Selection{{Name: "n"}, {Name: "b", Selections: []plan.Selection{{Name: "flag"}}}, {On: "B", Selections: []plan.Selection{{Name: "e"}}}},
	})
	for _, object := range objects {
		switch g.random.IntN(6) {
		case 0:
			data.MarkObject(object, mark)
		case 1, 2:
			if entity := data.Body(2 + g.random.IntN(sources-2)); data.Kind(entity) == response.Object {
				data.Attach(object, entity)
			}
		}
	}
	if g.random.IntN(4) == 0 {
		data.AddError(response.Error{
			Path:    response.Path{{Key: "a"}, {Key: "internal"}},
			Failure: response.Failure{Code: "X", Message: "\x00\"\xff", Subgraph: "s", Passed: true},
		})
	}
	return data
}

func collectObjects(data *response.Data, at response.Ref, into []response.Ref) []response.Ref {
	if data.Kind(at) == response.Object {
		into = append(into, at)
	}
	for item := range data.Items(at) {
		into = collectObjects(data, item, into)
	}
	return into
}

// generator writes JSON for types, some of it invalid.
type generator struct {
	schema *ast.Schema
	random *rand.Rand
	broken int // percent
}

func (g *generator) wrong() bool { return g.random.IntN(100) < g.broken }

func (g *generator) object(d *ast.Definition, depth int) string {
	if d.IsAbstractType() {
		d = g.schema.Types[[]string{"A", "B"}[g.random.IntN(2)]]
	}
	members := []string{}
	if !g.wrong() {
		name := d.Name
		if g.wrong() {
			name = "Node"
		}
		members = append(members, `"__typename":`+strconv.Quote(name))
	}
	for _, f := range d.Fields {
		if strings.HasPrefix(f.Name, "__") || g.wrong() {
			continue
		}
		members = append(members, strconv.Quote(f.Name)+":"+g.value(f.Type, depth))
		if f.Name == "a" {
			members = append(members, `"other":`+g.value(f.Type, depth))
		}
	}
	return "{" + strings.Join(members, ",") + "}"
}

func (g *generator) value(t *ast.Type, depth int) string {
	switch {
	case g.wrong():
		return []string{"null", "1", `"x"`, "{}", "[]", "true", "1.5", "[null]", `"THREE"`}[g.random.IntN(9)]
	case depth <= 0:
		return "null"
	case t.Elem != nil:
		items := make([]string, g.random.IntN(3))
		for i := range items {
			items[i] = g.value(t.Elem, depth-1)
		}
		return "[" + strings.Join(items, ",") + "]"
	}
	leaves := map[string]string{"Int": "7", "Float": "1.5", "String": `"s"`, "ID": "1", "Boolean": "true", "E": `"ONE"`, "Any": `{"x":[1]}`}
	if leaf, ok := leaves[t.NamedType]; ok {
		return leaf
	}
	return g.object(g.schema.Types[t.NamedType], depth-1)
}

// conformance reports where a response deviates from the operation and the schema.
type conformance struct {
	schema    *ast.Schema
	variables map[string]any
}

func (c conformance) object(value any, static *ast.Definition, fields []*operation.Field) string {
	object, ok := value.(map[string]any)
	if !ok {
		return fmt.Sprintf("%v is no %s", value, static.Name)
	}
	name, _ := object["__typename"].(string)
	d := c.schema.Types[name]
	if d == nil || d.Kind != ast.Object {
		return fmt.Sprintf("%q is no object type", name)
	}
	asked := map[string][]*operation.Field{}
	for _, f := range fields {
		if f.Types.Has(name) && response.AnyHolds([][]operation.Condition{f.Conditions}, c.variables) {
			asked[f.Key] = append(asked[f.Key], f)
		}
	}
	if len(asked) != len(object) {
		return fmt.Sprintf("%v does not have the selected fields", object)
	}
	for key, group := range asked {
		if problem := c.field(object[key], d, group); problem != "" {
			return key + ": " + problem
		}
	}
	return ""
}

func (c conformance) field(value any, d *ast.Definition, group []*operation.Field) string {
	if group[0].Name == "__typename" {
		return ""
	}
	var inner []*operation.Field
	for _, f := range group {
		inner = append(inner, f.Fields...)
	}
	return c.value(value, d.Fields.ForName(group[0].Name).Type, inner)
}

func (c conformance) value(value any, t *ast.Type, fields []*operation.Field) string {
	if value == nil {
		if t.NonNull {
			return "null for " + t.String()
		}
		return ""
	}
	if t.Elem != nil {
		items, ok := value.([]any)
		if !ok {
			return "no list"
		}
		for i, item := range items {
			if problem := c.value(item, t.Elem, fields); problem != "" {
				return strconv.Itoa(i) + ": " + problem
			}
		}
		return ""
	}
	return c.named(value, c.schema.Types[t.NamedType], fields)
}

func (c conformance) named(value any, d *ast.Definition, fields []*operation.Field) string {
	if d.IsCompositeType() {
		return c.object(value, d, fields)
	}
	text, isString := value.(string)
	number, isNumber := value.(json.Number)
	_, isBool := value.(bool)
	_, notWhole := strconv.ParseInt(number.String(), 10, 32)
	fits := map[string]bool{
		"Int": isNumber && notWhole == nil, "Float": isNumber, "String": isString, "ID": isString, "Boolean": isBool,
		"E": isString && d.EnumValues.ForName(text) != nil, "Any": true,
	}
	if !fits[d.Name] {
		return fmt.Sprintf("%v is no %s", value, d.Name)
	}
	return ""
}

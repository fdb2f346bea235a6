package response

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/operation"
)

// drawRepeating draws objects within each other, of few kinds, so that they come again; some long, some with names or
// strings that have escapes.
func drawRepeating(t *rapid.T, depth int) string {
	id := rapid.IntRange(0, 2).Draw(t, "id")
	text := fmt.Sprintf(`{"id":"object-%d","s":"%s"`, id, strings.Repeat("long ", 4*id))
	switch rapid.IntRange(0, 6).Draw(t, "more") {
	case 0:
		text += `,"\u006e":1,"n":2`
	case 1:
		text += `,"n":null`
	case 2:
		text += ` , "n" : 1`
	}
	for _, key := range []string{"a", "b"} {
		if depth > 0 && rapid.Bool().Draw(t, key) {
			text += `,"` + key + `":` + drawRepeating(t, depth-1)
		}
	}
	if depth > 0 && rapid.Bool().Draw(t, "list") {
		item := drawRepeating(t, depth-1)
		text += `,"list":[` + item + "," + drawRepeating(t, depth-1) + "," + item + "]"
	}
	return text + "}"
}

// What comes again is read as what came first: the tapes are equal, and so are the errors of what is no JSON.
func TestRepeatedIsParsedAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one := drawRepeating(t, 2)
		text := []byte("[" + one + "," + drawRepeating(t, 2) + "," + one + "]")
		if rapid.IntRange(0, 3).Draw(t, "break") == 0 {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = '"'
		}
		var quick, plain Tape
		got, want := quick.Parse(text), plain.parse(text, true)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if string(quick.text) == string(plain.text) { // else a name with escapes was decoded more than once
			if diff := cmp.Diff(plain.nodes, quick.nodes, cmp.AllowUnexported(node{}, span{})); diff != "" {
				t.Fatal(diff)
			}
		}
		for i := range plain.nodes {
			if string(plain.key(&plain.nodes[i])) != string(quick.key(&quick.nodes[i])) {
				t.Fatalf("the name of node %d", i)
			}
		}
	})
}

// Nothing is nested deeper because it was read before where there was more room.
func TestRepeatedIsNotTooDeep(t *testing.T) {
	t.Parallel()
	nested := strings.Repeat(`{"a":`, MaxDepth-10) + `{"id":"an object that is long"}` + strings.Repeat("}", MaxDepth-10)
	text := "[" + nested + "," + strings.Repeat("[", 20) + nested + strings.Repeat("]", 20) + "]"
	var tape Tape
	require.NoError(t, tape.Parse([]byte(nested)))
	require.ErrorContains(t, tape.Parse([]byte(text)), "nested deeper")
}

// What is printed again is what would be printed: whatever entities are attached to which of the objects.
func TestRepeatedIsCompletedAlike(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { a: O b: O list: [O] }
		type O { id: ID! s: String n: Int name: String! a: O b: O list: [O!] }`})
	op, err := operation.NewParser(schema, operation.DefaultLimits()).Parse(`
		{ a { ...X list { ...X } } b { ...X } list { id n a { ...X } } }
		fragment X on O { id s n name a { id name list { id name s } } b { name id a { name } } list { name n } }`, "")
	require.NoError(t, err)
	shape := NewShape(schema, op)
	rapid.Check(t, func(t *rapid.T) {
		one := drawRepeating(t, 2)
		data := new(Data)
		data.Reset(schema, 3)
		require.NoError(t, data.Tape(0).Parse([]byte(`{"a":`+one+`,"list":[`+one+`,`+one+`,null],"b":`+drawRepeating(t, 3)+`}`)))
		data.AddRoot(data.Body(0))
		for source := 1; source < 3; source++ {
			text := `[{"name":"first"},{"name":"second","b":` + one + `},{"name":"third","n":3}]`
			require.NoError(t, data.Tape(source).Parse([]byte(text)))
		}
		everywhere := rapid.IntRange(0, 2).Draw(t, "entity for all")
		for at := range data.Tape(0).nodes {
			if at == 0 || data.Tape(0).nodes[at].kind != Object {
				continue
			}
			which := rapid.SampledFrom([]int{everywhere, everywhere, everywhere, everywhere, 0, 1, 2}).Draw(t, "entity")
			source := rapid.SampledFrom([]int{1, 1, 1, 2}).Draw(t, "source")
			for entity := range data.Items(data.Body(source)) {
				if which--; which == -1 {
					data.Attach(Ref{0, uint32(at)}, entity)
				}
			}
		}
		quick, errors := shape.Complete(nil, data, Options{})
		plain, plainErrors := shape.Complete(nil, data, Options{Plain: true})
		if string(quick) != string(plain) || errors != plainErrors {
			t.Fatalf("%s\nplain:\n%s", quick, plain)
		}
	})
}

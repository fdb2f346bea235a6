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

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// drawRepeating draws nested objects of few kinds, so that they repeat; some are long, some have
// names or strings with escapes.
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

// plainly writes a node as JSON, with all names decoded.
func plainly(t *Tape, at uint32) string {
	at = t.real(at)
	n := &t.nodes[at]
	if n.kind < List {
		return string(t.raw(n))
	}
	var out strings.Builder
	for i := at + 1; i < n.skip; i = t.nodes[i].skip {
		fmt.Fprintf(&out, "%q:%s,", t.key(&t.nodes[i]), plainly(t, i))
	}
	return fmt.Sprint(n.kind, "(", out.String(), ")")
}

// TestSharedIsParsedAlike checks that parsing with twins reads the same values as Parse, and
// refuses a text for the same reason.
func TestSharedIsParsedAlike(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		one := drawRepeating(t, 2)
		text := []byte("[" + one + "," + drawRepeating(t, 2) + "," + one + "]")
		if rapid.IntRange(0, 3).Draw(t, "break") == 0 {
			text[rapid.IntRange(0, len(text)-1).Draw(t, "at")] = '"'
		}
		var shared, plain Tape
		got, want := shared.ParseShared(text), plain.ParsePlain(text)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
		if want == nil && plainly(&shared, 0) != plainly(&plain, 0) {
			t.Fatalf("%s\nplain:\n%s", plainly(&shared, 0), plainly(&plain, 0))
		}
	})
}

// TestSharedOnlyAtOnePlace checks that equal objects at different positions are not twins, because
// different data may be fetched for them.
func TestSharedOnlyAtOnePlace(t *testing.T) {
	t.Parallel()
	var tape Tape
	require.NoError(t, tape.ParseShared([]byte(`{"a":[{"id":1},{"id":1}],"b":[[{"id":1}],{"id":1}]}`)))
	twins := map[string]int{}
	for _, name := range []string{"a", "b"} {
		list := tape.find(0, name)
		for _, n := range tape.nodes[list:tape.nodes[list].skip] {
			if n.kind == twin {
				twins[name]++
				require.Greater(t, n.link, list)
				require.Less(t, n.link, tape.nodes[list].skip)
			}
		}
	}
	require.Equal(t, map[string]int{"a": 1, "b": 1}, twins)
}

// TestSharedIsNotTooDeep checks that a twin does not exceed the depth limit where its first
// occurrence did not.
func TestSharedIsNotTooDeep(t *testing.T) {
	t.Parallel()
	nested := strings.Repeat(`{"a":`, maxDepth-10) + `{"id":"an object that is long"}` + strings.Repeat("}", maxDepth-10)
	text := "[" + nested + "," + strings.Repeat("[", 20) + nested + strings.Repeat("]", 20) + "]"
	var tape Tape
	require.NoError(t, tape.ParseShared([]byte(nested)))
	require.ErrorContains(t, tape.ParseShared([]byte(text)), "nested deeper")
}

// attachAlike attaches entities to all objects below a node: the same one to objects with the same
// text at the same position.
func attachAlike(d *Data, at Ref, place string, choose func(id string) int) {
	if d.Kind(at) == List {
		for item := range d.Items(at) {
			attachAlike(d, item, place, choose)
		}
		return
	}
	if d.Kind(at) != Object {
		return
	}
	which := choose(place + string(d.Raw(at)))
	for entity := range d.Items(d.Body(1 + which%2)) {
		if which -= 2; which < 0 {
			d.Attach(at, entity)
			break
		}
	}
	t := d.tapes[at.source]
	for i := at.node + 1; i < t.nodes[at.node].skip; i = t.nodes[i].skip {
		attachAlike(d, Ref{at.source, t.real(i)}, place+"."+string(t.key(&t.nodes[i])), choose)
	}
}

// TestSharedIsCompletedAlike checks that the output with twins equals the output without, whatever
// entities are attached to which objects.
func TestSharedIsCompletedAlike(t *testing.T) {
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
		body := []byte(`{"a":` + one + `,"list":[` + one + `,` + one + `,null],"b":` + drawRepeating(t, 3) + `}`)
		entities := []byte(`[{"name":"first"},{"name":"second","b":` + one + `},{"name":"third","n":3}]`)
		drawn := map[string]int{}
		choose := func(id string) int {
			which, known := drawn[id]
			if !known {
				which = rapid.IntRange(0, 7).Draw(t, "entity") // 6 and 7 for none
				drawn[id] = which
			}
			return which
		}
		complete := func(parse func(*Tape, []byte) error, o Options) string {
			data := new(Data)
			data.Reset(schema, 3)
			require.NoError(t, parse(data.Tape(0), body))
			require.NoError(t, parse(data.Tape(1), entities))
			require.NoError(t, parse(data.Tape(2), entities))
			for source := range 3 {
				data.Take(source)
			}
			data.AddRoot(data.Body(0))
			attachAlike(data, data.Body(0), "", choose)
			out, errors := shape.Complete(nil, data, o)
			return fmt.Sprint(errors, string(out))
		}
		shared, plain := complete((*Tape).ParseShared, Options{}), complete((*Tape).ParsePlain, Options{Plain: true})
		if shared != plain {
			t.Fatalf("%s\nplain:\n%s", shared, plain)
		}
	})
}

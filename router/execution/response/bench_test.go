package response_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

const benchSchema = `
type Query { products: [Product!]! }
type Product { id: ID! title: String! price: Int! stock: Stock category: Category! reviews: [Review!] }
type Category { id: ID! name: String }
type Review { id: ID! text: String! stars: Int! author: Author }
type Author { id: ID! name: String }
enum Stock { MANY FEW NONE }
`

const benchOperation = `{ products { id title price stock category { id name } reviews { id text stars author { id name } } } }`

// benchBody returns an answer of about 87 KB, the size of the public gateway benchmark's.
func benchBody() []byte {
	var body strings.Builder
	body.WriteString(`{"data":{"products":[`)
	for i := range 90 {
		if i > 0 {
			body.WriteByte(',')
		}
		fmt.Fprintf(&body, `{"id":"prd_%d","title":"A product of some name %d","price":%d,"stock":"FEW","category":{"id":"c%d","name":"Things"},"reviews":[`, i, i, i*100, i%7)
		for j := range 6 {
			if j > 0 {
				body.WriteByte(',')
			}
			fmt.Fprintf(&body, `{"id":"rev_%d_%d","text":"It is what it says, and that is not a little: I would buy it again.","stars":%d,"author":{"id":"usr_%d","name":"Ada"}}`, i, j, j%5, j)
		}
		body.WriteString("]}")
	}
	body.WriteString("]}}")
	return []byte(body.String())
}

func BenchmarkParse(b *testing.B) {
	body := benchBody()
	var tape response.Tape
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := tape.Parse(body); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkParseShared is BenchmarkParse with the search for twins, of which there are few.
func BenchmarkParseShared(b *testing.B) {
	body := benchBody()
	var tape response.Tape
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if err := tape.ParseShared(body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkComplete(b *testing.B) {
	complete := completeBench(b)
	b.SetBytes(int64(len(complete())))
	b.ReportAllocs()
	for b.Loop() {
		complete()
	}
}

// BenchmarkFirst measures the first answer to an operation, for which the shape is compiled, with
// as little data as has objects of each type.
func BenchmarkFirst(b *testing.B) {
	schema, op := load(b, benchSchema, benchOperation)
	data := new(response.Data)
	data.Reset(schema, 1)
	require.NoError(b, data.Tape(0).Parse([]byte(`{"products":[{"id":"1","title":"","price":1,"stock":"FEW","category":{"id":"1","name":""},
		"reviews":[{"id":"1","text":"","stars":1,"author":{"id":"1","name":""}}]}]}`)))
	data.AddRoot(data.Body(0))
	var buffer []byte
	b.ReportAllocs()
	for b.Loop() {
		buffer, _ = response.NewShape(schema, op).Complete(buffer[:0], data, response.Options{})
	}
}

// completeBench returns a function that parses and completes the data of one source.
func completeBench(t testing.TB) func() []byte {
	t.Helper()
	schema, op := load(t, benchSchema, benchOperation)
	shape := response.NewShape(schema, op)
	data := new(response.Data)
	data.Reset(schema, 1)
	require.NoError(t, data.Tape(0).Parse(benchBody()))
	root, ok := data.Find(data.Body(0), "data")
	require.True(t, ok)
	data.AddRoot(root)
	var buffer []byte
	return func() []byte {
		var count int
		buffer, count = shape.Complete(buffer[:0], data, response.Options{})
		if count > 0 {
			t.Fatal(string(buffer))
		}
		return buffer
	}
}

// TestCompleteAllocates checks that completing the data of one source allocates nothing for each
// value. (Allocations cannot be counted in parallel.)
func TestCompleteAllocates(t *testing.T) {
	complete := completeBench(t)
	require.Equal(t, string(benchBody()), string(complete()))
	require.LessOrEqual(t, testing.AllocsPerRun(20, func() { complete() }), 1.0)
}

func TestParseAllocates(t *testing.T) {
	body := benchBody()
	var tape response.Tape
	require.NoError(t, tape.Parse(body))
	require.Zero(t, testing.AllocsPerRun(20, func() { _ = tape.Parse(body) }))
}

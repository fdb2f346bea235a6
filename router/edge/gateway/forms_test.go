package gateway

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDocumentsOfAFormShareAPlan(t *testing.T) {
	t.Parallel()
	e := standardEngine(t)
	prepare := func(text, name, labels string) *prepared {
		p, err := e.prepare(key{text, name, labels})
		require.NoError(t, err)
		return p
	}
	first, second := prepare(`{topBooks(first: 1) {isbn}}`, "", ""), prepare(`{topBooks(first: 2) {isbn}}`, "", "")
	require.Same(t, first.planned, second.planned)
	require.NotSame(t, first.flights, second.flights, "their answers differ")
	require.Equal(t, "map[first:1] map[first:2]", fmt.Sprint(first.literals, second.literals))
	both := `query A {topBooks(first: 1) {isbn}} query B {topBooks(first: 2) {title}}`
	require.NotSame(t, prepare(both, "A", "").planned, prepare(both, "B", "").planned)
	_, err := e.prepare(key{text: `{topBooks(first: 01) {isbn}}`})
	require.ErrorContains(t, err, "1:19", "errors have the document's own positions")

	e.options.Plain = true
	require.NotSame(t, first.planned, prepare(`{topBooks(first: 3) {isbn}}`, "", "").planned)
}

// TestFewLargeOperationsAreKept checks that the cache is also bounded by the fields of the
// operations.
func TestFewLargeOperationsAreKept(t *testing.T) {
	t.Parallel()
	b, err := newBounded[int, *planned](10)
	require.NoError(t, err)
	kept := func() (list []int) {
		for i := range 20 {
			if _, ok := b.entries.Peek(i); ok {
				list = append(list, i)
			}
		}
		return list
	}
	for i := range 12 {
		b.add(i, &planned{size: 50})
	}
	require.Equal(t, []int{2, 3, 4, 5, 6, 7, 8, 9, 10, 11}, kept())
	_, _ = b.get(2)
	b.add(12, &planned{size: 10*fieldsEach - 100})
	require.Equal(t, []int{2, 11, 12}, kept())
	b.add(12, &planned{size: 50})
	b.add(13, &planned{size: 10*fieldsEach + 1})
	require.Empty(t, kept(), "an operation with more fields than the whole cache is not kept")
	require.Equal(t, 10*fieldsEach, b.left)
}

// BenchmarkForms measures one more new document, of a known form and by itself.
func BenchmarkForms(b *testing.B) {
	const text = `query Books { topBooks(first: %d) { isbn title price reviews { id text author { id name handle } book { isbn available postage } } } }`
	for _, c := range []struct {
		name  string
		plain bool
	}{{"shared", false}, {"alone", true}} {
		b.Run(c.name, func(b *testing.B) {
			e := standardEngine(b)
			e.options.Plain = c.plain
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				if _, err := e.prepare(key{text: fmt.Sprintf(text, 1+i)}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

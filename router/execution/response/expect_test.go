package response

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/query/plan"
)

// expectedFetch returns a fetch for the members of FuzzGuided's seeds, some of them on other
// types, some twice.
func expectedFetch() *plan.Fetch {
	leaves := func(names string) (out []plan.Selection) {
		for name := range strings.FieldsSeq(names) {
			out = append(out, plan.Selection{Name: name})
		}
		return out
	}
	items := slices.Concat(leaves("__typename id"), []plan.Selection{
		{On: "A", Selections: leaves("a1 a2 a3 a4 a5 a6 a7 a8 a9")},
		{On: "B", Selections: append(leaves("n s"), plan.Selection{Name: "inner", Selections: leaves("x")})},
		{Name: "inner", Selections: leaves("y x")},
		{Name: "last", Alias: "renamed"},
	})
	return &plan.Fetch{Lookups: []plan.Lookup{{Alias: "_entities", Selections: items}, {Root: true, Selections: leaves("id")}}}
}

// alike fails unless a text gives the same tape, or the same error, with and without an expected
// form.
func alike(t *testing.T, text []byte) {
	t.Helper()
	expected := expect(expectedFetch())
	for _, share := range []bool{false, true} {
		var guided, general Tape
		got, want := guided.ParseExpected(text, expected, share), general.ParseExpected(text, nil, share)
		require.Equal(t, want, got, "%s", text)
		require.Equal(t, general.text, guided.text)
		require.Empty(t, cmp.Diff(general.nodes, guided.nodes, cmp.AllowUnexported(node{}, span{})), "%s", text)
	}
}

func guidedSeeds() []string {
	item := `{"__typename":"B","id":1,"n":-1.5e3,"s":"é\n","inner":{"x":[1,{"x":2}],"y":null},"renamed":true}`
	return []string{
		`{"data":{"_entities":[` + item + `,null,` + item + `,{"__typename":"A","id":1,"a1":1,"a9":9,"renamed":{"id":1}}],"id":1}}`,
		`{"errors":[{"message":"no","path":["_entities",0,"id"]}],"data":{"_entities":[{"id":1,"__typename":"B","id":2}]},"extensions":{"data":{"id":1}}}`,
		`{ "data" : {"_entities" :[ {"i\u0064":1,"inner":{"y":1,"x":2,"x":3},"inner":[{"y":1}]} ] } }`,
		`{"data":{"id"`, `{"data":`, `{"data":}`, `{"data":{"id":1,}}`, `{"data":{"id":1 "x":2}}`, `{"data":{"_entities":[{"id":}]}}`,
		`{"data":{"_entities":[{"id":"` + "\xff" + `"}]}}`, `{"data":` + strings.Repeat(`{"_entities":`, maxDepth) + `1` + strings.Repeat("}", maxDepth) + `}`,
	}
}

func TestGuided(t *testing.T) {
	t.Parallel()
	for _, text := range guidedSeeds() {
		alike(t, []byte(text))
		for end := range text[:min(len(text), 300)] {
			alike(t, []byte(text[:end]))
			alike(t, []byte(text[:end]+" "+text[end:]))
		}
	}
}

// FuzzGuided compares an answer that is parsed with an expected form with the same answer parsed
// without.
func FuzzGuided(f *testing.F) {
	for _, seed := range guidedSeeds() {
		f.Add([]byte(seed))
	}
	f.Fuzz(alike)
}

// TestExpect checks that the requested fields are expected in the order of the document, and a
// repeated one at its first position.
func TestExpect(t *testing.T) {
	t.Parallel()
	data := expect(expectedFetch()).members[0].inner
	var names, inner []string
	for _, m := range data.members[0].inner.members {
		names = append(names, m.name)
		if m.inner != nil {
			for _, m := range m.inner.members {
				inner = append(inner, m.name)
			}
		}
	}
	require.Equal(t, `"__typename": "id": "a1": "a2": "a3": "a4": "a5": "a6": "a7": "a8": "a9": "n": "s": "inner": "renamed":`, strings.Join(names, " "))
	require.Equal(t, `"x": "y":`, strings.Join(inner, " "))
	require.Equal(t, `"id":`, data.members[1].name)
}

package keyset_test

import (
	"encoding/base64"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
)

const list = "CHEAPEST"

func TestReadReturnsTheCursorsPosition(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		position := keyset.Position{
			Text:   rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 0, 200, -1).Draw(t, "text"),
			Number: rapid.Int64().Draw(t, "number"),
			ID:     rapid.StringMatching(`prd_[0-9a-z]{26}`).Draw(t, "id"),
		}
		got, err := keyset.Read(10, new(position.Cursor(list)), list)
		require.NoError(t, err)
		require.Equal(t, &position, got)
	})
}

func TestCursorsFromElsewhereAreRefused(t *testing.T) {
	t.Parallel()
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	good := keyset.Position{Number: 5, ID: "prd_1"}.Cursor(list)
	_, err := keyset.Read(10, &good, list)
	require.NoError(t, err)
	for name, text := range map[string]string{
		"empty":         "",
		"not base64":    "%%%",
		"padded":        good + "=",
		"not JSON":      encode("5"),
		"null":          encode("null"),
		"no list":       encode(`{"l":"","n":5,"i":"prd_1"}`),
		"no id":         encode(`{"l":"CHEAPEST","n":5,"i":""}`),
		"unknown field": encode(`{"l":"CHEAPEST","n":5,"i":"prd_1","x":1}`),
		"fraction":      encode(`{"l":"CHEAPEST","n":5.5,"i":"prd_1"}`),
		"two values":    encode(`{"l":"CHEAPEST","n":5,"i":"prd_1"}{}`),
		"blanks":        encode(`{"l":"CHEAPEST", "n":5,"i":"prd_1"}`),
		"NUL in the id": keyset.Position{Number: 5, ID: "prd_\x00"}.Cursor(list),
		"NUL in a text": keyset.Position{Text: "\x00", ID: "prd_1"}.Cursor(list),
		"too long":      strings.Repeat("A", 2049),
		"other list":    keyset.Position{Number: 5, ID: "prd_1"}.Cursor("NEWEST"),
	} {
		_, err := keyset.Read(10, &text, list)
		requireRefused(t, err, name)
	}
}

func requireRefused(t *testing.T, err error, what any) {
	t.Helper()
	var refused *apierror.Error
	require.ErrorAs(t, err, &refused, what)
	require.Equal(t, apierror.BadUserInput, refused.Code, what)
}

func TestPagesHaveAtMostAHundredRows(t *testing.T) {
	t.Parallel()
	for _, first := range []int{0, 1, 100} {
		begin, err := keyset.Read(first, nil, list)
		require.NoError(t, err)
		require.Nil(t, begin)
	}
	for _, first := range []int{-1, 101, 1 << 40} {
		_, err := keyset.Read(first, nil, list)
		requireRefused(t, err, first)
	}
}

// FuzzCursor looks for a text that Read accepts although no page returned it.
func FuzzCursor(f *testing.F) {
	f.Add("")
	f.Add(keyset.Position{Text: "kännchen & co", ID: "prd_1"}.Cursor(list))
	f.Add(keyset.Position{Number: -1, ID: "prd_1"}.Cursor(list))
	f.Add(base64.RawURLEncoding.EncodeToString([]byte(`{"l":"CHEAPEST","n":1e3,"i":"x"}`)))
	f.Fuzz(func(t *testing.T, text string) {
		if position, err := keyset.Read(10, &text, list); err == nil {
			require.Equal(t, text, position.Cursor(list))
		}
	})
}

type edge struct {
	Cursor string
	Node   *string
}

func TestAPageKnowsItsNeighbours(t *testing.T) {
	t.Parallel()
	rows := func(ids ...string) (rows []*string) {
		for _, id := range ids {
			rows = append(rows, &id)
		}
		return rows
	}
	cursor := func(id *string) string { return "at " + *id }
	page := keyset.New(rows("a", "b", "c"), 2, true, cursor)
	require.Equal(t, rows("a", "b"), page.Nodes)
	require.Equal(t, keyset.Info{HasNextPage: true, HasPreviousPage: true, StartCursor: new("at a"), EndCursor: new("at b")}, page.PageInfo)
	require.Equal(t, "at b", keyset.Edges[edge](page)[1].Cursor)

	require.Equal(t, keyset.Info{}, keyset.New(rows(), 2, false, cursor).PageInfo)
	require.Equal(t, keyset.Info{HasNextPage: true}, keyset.New(rows("a"), 0, false, cursor).PageInfo)
}

package federation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/federation"
)

func TestErrorIsOneLine(t *testing.T) {
	t.Parallel()
	e := &federation.Error{Code: federation.NoQueries, Message: "two\nlines"}
	require.Equal(t, "NO_QUERIES - - two lines; add a field to type Query in some subgraph", e.Error())
	e.Message = "two\nlines; mend them"
	require.Equal(t, "NO_QUERIES - - two lines; mend them", e.Error())
	require.Equal(t, "mend them", e.Remedy())
	e.Locations = []federation.Location{{Subgraph: "a", File: "a.graphqls", Line: 2, Column: 3}, {Subgraph: "b"}}
	require.Equal(t, "NO_QUERIES a a.graphqls:2:3 two lines; mend them", e.Error())
	e.Locations = e.Locations[1:]
	require.Equal(t, "NO_QUERIES b - two lines; mend them", e.Error())
}

func TestErrorsAreSortedByPlace(t *testing.T) {
	t.Parallel()
	at := func(subgraph string, line int) *federation.Error {
		return &federation.Error{Code: federation.NoQueries, Locations: []federation.Location{{Subgraph: subgraph, Line: line}}}
	}
	errs := federation.Errors{at("b", 1), at("a", 9), at("a", 2), {Code: federation.NoQueries}}
	errs.Sort()
	require.Equal(t, federation.Errors{{Code: federation.NoQueries}, at("a", 2), at("a", 9), at("b", 1)}, errs)
	require.NoError(t, federation.Errors{}.Err())
	require.Error(t, errs.Err())
}

package graph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
)

// A key that is longer than every valid one finds nothing, without a statement.
func TestATooLongKeyCostsNoStatement(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	long := strings.Repeat("a", 1<<19)
	for _, query := range []string{
		`query($s:ID){product(id:$s){id}}`, `query($s:String){product(slug:$s){id}}`,
		`query($s:ID!){stockLedger(productId:$s){edges{node{id}}}}`,
	} {
		require.Zero(t, a.statements(t, query, map[string]any{"s": long}), query)
	}
	entities := `query($r:[_Any!]!){_entities(representations:$r){__typename}}`
	for _, key := range []string{"id", "slug"} {
		for _, one := range []representation{productBy(key, long), categoryBy(key, long)} {
			require.Zero(t, a.statements(t, entities, map[string]any{"r": []representation{one}}), "%s of %s", key, one["__typename"])
		}
	}
}

func TestAChangeRefusesALongIDAndLongBlanks(t *testing.T) {
	t.Parallel()
	a := newAPI(t)
	a.as(t, auth.Admin)
	got := a.ask(t, `mutation($k:ID!){updateProduct(input:{id:$k,expectedVersion:1,description:"x"}){errors{__typename}}}`,
		map[string]any{"k": strings.Repeat("a", 1<<19)})
	require.JSONEq(t, `{"updateProduct":{"errors":[{"__typename":"UnknownProduct"}]}}`, string(got.Data))
	got = a.ask(t, `mutation($d:String!){updateProduct(input:{id:"x",expectedVersion:1,description:$d}){errors{__typename}}}`,
		map[string]any{"d": strings.Repeat(" ", 1<<19)})
	require.JSONEq(t, `{"updateProduct":{"errors":[{"__typename":"InvalidInput"}]}}`, string(got.Data))
}

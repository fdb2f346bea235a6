package main

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/contract"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// TestTheShopsContracts checks that the public contract of router.yaml lacks each field that needs
// the scope of a role, and has all others; and that only the staff gets the other contract.
func TestTheShopsContracts(t *testing.T) {
	t.Parallel()
	c, err := config.Load("router.yaml", os.LookupEnv)
	require.NoError(t, err)
	schema, _, err := configuredSchema(t.Context(), c)
	require.NoError(t, err)
	apis := map[string]*supergraph.Schema{}
	for _, k := range c.Contracts {
		apis[k.Name], err = contract.Filter(schema, contract.Rules{Include: k.Include, Exclude: k.Exclude})
		require.NoError(t, err, k.Name)
	}
	hidden := 0
	for _, root := range []string{schema.Query, schema.Mutation, schema.Subscription} {
		for _, field := range schema.Type(root).Fields {
			needsRole := field.Directives.ForName("requiresScopes") != nil
			public := apis["public"].API().Types[root].Fields.ForName(field.Name) != nil
			require.Equal(t, !needsRole, public, "%s.%s", root, field.Name)
			require.NotNil(t, apis["staff"].API().Types[root].Fields.ForName(field.Name), field.Name)
			if needsRole {
				hidden++
			}
		}
	}
	require.Greater(t, hidden, 5)
	require.NotContains(t, supergraph.PrintAPI(apis["public"]), "StockLedger", "types of the staff are hidden, too")
	require.Contains(t, supergraph.PrintAPI(apis["staff"]), "StockLedger")
	for _, k := range c.Contracts {
		require.Equal(t, k.Name == "staff", k.Claim != "", k.Name)
		require.True(t, strings.HasPrefix(k.Path, "/graphql/"), k.Path)
	}
}

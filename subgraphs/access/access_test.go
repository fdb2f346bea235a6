package access_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/subgraphs/access"
)

const schemas = "../../schema"

// TestEveryFieldHasARule fails for a new field until rules.txt says who is told it.
func TestEveryFieldHasARule(t *testing.T) {
	t.Parallel()
	table, err := access.Load()
	require.NoError(t, err)
	for _, service := range access.Services() {
		schema, err := access.ReadSchema(schemas, service)
		require.NoError(t, err)
		require.Empty(t, table.Missing(service, schema), "rules.txt has no rule for them")
	}
}

func TestEveryRuleHasAField(t *testing.T) {
	t.Parallel()
	table, err := access.Load()
	require.NoError(t, err)
	api, err := access.ReadSchema(schemas, "api")
	require.NoError(t, err)
	for _, name := range slices.Concat(slices.Collect(maps.Keys(table.Fields)), slices.Collect(maps.Keys(table.Answers))) {
		require.True(t, api.Has(name), "%s has a rule, but is no field", name)
	}
	for _, door := range table.Doors {
		if root := access.Root(door.Text); door.Entity == "" {
			require.True(t, api.Has("Query."+root) || api.Has("Subscription."+root), "%s has a rule, but is no field", root)
		}
	}
	for _, call := range table.Calls {
		require.True(t, api.Has("Mutation."+access.Root(call.Text)), "%s has a rule, but is no field", call.Text)
	}
}

func TestRulesThatMakeNoSense(t *testing.T) {
	t.Parallel()
	for text, complaint := range map[string]string{
		"door user own me told":                 "needs 3 words and 6 outcomes",
		"kind a told told told told told hush":  `"hush" is no outcome`,
		"call user logout":                      "has no outcomes",
		"call user logout nobdy=told":           "names no asker",
		"objekt User id":                        "no keyword",
		"answer A b\nanswer A b":                "A.b has two rules",
		"# a comment\n\nanswer A b\nanswer A b": "line 4",
	} {
		_, err := access.Parse(text)
		require.ErrorContains(t, err, complaint, strings.TrimSpace(text))
	}
}

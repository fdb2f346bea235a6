package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// TestContractsAreValidated checks each error of a contract.
func TestContractsAreValidated(t *testing.T) {
	t.Parallel()
	none := environment(nil)
	const subgraphs = "subgraphs: [{name: a, url: 'http://a/graphql'}]\n"
	for contracts, want := range map[string]string{
		"[{path: /graphql/a}]": "a contract has no name",
		"[{name: a, path: /graphql/a}, {name: a, path: /graphql/b}]":                    "another contract has the same name",
		"[{name: a, path: /graphql/a}, {name: b, path: /graphql/a}]":                    "another contract has the path /graphql/a",
		"[{name: a, path: /graphql}]":                                                   "is not a path below /graphql/",
		"[{name: a, path: /graphql/a/}]":                                                "is not a path below /graphql/",
		"[{name: a, path: '/graphql/a?b'}]":                                             "is not a path below /graphql/",
		"[{name: a, claim: role}]":                                                      "claim and values belong together",
		"[{name: a, values: [x], path: /graphql/a}]":                                    "claim and values belong together",
		"[{name: a, claim: 'a..b', values: [x]}]":                                       `"a..b" has an empty part`,
		"[{name: a, exclude: [x]}]":                                                     "no client can use it",
		"[{name: a, default: true}, {name: b, default: true}]":                          "another contract is the default",
		"[{name: a, path: /graphql/a, exclude: [x]}, {name: b, claim: r, values: [x]}]": "",
	} {
		_, err := config.Parse([]byte(subgraphs+"contracts: "+contracts+"\n"), none)
		if want == "" {
			require.NoError(t, err, contracts)
			continue
		}
		require.ErrorContains(t, err, want, contracts)
	}
}

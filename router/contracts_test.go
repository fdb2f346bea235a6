package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// TestContracts checks who gets which variant of a schema: by its path, by a claim, and by default;
// that a hidden field does not exist there, in introspection neither; and that it is never sent to
// the subgraph.
func TestContracts(t *testing.T) {
	t.Parallel()
	key := func(name, tier string) string {
		return fmt.Sprintf("{name: %s, sha256: %x, claims: {account: {tiers: [%s]}}}", name, sha256.Sum256([]byte(name)), tier)
	}
	const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@tag"])
		type Query { open: String partner: String @tag(name: "partner") secret: String @tag(name: "internal") }`
	contracts := `
contracts:
  - {name: public, exclude: [internal, partner], path: /graphql/public, default: DEFAULT}
  - {name: partner, exclude: [internal], path: /graphql/partner, claim: account.tiers, values: [gold, silver]}
`
	authentication := "authentication: {apiKeys: {keys: [" + key("gold", "gold") + ", " + key("iron", "iron, other") + "]}}\n"
	for isDefault, tests := range map[string][]struct {
		path, key string
		fields    string
	}{
		"false": {
			{"/graphql", "", "open partner secret"}, {"/graphql", "iron", "open partner secret"},
			{"/graphql", "gold", "open partner"}, {"/graphql/public", "gold", "open"},
			{"/graphql/public/", "", "open"}, {"/graphql/partner", "gold", "open partner"},
			{"/graphql/partner", "iron", "CONTRACT_FORBIDDEN"}, {"/graphql/partner", "", "CONTRACT_FORBIDDEN"},
		},
		"true": {{"/graphql", "", "open"}, {"/graphql", "iron", "open"}, {"/graphql", "gold", "open partner"}},
	} {
		e := newEdgeOver(t, sdl, authentication+strings.Replace(contracts, "DEFAULT", isDefault, 1),
			says(http.StatusOK, `{"data":{"open":"o","partner":"p","secret":"s"}}`), io.Discard)
		for _, c := range tests {
			name := c.path + " as " + c.key
			ask := func(query string) edgeAnswer {
				request := edgePost(query)
				request.URL.Path = c.path
				if c.key != "" {
					request.Header.Set("X-Api-Key", c.key)
				}
				return e.do(t, request)
			}
			if strings.ToUpper(c.fields) == c.fields {
				got := ask("{open}")
				require.Equal(t, http.StatusForbidden, got.status, name)
				require.Equal(t, c.fields, got.Errors[0].Extensions["code"], name)
				continue
			}
			introspection := ask("{__schema{queryType{fields{name}}}}").body
			for _, field := range []string{"open", "partner", "secret"} {
				before := e.asked
				got := ask("{" + field + "}")
				seen := strings.Contains(" "+c.fields+" ", " "+field+" ")
				require.Equal(t, seen, len(got.Errors) == 0, "%s: %s: %s", name, field, got.body)
				require.Equal(t, seen, e.asked > before, "%s: %s", name, field)
				require.Equal(t, seen, strings.Contains(introspection, `"`+field+`"`), "%s: %s", name, introspection)
				if !seen {
					require.Contains(t, got.Errors[0].Message, "Cannot query field", name)
				}
			}
		}
	}
}

// TestContractsAreChecked checks that a contract that hides what the API needs is refused, and
// names the contract.
func TestContractsAreChecked(t *testing.T) {
	t.Parallel()
	e := newEdge(t, "", says(http.StatusOK, "{}"), io.Discard)
	c := e.server.config
	c.Contracts = append(c.Contracts, config.Contract{
		Name: "nothing", Include: []string{"absent"}, Path: "/graphql/nothing",
	})
	require.ErrorContains(t, e.server.use(t.Context(), c), "contract nothing: no field of Query is visible")
	require.Equal(t, http.StatusOK, e.do(t, edgePost("{__typename}")).status, "the old schema stays")
}

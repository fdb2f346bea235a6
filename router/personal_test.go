package main

import (
	"crypto/sha256"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSharedCachesStoreNothingPersonal checks that no rule for headers lets a cache of several
// clients store a response for which the router has looked at who the client is: with
// authentication, or with fields that need rights.
func TestSharedCachesStoreNothingPersonal(t *testing.T) {
	t.Parallel()
	const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"])
		type Query { s: String secret: String @policy(policies: [["inside"]]) }`
	authentication := fmt.Sprintf("authentication: {apiKeys: {keys: [{name: a, sha256: %x}]}}\n", sha256.Sum256([]byte("a")))
	const policy = "authorization: {policies: {inside: 'headers[\"x-inside\"] == \"1\"'}}\n"
	for _, rule := range []string{
		"headers: {return: [cache-control]}\n", "headers: {response: [{propagate: cache-control}]}\n",
		"headers: {response: [{propagate: cache-control, algorithm: first}]}\n",
		"headers: {response: [{propagate: cache-control, algorithm: mostRestrictive}]}\n",
		"headers: {response: [{set: cache-control, value: 'CONTROL'}]}\n",
		"headers: {return: [cache-control, cdn-cache-control]}\n",
		"headers: {response: [{propagate: cache-control}, {propagate: surrogate-control}]}\n",
	} {
		for _, c := range []struct{ configuration, query, control, want string }{
			{authentication + policy, "{s}", "public, max-age=60", "no-store"},
			{authentication + policy, "{s}", "max-age=60", "no-store"},
			{authentication + policy, "{s}", "s-maxage=60", "no-store"},
			{policy, "{secret}", "max-age=60, public", "no-store"},
			{policy, "{s}", "max-age=60, public", "max-age=60, public"},
		} {
			configured := c.configuration + strings.Replace(rule, "CONTROL", c.control, 1)
			e := newEdgeOver(t, sdl, configured, func(w http.ResponseWriter, _ *http.Request) {
				for _, name := range []string{"Cache-Control", "CDN-Cache-Control", "Surrogate-Control"} {
					w.Header().Set(name, c.control)
				}
				_, _ = io.WriteString(w, `{"data":{"s":"s","secret":"s"}}`)
			}, io.Discard)
			got := e.do(t, edgeGet(c.query, "X-Api-Key", "a", "X-Inside", "1", "Apollo-Require-Preflight", "1"))
			require.Empty(t, got.Errors, got.body)
			require.Equal(t, c.want, got.header.Get("Cache-Control"), "%s %s", configured, c.query)
			if c.want == "no-store" {
				require.Empty(t, got.header["Cdn-Cache-Control"], configured)
				require.Empty(t, got.header["Surrogate-Control"], configured)
			}
		}
	}
}

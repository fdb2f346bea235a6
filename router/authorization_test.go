package main

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

const restrictedSDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.6",
		import: ["@authenticated", "@policy"])
	type Query { hello: String secret: String @authenticated orders: String @policy(policies: [["staff"]]) }`

// restrictedServer starts a router with a restricted schema, and with settings.
func restrictedServer(t testing.TB, settings string) (*server, error) {
	t.Helper()
	late := &lateSubgraph{}
	late.set(restrictedSDL)
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(path, append(text, "\n"+settings...), 0o600))
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s, err := newServer(path, c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return s, s.firstSchema(t.Context())
}

func responseTo(s *server, query string) string {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+query+`"}`))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Body.String()
}

// recipe returns the settings of README.md that begin with a key.
func recipe(t testing.TB, key string) string {
	t.Helper()
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	_, block, found := strings.Cut(string(text), "```yaml\n"+key+":")
	require.True(t, found, key)
	block, _, _ = strings.Cut(block, "```")
	return key + ":" + block
}

// TestTheShopAsksNoServiceForNobody checks the shop's schemas: what is only for users or staff costs
// no request for an anonymous client.
func TestTheShopAsksNoServiceForNobody(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 100)
	backend := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- string(body)
		_, _ = io.WriteString(w, `{"data":{"me":null}}`)
	}))
	t.Cleanup(backend.Close)
	text := "listen: 127.0.0.1:0\nsubgraphs:\n"
	for _, name := range []string{"user", "product", "order"} {
		schema, err := filepath.Abs("../schema/" + name + ".graphqls")
		require.NoError(t, err)
		text += fmt.Sprintf("  - {name: %s, url: %q, schema: %q}\n", name, backend.URL, schema)
	}
	path := file(t, "router.yaml", text)
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s, err := newServer(path, c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, s.firstSchema(t.Context()))
	for _, query := range []string{
		`{ orders { nodes { id } } }`, `{ basket { id } }`, `{ allOrders { nodes { id } } }`,
		`{ users { totalCount } }`, `mutation { sendVerification { accepted } }`,
	} {
		got := responseTo(s, query)
		require.Contains(t, got, `:null}`, query)
		require.Equal(t, 1, strings.Count(got, `"code":"UNAUTHORIZED_FIELD_OR_TYPE"`), got)
		require.Contains(t, got, `"reason":"UNAUTHENTICATED"`, query)
		require.Empty(t, asked, query)
	}
	require.JSONEq(t, `{"data":{"me":null}}`, responseTo(s, `{ me { id } }`))
	require.Len(t, asked, 1)
}

// TestTheRecipeForAuthorization checks that a restricted schema is served and enforced with the
// settings of README.md.
func TestTheRecipeForAuthorization(t *testing.T) {
	t.Parallel()
	settings := recipe(t, "authorization")
	s, err := restrictedServer(t, settings)
	require.NoError(t, err)
	got := responseTo(s, `{ hello secret orders }`)
	require.Contains(t, got, `"data":{"hello":"hi","secret":null,"orders":null}`)
	require.Equal(t, 2, strings.Count(got, `"code":"UNAUTHORIZED_FIELD_OR_TYPE"`), got)

	s, err = restrictedServer(t, strings.Replace(settings, "authorization:", "authorization:\n  mode: reject", 1))
	require.NoError(t, err)
	require.NotContains(t, responseTo(s, `{ hello secret }`), `"data"`)
	require.Contains(t, responseTo(s, `{ hello }`), `"data":{"hello":"hi"}`)
}

// TestAnUndefinedPolicyEndsTheStart checks that the router does not start if a policy of the schema
// is not defined, and that a wrong expression is an error, too.
func TestAnUndefinedPolicyEndsTheStart(t *testing.T) {
	t.Parallel()
	_, err := restrictedServer(t, "")
	require.ErrorContains(t, err, "policies that are not defined: staff;")
	_, err = restrictedServer(t, "authorization: {policies: {staff: claims.}}")
	require.ErrorContains(t, err, `authorization: policies: "staff"`)
	_, err = restrictedServer(t, "authorization: {policyEndpoint: {url: 'http://policies.invalid'}}")
	require.NoError(t, err)
}

// TestAReloadKeepsTheRestrictions checks that a reload to a restricted schema with an undefined
// policy changes nothing.
func TestAReloadKeepsTheRestrictions(t *testing.T) {
	t.Parallel()
	late := &lateSubgraph{}
	late.set(`type Query { hello: String }`)
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	var log bytes.Buffer
	s, err := newServer(path, c, slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	require.NoError(t, s.firstSchema(t.Context()))
	late.set(restrictedSDL)
	s.reload(t.Context(), false)
	require.Equal(t, []string{"hello"}, rootFields(t, s))
	require.Contains(t, log.String(), "policies that are not defined: staff")
}

// Package clients tests the router with GraphQL clients from npm. `make clients` installs them.
//
//	clients.mjs: Apollo Client, urql, Relay, graphql-request ──HTTP──▶ router ──▶ one subgraph
package clients

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/tests/routertest"
)

const sdl = `type Query { greeting(name: String!): Greeting } type Greeting { text: String }`

// result is what one client received.
type result struct {
	Client, Method, Text, Error string
	IsKnown                     bool
	Requests                    []struct {
		Method  string
		HasText bool
	}
}

// TestTrustedDocuments checks that each client gets data by an id under requireId, without a
// text, and that its error for a document that is not in the manifest names the reason.
func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	node(t, "--version")
	manifest := filepath.Join(t.TempDir(), "manifest.json")
	require.NoError(t, os.WriteFile(manifest, node(t, "clients.mjs", "manifest"), 0o600))
	settings := fmt.Sprintf("persistedDocuments: {mode: requireId, manifests: [%q]}\n", manifest)
	url := serve(t, routertest.Build(t), settings)
	results := run(t, url)
	require.Len(t, results, 5*2*3)
	for _, r := range results {
		at := fmt.Sprintf("%+v", r)
		require.Equal(t, r.Method, r.Requests[0].Method, at)
		require.False(t, r.Requests[0].HasText, at)
		if r.IsKnown {
			require.Equal(t, "Hello", r.Text, at)
			require.Len(t, r.Requests, 1, at)
			continue
		}
		require.Empty(t, r.Text, at)
		require.Contains(t, r.Error, "PERSISTED_QUERY_", at)
	}
}

// TestAutomaticPersistedQueries checks that Apollo Client and urql send a text once, after the
// router did not know its hash, and then the hash alone.
func TestAutomaticPersistedQueries(t *testing.T) {
	t.Parallel()
	node(t, "--version")
	binary := routertest.Build(t)
	for _, client := range []string{"apollo", "urql"} {
		for _, method := range []string{"POST", "GET"} {
			t.Run(client+" "+method, func(t *testing.T) {
				t.Parallel()
				// A router of its own, so that no other client has sent the text.
				results := run(t, serve(t, binary, "apq: {enabled: true}\n"), client, method)
				require.Len(t, results, 3)
				for i, r := range results {
					at := fmt.Sprintf("%+v", r)
					require.False(t, r.Requests[0].HasText, at)
					require.Equal(t, method, r.Requests[0].Method, at)
					require.Equal(t, "", r.Error, at)
					if i == 1 {
						require.Len(t, r.Requests, 1, at)
						continue
					}
					require.Len(t, r.Requests, 2, at)
					require.True(t, r.Requests[1].HasText, at)
				}
				require.Equal(t, "Hello", results[1].Text)
			})
		}
	}
}

// run returns the results of the clients; only those of one client and method, if given.
func run(t *testing.T, url string, only ...string) []result {
	t.Helper()
	var results []result
	arguments := append([]string{"clients.mjs", "run", url}, only...)
	require.NoError(t, json.Unmarshal(node(t, arguments...), &results))
	return results
}

// node runs Node and returns its output. The test is skipped without the packages, except by
// make clients.
func node(t *testing.T, arguments ...string) []byte {
	t.Helper()
	_, err := os.Stat("node_modules/.package-lock.json")
	if err != nil && os.Getenv("TEST_CLIENTS") == "" {
		t.Skip("the npm packages are missing; run make clients")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	command := exec.CommandContext(ctx, "node", arguments...)
	command.Stderr = os.Stderr
	out, err := command.Output()
	require.NoError(t, err)
	return out
}

// serve starts a router as a process, and returns the URL of its GraphQL endpoint.
func serve(t *testing.T, binary, settings string) string {
	t.Helper()
	backend := httptest.NewServer(http.HandlerFunc(answer))
	t.Cleanup(backend.Close)
	dir := t.TempDir()
	schema, file := filepath.Join(dir, "a.graphqls"), filepath.Join(dir, "router.yaml")
	require.NoError(t, os.WriteFile(schema, []byte(sdl), 0o600))
	text := fmt.Sprintf("listen: 127.0.0.1:0\nsubgraphs:\n  - {name: a, url: %q, schema: %q}\n%s",
		backend.URL, schema, settings)
	require.NoError(t, os.WriteFile(file, []byte(text), 0o600))
	return routertest.Serve(t, binary, file)
}

// answer answers each query of the subgraph with all names that a client uses for the field.
func answer(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	name := "text"
	if strings.Contains(string(body), "unknown") {
		name = "unknown"
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = fmt.Fprintf(w, `{"data":{"greeting":{"__typename":"Greeting",%q:"Hello"}}}`, name)
}

package main

import (
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestAuthenticationIsReloaded changes the file of API keys, then the configuration, and then
// breaks the file.
func TestAuthenticationIsReloaded(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(&recording{})
	t.Cleanup(server.Close)
	sdl := file(t, "a.graphqls", `type Query { hello: String }`)
	keys := filepath.Join(t.TempDir(), "keys.yaml")
	accept := func(key string) {
		write(t, keys, fmt.Sprintf("- {name: %s, sha256: %x}\n", key, sha256.Sum256([]byte(key))))
	}
	accept("first")
	configuration := "listen: 127.0.0.1:0\nsubgraphs: [{name: a, url: " + server.URL + ", schema: " + sdl + "}]\n"
	path := file(t, "router.yaml", configuration+"authentication: {mode: required, apiKeys: {file: "+keys+"}}\n")
	p := startRouter(t, path)
	p.await(t, "schema in use")
	status := func(headers ...string) int {
		sent := map[string]string{}
		for i := 0; i < len(headers); i += 2 {
			sent[headers[i]] = headers[i+1]
		}
		answer, _ := p.post(t, `{"query":"{__typename}"}`, sent)
		return answer.StatusCode
	}
	require.Equal(t, http.StatusUnauthorized, status())
	require.Equal(t, http.StatusOK, status("X-API-Key", "first"))
	require.Equal(t, http.StatusUnauthorized, status("X-API-Key", "second"))

	accept("second")
	p.hangup(t)
	p.await(t, "configuration reloaded")
	require.Equal(t, http.StatusUnauthorized, status("X-API-Key", "first"))
	require.Equal(t, http.StatusOK, status("X-API-Key", "second"))

	write(t, keys, "- {name: second}\n")
	p.hangup(t)
	require.Contains(t, p.await(t, "the configuration stays as it is").Error, "hexadecimal")
	require.Equal(t, http.StatusOK, status("X-API-Key", "second"))

	write(t, path, configuration)
	p.hangup(t)
	p.await(t, "configuration reloaded")
	require.Equal(t, http.StatusOK, status(), "nothing is authenticated")
}

package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
	"github.com/trefoil-graph/trefoil/router/tests/redistest"
)

// post sends a body to the router, and returns the response.
func (e *edge) post(body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	e.server.ServeHTTP(w, r)
	return w
}

func answerS(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `{"data":{"s":"x"}}`) }

// TestOnlyTRUSTEDNeedsAManifest checks that a router whose web is not built starts without TRUSTED.
func TestOnlyTRUSTEDNeedsAManifest(t *testing.T) {
	t.Parallel()
	const manifests = "manifests: ['/nowhere.json']"
	for _, apq := range []string{"", "apq: {enabled: true}\n"} {
		var log locked
		e := newEdge(t, "persistedDocuments: {mode: off, interval: 1ms, "+manifests+"}\n"+apq, answerS, &log)
		require.JSONEq(t, `{"data":{"s":"x"}}`, e.post(`{"query":"{ s }"}`).Body.String())
		require.NotContains(t, log.String(), "nowhere.json")
	}

	for mode, given := range map[string]map[string]string{"off": {}, "require": {"TRUSTED": "require"}} {
		c, err := config.Load("router.yaml", func(name string) (string, bool) {
			value, ok := given[name]
			return value, ok
		})
		require.NoError(t, err)
		require.Equal(t, mode, c.PersistedDocuments.Mode)
		require.Equal(t, []string{"../web/dist/persisted-documents.json"}, c.PersistedDocuments.Manifests)
	}
}

// TestTrustedDocuments serves only the documents of a manifest, before and after a reload.
func TestTrustedDocuments(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "manifest.json")
	require.NoError(t, os.WriteFile(path, []byte(`{"first": "query A { s }"}`), 0o600))
	var log locked
	e := newEdge(t, "persistedDocuments: {mode: requireId, interval: 1ms, manifests: ['"+path+"']}\n", answerS, &log)
	require.Contains(t, log.String(), "trusted documents planned")
	require.JSONEq(t, `{"data":{"s":"x"}}`, e.post(`{"documentId":"first"}`).Body.String())
	require.Contains(t, e.post(`{"query":"{ s }"}`).Body.String(), "PERSISTED_QUERY_ID_REQUIRED")
	require.Equal(t, 1, e.asked)

	before := e.server.lasting.documents.value
	require.NoError(t, e.server.use(t.Context(), e.server.config))
	require.Same(t, before, e.server.lasting.documents.value, "a reload with the same settings reads no manifest")
	require.JSONEq(t, `{"data":{"s":"x"}}`, e.post(`{"documentId":"first"}`).Body.String())

	require.NoError(t, os.WriteFile(path, []byte(`{"second": "query A { s }"}`), 0o600))
	require.Eventually(t, func() bool {
		return e.post(`{"documentId":"second"}`).Body.String() == `{"data":{"s":"x"}}`
	}, 20*time.Second, time.Millisecond)
	require.Contains(t, e.post(`{"documentId":"first"}`).Body.String(), "PERSISTED_QUERY_NOT_IN_LIST")

	broken := e.server.config
	broken.PersistedDocuments.Manifests = []string{"/nowhere.json"}
	require.ErrorContains(t, e.server.use(t.Context(), broken), "/nowhere.json")
	require.JSONEq(t, `{"data":{"s":"x"}}`, e.post(`{"documentId":"second"}`).Body.String())
	off := e.server.config
	off.PersistedDocuments.Mode = "off"
	require.NoError(t, e.server.use(t.Context(), off))
	require.JSONEq(t, `{"data":{"s":"x"}}`, e.post(`{"query":"{ s }"}`).Body.String())
}

// TestAReloadKeepsWhatCallersHaveUsed checks the limits of a router, also across a reload.
func TestAReloadKeepsWhatCallersHaveUsed(t *testing.T) {
	t.Parallel()
	const rules = "rateLimit: {trustedProxies: [192.0.2.1], rules: [{name: clients, by: [client], limit: 2, per: 1h}]}\n"
	e := newEdge(t, rules, answerS, io.Discard)
	first := e.post(`{"query":"{ s }"}`)
	require.Equal(t, http.StatusOK, first.Code)
	require.Equal(t, `"clients";r=1;t=1800`, first.Header().Get("RateLimit"))
	require.Equal(t, `"clients";q=2;w=3600`, first.Header().Get("RateLimit-Policy"))
	require.NoError(t, e.server.use(t.Context(), e.server.config))
	require.Equal(t, http.StatusOK, e.post(`{"query":"{ s }"}`).Code)
	refused := e.post(`{"query":"{ s }"}`)
	require.Equal(t, http.StatusTooManyRequests, refused.Code, "also for application/json")
	require.Contains(t, refused.Body.String(), "RATE_LIMITED")
	require.Regexp(t, `^1[78]\d\d$`, refused.Header().Get("Retry-After"))
	require.Equal(t, 2, e.asked)

	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"{ s }"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("X-Forwarded-For", "198.51.100.7")
	w := httptest.NewRecorder()
	e.server.ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code, "another client behind the same proxy")

	changed := e.server.config
	changed.RateLimit.MaxKeys++
	require.NoError(t, e.server.use(t.Context(), changed))
	require.Equal(t, http.StatusOK, e.post(`{"query":"{ s }"}`).Code, "other settings begin anew")
}

// TestTwoRoutersWithRedis checks that two routers share documents and limits.
func TestTwoRoutersWithRedis(t *testing.T) {
	t.Parallel()
	url := redistest.Start(t).URL
	more := "apq: {enabled: true, redis: {url: '" + url + "', timeout: 10s}}\n" +
		"rateLimit: {redis: {url: '" + url + "', timeout: 10s}, rules: [{name: clients, by: [client], limit: 4, per: 1h}]}\n"
	one, two := newEdge(t, more, answerS, io.Discard), newEdge(t, more, answerS, io.Discard)
	// The hash is that of { s }.
	const hash = `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"5213c3049a5a9e613270706929c15b87c3a017b1456b7e8b5234d7f92b9020f4"}}`
	require.Contains(t, two.post(`{`+hash+`}`).Body.String(), "PERSISTED_QUERY_NOT_FOUND")
	require.JSONEq(t, `{"data":{"s":"x"}}`, one.post(`{"query":"{ s }",`+hash+`}`).Body.String())
	require.JSONEq(t, `{"data":{"s":"x"}}`, two.post(`{`+hash+`}`).Body.String())
	require.Equal(t, http.StatusOK, one.post(`{`+hash+`}`).Code)
	for _, router := range []*edge{one, two} {
		require.Equal(t, http.StatusTooManyRequests, router.post(`{`+hash+`}`).Code)
	}
}

// locked is a log that several goroutines may use.
type locked struct {
	mu  sync.Mutex
	out strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.out.String()
}

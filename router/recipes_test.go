package main

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/admin"
)

// TestRecipes runs each recipe of README.md as it stands there, and checks what it promises.
func TestRecipes(t *testing.T) {
	t.Parallel()
	checks := map[string]func(*testing.T, *edge){
		"cors": func(t *testing.T, e *edge) {
			const origin = "https://www.partner.example"
			w := e.serve(edgePost("{s}", "Origin", origin, "Sec-Fetch-Site", "cross-site", "Cookie", "a=b"))
			require.Equal(t, http.StatusOK, w.Code)
			require.Equal(t, origin, w.Header().Get("Access-Control-Allow-Origin"))
			require.Equal(t, "true", w.Header().Get("Access-Control-Allow-Credentials"))
		},
		"compression": func(t *testing.T, e *edge) {
			w := e.serve(edgePost("{s}", "Accept-Encoding", "gzip, deflate, br, zstd"))
			require.Equal(t, "zstd", w.Header().Get("Content-Encoding"))
			require.Less(t, w.Body.Len(), 200)
			w = e.serve(edgePost("{s}", "Content-Encoding", "br"))
			require.Equal(t, "gzip", w.Header().Get("Accept-Encoding"))
		},
		"batching": func(t *testing.T, e *edge) {
			list := func(n int) *http.Request {
				items := strings.Repeat(`,{"query":"{__typename}"}`, n)[1:]
				r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader("["+items+"]"))
				return edgeHeaders(r, []string{"Content-Type", "application/json"})
			}
			one := `{"data":{"__typename":"Query"}}`
			require.Equal(t, "["+one+strings.Repeat(","+one, 4)+"]", e.serve(list(5)).Body.String())
			require.Contains(t, e.serve(list(6)).Body.String(), "BATCH_TOO_LARGE")
		},
		"headers": func(t *testing.T, e *edge) {
			w := e.serve(edgePost("{s}"))
			require.Equal(t, "trefoil", w.Header().Get("X-Served-By"))
			require.Equal(t, "no-store", w.Header().Get("Cache-Control"), "the subgraph sends none")
		},
		"etag": func(t *testing.T, e *edge) {
			tag := e.serve(edgeGet("{s}")).Header().Get("ETag")
			require.NotEmpty(t, tag)
			require.Equal(t, http.StatusNotModified, e.serve(edgeGet("{s}", "If-None-Match", tag)).Code)
		},
		"apq": func(t *testing.T, e *edge) {
			const hash = `"extensions":{"persistedQuery":{"version":1,"sha256Hash":"926812d4cc627bdbde767c8f79ff487f5c0d2d7e76ec615d6ad012340ddbd55e"}}` // of {s}
			require.Contains(t, e.post(`{`+hash+`}`).Body.String(), "PERSISTED_QUERY_NOT_FOUND")
			require.Contains(t, e.post(`{"query":"{s}",`+hash+`}`).Body.String(), `"data"`)
			require.Contains(t, e.post(`{`+hash+`}`).Body.String(), `"data"`)
		},
		"persistedDocuments": func(t *testing.T, e *edge) {
			require.Contains(t, e.post(`{"documentId":"greeting"}`).Body.String(), `"data"`)
			require.Contains(t, e.post(`{"query":"query Greeting { s }"}`).Body.String(), `"data"`)
			require.Contains(t, e.post(`{"query":"{ s }"}`).Body.String(), "PERSISTED_QUERY_NOT_IN_LIST")
		},
		"rateLimit": func(t *testing.T, e *edge) {
			passed := 0
			for e.post(`{"query":"{s}"}`).Code == http.StatusOK {
				passed++
				require.Less(t, passed, 10_000)
			}
			require.GreaterOrEqual(t, passed, 100) // more if the test takes long
		},
	}
	// contracts_test.go, reload_test.go and operators_test.go say more of these three.
	checks["contracts"] = func(t *testing.T, e *edge) {
		r := edgePost("{s}")
		r.URL.Path = "/graphql/partner"
		require.Equal(t, http.StatusOK, e.serve(r).Code)
	}
	checks["reload"] = func(t *testing.T, e *edge) {
		require.NotEmpty(t, e.server.sources(e.server.config))
		require.Contains(t, e.serve(edgePost("{s}")).Body.String(), `"data"`)
		next, client := e.server.config, e.server.gateway.Load()
		next.Contracts, next.Limits.Document.Depth = nil, 1
		require.NoError(t, e.server.use(t.Context(), next), "nothing breaks")
		require.NotSame(t, client, e.server.gateway.Load())
		next.Limits.Tokens = 2
		require.ErrorContains(t, e.server.use(t.Context(), next), "1 of 1 cached operations would be refused")
	}
	checks["admin"] = func(t *testing.T, e *edge) {
		address := e.server.config.Admin.Listen
		require.Equal(t, "127.0.0.1:9090", address)
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, "http://"+address+"/readyz", nil)
		admin.NewHandler(operators{e.server}, address, slog.New(slog.DiscardHandler)).ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code)
	}
	checks["authentication"] = func(t *testing.T, e *edge) {
		require.Equal(t, http.StatusUnauthorized, e.serve(edgePost("{s}")).Code)
		require.Equal(t, http.StatusUnauthorized, e.serve(edgePost("{s}", "X-Api-Key", "other")).Code)
		require.Equal(t, http.StatusUnauthorized, e.serve(edgePost("{s}", "Authorization", "Bearer x.y.z")).Code)
		require.Equal(t, http.StatusOK, e.serve(edgePost("{s}", "X-Api-Key", "secret")).Code)
	}
	checks["limits"] = func(t *testing.T, e *edge) {
		aliases := ""
		for i := range 31 {
			aliases += fmt.Sprintf(" a%d: s", i)
		}
		require.Contains(t, e.serve(edgePost("{"+aliases+"}")).Body.String(), "30 are allowed")
		require.Equal(t, http.StatusOK, e.serve(edgePost("{s}")).Code)
	}
	// authorization_test.go runs this recipe over a schema with restrictions.
	checks["authorization"] = func(t *testing.T, e *edge) {
		require.Equal(t, http.StatusOK, e.serve(edgePost("{s}")).Code)
	}
	text, err := os.ReadFile("README.md")
	require.NoError(t, err)
	recipes := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, recipes, len(checks))
	for _, recipe := range recipes {
		name, _, _ := strings.Cut(recipe[1], ":")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, checks, name)
			e := newEdge(t, recipe[1], says(http.StatusOK, `{"data":{"s":"`+strings.Repeat("x", 5000)+`"}}`), io.Discard)
			checks[name](t, e)
		})
	}
}

// serve returns the response as it is sent.
func (e *edge) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.server.ServeHTTP(w, r)
	return w
}

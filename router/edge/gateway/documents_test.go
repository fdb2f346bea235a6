package gateway

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

// withDocuments returns a gateway whose clients may use APQ. Its engine executes __typename only.
func withDocuments(t testing.TB) *Gateway {
	t.Helper()
	d, err := documents.New(t.Context(), documents.Options{Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20}})
	require.NoError(t, err)
	g := New(Options{BodyBytes: 100_000, Documents: d, Log: slog.New(slog.DiscardHandler)})
	g.Use(finder(t))
	return g
}

func apq(text string) string {
	sum := sha256.Sum256([]byte(text))
	return `{"persistedQuery":{"version":1,"sha256Hash":"` + hex.EncodeToString(sum[:]) + `"}}`
}

// send sends a request and returns its response. A client of Apollo accepts application/json.
func send(g *Gateway, method, query, extensions string) *httptest.ResponseRecorder {
	values := url.Values{"extensions": {extensions}}
	body := `{"extensions":` + extensions + `}`
	if query != "" {
		values.Set("query", query)
		body = `{"query":"` + query + `","extensions":` + extensions + `}`
	}
	r := httptest.NewRequest(http.MethodGet, "/graphql?"+values.Encode(), nil)
	if method == http.MethodPost {
		r = httptest.NewRequest(method, "/graphql", strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

// TestAutomaticPersistedQueries sends the requests of the clients of Apollo and urql. It checks
// the parts of the response that these clients read: status 200, the message and the code.
func TestAutomaticPersistedQueries(t *testing.T) {
	t.Parallel()
	for _, method := range []string{http.MethodGet, http.MethodPost} {
		g := withDocuments(t)
		const text = `{ __typename }`
		missed := send(g, method, "", apq(text))
		require.Equal(t, http.StatusOK, missed.Code)
		require.Contains(t, missed.Body.String(), `"message":"PersistedQueryNotFound"`)
		require.Contains(t, missed.Body.String(), `"code":"PERSISTED_QUERY_NOT_FOUND"`)
		for _, query := range []string{text, "", ""} {
			found := send(g, method, query, apq(text))
			require.JSONEq(t, `{"data":{"__typename":"Query"}}`, found.Body.String())
		}
	}
}

// TestADocumentThatARuleRefusesIsNotKept checks that no client can store a refused document: its
// hash stays unknown.
func TestADocumentThatARuleRefusesIsNotKept(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ method, query, code string }{
		"syntax":               {http.MethodPost, `{ a`, "GRAPHQL_PARSE_FAILED"},
		"validity":             {http.MethodPost, `{ unknown }`, "GRAPHQL_VALIDATION_FAILED"},
		"tokens":               {http.MethodPost, `{` + strings.Repeat(" a", 20_000) + `}`, "OPERATION_TOO_LARGE"},
		"a planner's refusal":  {http.MethodPost, `subscription { a }`, "GRAPHQL_VALIDATION_FAILED"},
		"an operation's name":  {http.MethodPost, `query A { a } query B { a }`, "OPERATION_RESOLUTION_FAILURE"},
		"a mutation by GET":    {http.MethodGet, `mutation { change }`, "METHOD_NOT_ALLOWED"},
		"an id of another one": {http.MethodPost, `{ b }`, "PERSISTED_QUERY_MISMATCH"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := withDocuments(t)
			extensions := apq(test.query)
			if test.code == "PERSISTED_QUERY_MISMATCH" {
				extensions = apq(`{ a }`)
			}
			require.Contains(t, send(g, test.method, test.query, extensions).Body.String(), test.code)
			require.Contains(t, send(g, http.MethodPost, "", extensions).Body.String(), "PERSISTED_QUERY_NOT_FOUND")
		})
	}
}

func TestARepeatedIDIsFoundWithoutItsText(t *testing.T) {
	t.Parallel()
	e := finder(t)
	d := &documents.Document{ID: "1", Text: `query A { a } query B { b }`}
	find := func(name string) *prepared {
		found, err := e.findDocument(d)(t.Context(), params{Params: graphqlhttp.Params{OperationName: name}})
		require.NoError(t, err)
		return found
	}
	a := find("A")
	require.Equal(t, "A", a.operation.Name)
	require.Equal(t, "B", find("B").operation.Name)
	e.cache.entries.entries.Purge() // so that no document is found by its text
	require.Same(t, a, find("A"))
	same := &documents.Document{ID: "1", Text: `query A { b }`}
	other, err := e.findDocument(same)(t.Context(), params{Params: graphqlhttp.Params{OperationName: "A"}})
	require.NoError(t, err)
	require.NotSame(t, a, other, "a manifest may give an id to another document")
}

func TestWarmTrustedPlansDocuments(t *testing.T) {
	t.Parallel()
	e := finder(t)
	log := new(bytes.Buffer)
	e.options.Log = slog.New(slog.NewTextHandler(log, nil))
	named, alone := &documents.Document{ID: "1", Text: `query A { a }`}, &documents.Document{ID: "2", Text: `{ b }`}
	e.WarmTrusted(t.Context(), []*documents.Document{named, {ID: "broken", Text: `{ unknown }`}, alone})
	for k, planned := range map[documentKey]bool{
		{document: named}: true, {document: named, name: "A"}: true, {document: alone}: true, {document: alone, name: "A"}: false,
	} {
		_, ok := e.byID.get(k)
		require.Equal(t, planned, ok, "%+v", k)
	}
	_, ok := e.cache.entries.get(key{text: named.Text, name: "A"})
	require.True(t, ok, "the text is planned, too")
	require.Contains(t, log.String(), "id=broken")
	require.Contains(t, log.String(), "documents=2 failed=1")
	require.Contains(t, log.String(), "increase limits.cachedOperations")

	stopped, stop := context.WithCancel(t.Context())
	stop()
	fresh := finder(t)
	fresh.WarmTrusted(stopped, []*documents.Document{named})
	_, ok = fresh.byID.get(documentKey{document: named})
	require.False(t, ok)
}

func BenchmarkFindByID(b *testing.B) {
	e := finder(b)
	d := &documents.Document{ID: "1", Text: "{\n" + strings.Repeat("  a\n", 200) + "}"}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.findDocument(d)(b.Context(), params{}); err != nil {
			b.Fatal(err)
		}
	}
}

package documents_test

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
)

func TestFormatsOfManifests(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"Apollo": `{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [
			{"id": "1", "name": "A", "type": "query", "body": "query A { a }"}, {"id": "2", "name": "B", "type": "mutation", "body": "mutation B { b }"}]}`,
		"Relay":                        `{"1": "query A { a }", "2": "mutation B { b }"}`,
		"graphql-codegen":              `{"2": "mutation B { b }", "1": "query A { a }"}`,
		"Relay, with an id \"format\"": `{"1": "query A { a }", "2": "mutation B { b }", "format": "{ c }"}`,
	} {
		d := newDocuments(t, documents.Options{Mode: documents.ModeRequireID, Manifests: []string{write(t, text)}})
		require.Equal(t, "query A { a }", ask(t, d, "1", nil, "", true), name)
		require.Equal(t, "mutation B { b }", ask(t, d, "", apq("2"), "", true), name)
		require.GreaterOrEqual(t, len(d.Trusted()), 2)
	}
}

func TestManifestsWithErrors(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		`[]`: "it is not a JSON object", `{"1": "{ a }", "1": "{ b }"}`: "two members with the same name", `{"1": {}}`: `the value of the id "1" is not a text`,
		`{"": "{ a }"}`: "a document has no id", `{"1": ""}`: `the document with the id "1" is empty`, `{"1": "{ a }"} x`: "more text after the value",
		`{"` + strings.Repeat("x", 513) + `": "{ a }"}`:                                 "is longer than 512 bytes",
		`{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}`: "its format must be apollo-persisted-query-manifest with version 1",
	} {
		path := write(t, text)
		_, err := documents.New(t.Context(), documents.Options{Mode: documents.ModeRequire, Manifests: []string{path}})
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, path)
	}
	one, two := write(t, `{"1": "{ a }", "2": "{ c }"}`), write(t, `{"1": "{ b }"}`)
	_, err := documents.New(t.Context(), documents.Options{Mode: documents.ModeRequire, Manifests: []string{one, two}})
	require.ErrorContains(t, err, `two documents have the id "1"`)
	_, err = documents.New(t.Context(), documents.Options{Mode: documents.ModeRequire, Manifests: []string{"/nowhere"}})
	require.ErrorIs(t, err, os.ErrNotExist)
}

// watched starts Watch, and returns the log and the lists that were passed to warm.
func watched(t *testing.T, manifests ...string) (d *documents.Documents, log *buffer, warmed chan []*documents.Document) {
	t.Helper()
	log, warmed = new(buffer), make(chan []*documents.Document, 100)
	d = newDocuments(t, documents.Options{
		Mode: documents.ModeRequireID, Manifests: manifests, Interval: time.Millisecond, Log: slog.New(slog.NewTextHandler(log, nil)),
	})
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Watch(ctx, func(_ context.Context, list []*documents.Document) {
			select {
			case warmed <- list:
			default:
			}
		})
	}()
	t.Cleanup(func() { stop(); <-ended })
	return d, log, warmed
}

func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	require.Eventually(t, holds, 20*time.Second, time.Millisecond)
}

func TestAChangedFileIsReadAgain(t *testing.T) {
	t.Parallel()
	path, other := write(t, `{"1": "{ a }"}`), write(t, `{"other": "{ other }"}`)
	d, log, warmed := watched(t, path, other)
	require.Equal(t, documents.CodeNotInList, ask(t, d, "2", nil, "", true))

	require.NoError(t, os.WriteFile(path, []byte(`{"1": "{ a }", "2": broken`), 0o600))
	eventually(t, func() bool { return strings.Contains(log.String(), "stays as it is") })
	require.Equal(t, "{ a }", ask(t, d, "1", nil, "", true), "a broken manifest changes nothing")

	next := write(t, `{"2": "{ b }"}`)
	require.NoError(t, os.Rename(next, path)) // as builds and ConfigMaps replace files
	eventually(t, func() bool { return len(d.Trusted()) == 2 && d.Trusted()[0].ID == "2" })
	require.Equal(t, "{ b }", ask(t, d, "2", nil, "", true))
	require.Equal(t, "{ other }", ask(t, d, "other", nil, "", true))
	require.Equal(t, documents.CodeNotInList, ask(t, d, "1", nil, "", true))
	require.Len(t, <-warmed, 2, "the documents are planned before they are used")
	require.Equal(t, 1, strings.Count(log.String(), "stays as it is"), "the same error is logged once")

	require.NoError(t, os.Remove(path))
	eventually(t, func() bool { return strings.Count(log.String(), "stays as it is") == 2 })
	require.Equal(t, "{ b }", ask(t, d, "2", nil, "", true))
}

func TestAURLIsPolledWithItsETag(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	text, status, unchanged, read := `{"1": "{ a }"}`, http.StatusOK, 0, 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		etag := `"` + sha(text) + `"`
		switch {
		case status != http.StatusOK:
			w.WriteHeader(status)
		case r.Header.Get("If-None-Match") == etag:
			unchanged++
			w.WriteHeader(http.StatusNotModified)
		default:
			read++
			w.Header().Set("ETag", etag)
			_, _ = io.WriteString(w, text)
		}
	}))
	t.Cleanup(server.Close)
	d, log, warmed := watched(t, server.URL)
	set := func(nextText string, nextStatus int) {
		mu.Lock()
		defer mu.Unlock()
		text, status, unchanged = nextText, nextStatus, 0
	}
	seen := func(n *int, least int) func() bool {
		return func() bool { mu.Lock(); defer mu.Unlock(); return *n >= least }
	}
	eventually(t, seen(&unchanged, 3))
	require.Empty(t, warmed)
	set(`{"1": "{ a }", "2": "{ b }"}`, http.StatusOK)
	eventually(t, func() bool { return len(d.Trusted()) == 2 })
	eventually(t, seen(&unchanged, 3))
	require.False(t, seen(&read, 3)(), "the manifest is read once for each change")
	set("", http.StatusInternalServerError)
	eventually(t, func() bool { return strings.Contains(log.String(), "status 500") })
	set(strings.Repeat(" ", 17<<20), http.StatusOK)
	eventually(t, func() bool { return strings.Contains(log.String(), "larger than") })
	require.Len(t, d.Trusted(), 2)
}

func TestUnknownDocumentsAreLogged(t *testing.T) {
	t.Parallel()
	log := new(buffer)
	d := newDocuments(t, documents.Options{
		Mode: documents.ModeLog, Manifests: []string{write(t, `{"1": "{ a }"}`)}, Log: slog.New(slog.NewTextHandler(log, nil)),
		Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20},
	})
	require.Equal(t, "{a}", ask(t, d, "", nil, "{a}", true))
	require.Equal(t, "{ a }", ask(t, d, "", apq(sha("{ a }")), "{ a }", true))
	require.Empty(t, log.String())
	const secret = `{ b(token: "secret") }`
	for range 1000 {
		require.Equal(t, secret, ask(t, d, "", nil, secret, true))
	}
	require.Contains(t, log.String(), sha(secret))
	require.NotContains(t, log.String(), `"secret`)
	require.Less(t, strings.Count(log.String(), "\n"), 100, "a flood does not flood the log")
}

// buffer collects a log; several goroutines may use it.
type buffer struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.out.String()
}

package documents_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/documents"
	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/tests/redistest"
)

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func write(t testing.TB, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "manifest.json")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func newDocuments(t testing.TB, o documents.Options) *documents.Documents {
	t.Helper()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	d, err := documents.New(t.Context(), o)
	require.NoError(t, err)
	return d
}

// apq returns extensions as clients of Apollo and urql send them.
func apq(hash string) map[string]any {
	return map[string]any{"persistedQuery": map[string]any{"version": json.Number("1"), "sha256Hash": hash}}
}

// ask returns the text that a request executes, or the code with which it is refused. keep says
// whether the document passed every rule.
func ask(t testing.TB, d *documents.Documents, id string, extensions map[string]any, text string, keep bool) string {
	t.Helper()
	r, err := documents.RequestOf(id, extensions, text)
	if err != nil {
		return code(t, err)
	}
	found, err := d.Find(t.Context(), r)
	if err != nil {
		return code(t, err)
	}
	if keep {
		d.Keep(t.Context(), found)
	}
	if found.Document == nil {
		return text
	}
	return found.Document.Text
}

func code(t testing.TB, err error) string {
	t.Helper()
	var refused *refusal.Refusal
	require.True(t, errors.As(err, &refused), "%v", err)
	return refused.Errors[0].Extensions["code"].(string)
}

func TestModes(t *testing.T) {
	t.Parallel()
	const listed, printed, other = `query A { a(s: "x, y") }`, "query A {\n  a(s: \"x, y\") # the same\n}\n", `{ b }`
	path := write(t, `{"known": "query A { a(s: \"x, y\") }", "sha256:abc": "{ hashed }"}`)
	const notFound, notInList, idRequired, mismatch = documents.CodeNotFound, documents.CodeNotInList,
		documents.CodeIDRequired, documents.CodeMismatch
	accepts := map[string]string{
		"id": listed, "id and its text": listed, "id and the same text, printed": listed, "text": listed, "the same text, printed": printed, "another text": other,
		"unknown id": notFound, "id and another text": mismatch, "unknown id and another text": other, "unknown hash": notFound,
		"hash of another text and it": other, "unknown hash and another text": mismatch, "id with the prefix of a hash": "{ hashed }",
	}
	with := func(changes map[string]string) map[string]string {
		all := map[string]string{}
		for name, want := range accepts {
			all[name] = want
		}
		for name, want := range changes {
			all[name] = want
		}
		return all
	}
	wants := map[string]map[string]string{
		documents.ModePrefer: accepts,
		documents.ModeLog:    accepts,
		documents.ModeRequire: with(map[string]string{
			"the same text, printed": listed, "another text": notInList, "unknown id and another text": notInList,
			"hash of another text and it": notInList, "unknown hash and another text": notInList,
		}),
		documents.ModeRequireID: with(map[string]string{
			"text": idRequired, "the same text, printed": idRequired, "another text": idRequired, "unknown id": notInList,
			"unknown id and another text": notInList, "unknown hash": notInList, "hash of another text and it": notInList,
			"unknown hash and another text": notInList,
		}),
	}
	for mode, want := range wants {
		d := newDocuments(t, documents.Options{Mode: mode, Manifests: []string{path}})
		require.Equal(t, mode != documents.ModePrefer, d.ChecksTexts(), mode)
		got := map[string]string{
			"id":                            ask(t, d, "known", nil, "", true),
			"id and its text":               ask(t, d, "known", nil, listed, true),
			"id and the same text, printed": ask(t, d, "known", nil, printed, true),
			"text":                          ask(t, d, "", nil, listed, true),
			"the same text, printed":        ask(t, d, "", nil, printed, true),
			"another text":                  ask(t, d, "", nil, other, true),
			"unknown id":                    ask(t, d, "unknown", nil, "", true),
			"id and another text":           ask(t, d, "known", nil, other, true),
			"unknown id and another text":   ask(t, d, "unknown", nil, other, true),
			"unknown hash":                  ask(t, d, "", apq(sha(other)), "", true),
			"hash of another text and it":   ask(t, d, "", apq(sha(other)), other, true),
			"unknown hash and another text": ask(t, d, "", apq(sha("x")), other, true),
			"id with the prefix of a hash":  ask(t, d, "", apq("abc"), "", true),
		}
		require.Equal(t, want, got, mode)
	}
}

func TestADifferenceInATokenIsAnotherDocument(t *testing.T) {
	t.Parallel()
	path := write(t, `{"1": "query A { a(s: \"x\") }"}`)
	d := newDocuments(t, documents.Options{Mode: documents.ModeRequire, Manifests: []string{path}})
	for _, text := range []string{
		`query A { a(s: """x""") }`, `query A { a(s: "x ") }`, `query A { a(s: x) }`, `query A { as: "x" }`, `query A { a(s: "x") } {b}`, `query B { a(s: "x") }`, `query A { a(s: "x`,
	} {
		require.Equal(t, documents.CodeNotInList, ask(t, d, "", nil, text, true), text)
	}
}

func TestAutomaticDocuments(t *testing.T) {
	t.Parallel()
	d := newDocuments(t, documents.Options{Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20}})
	require.False(t, d.ChecksTexts())
	const text = `{ a }`
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(text)), "", true))
	require.Equal(t, text, ask(t, d, "", apq(sha(text)), text, true))
	require.Equal(t, text, ask(t, d, "", apq(sha(text)), "", true))
	require.Equal(t, text, ask(t, d, "sha256:"+sha(text), nil, "", true), "the same id, as GraphQL over HTTP writes it")
	require.Equal(t, text, ask(t, d, "", apq(sha(text)), text, true), "a client that always sends both")
	require.Equal(t, documents.CodeMismatch, ask(t, d, "", apq(sha(text)), `{ b }`, true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, sha(text), nil, "", true), "an id without the prefix is not a hash")
	require.Equal(t, `{ b }`, ask(t, d, "", nil, `{ b }`, true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(`{ b }`)), "", true), "a text without its hash is not kept")
}

// TestARefusedDocumentIsNotKept is the test for APQ poisoning: a client must not be able to store
// a document that a rule refuses, or a document under the id of another.
func TestARefusedDocumentIsNotKept(t *testing.T) {
	t.Parallel()
	d := newDocuments(t, documents.Options{Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20}})
	const refused = `{ secret }`
	require.Equal(t, refused, ask(t, d, "", apq(sha(refused)), refused, false))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(refused)), "", true))
	require.Equal(t, documents.CodeMismatch, ask(t, d, "", apq(sha(`{ a }`)), refused, true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(`{ a }`)), "", true))
}

func TestTheSameDocumentHasTheSameAddress(t *testing.T) {
	t.Parallel()
	d := newDocuments(t, documents.Options{Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20}})
	find := func(text string) *documents.Document {
		r, err := documents.RequestOf("", apq(sha(`{ a }`)), text)
		require.NoError(t, err)
		found, err := d.Find(t.Context(), r)
		require.NoError(t, err)
		d.Keep(t.Context(), found)
		return found.Document
	}
	find(`{ a }`)
	require.Same(t, find(""), find(""))
	require.Same(t, find(""), find(`{ a }`))
}

// TestMemoryOfAutomaticDocumentsIsBounded keeps 100,000 documents within 16 MiB.
func TestMemoryOfAutomaticDocumentsIsBounded(t *testing.T) {
	const bound = 16 << 20
	heap := func() uint64 {
		runtime.GC()
		runtime.GC()
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		return stats.HeapAlloc
	}
	before := heap()
	d := newDocuments(t, documents.Options{Automatic: &documents.AutomaticOptions{MemoryBytes: bound}})
	text := func(i int) string { return fmt.Sprintf("query Q%d { %s }", i, strings.Repeat("field ", i%200)) }
	for i := range 100_000 {
		require.Equal(t, text(i), ask(t, d, "", apq(sha(text(i))), text(i), true))
	}
	require.LessOrEqual(t, int64(heap())-int64(before), int64(bound))
	require.Equal(t, text(99_999), ask(t, d, "", apq(sha(text(99_999))), "", true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(text(0))), "", true), "it was not used for the longest time")
	large := strings.Repeat("x", 300<<10)
	require.Equal(t, large, ask(t, d, "", apq(sha(large)), large, true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(large)), "", true), "a large document is not kept")
}

func TestWrongParameters(t *testing.T) {
	t.Parallel()
	d := newDocuments(t, documents.Options{Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20}})
	of := func(value any) map[string]any { return map[string]any{"persistedQuery": value} }
	for want, cases := range map[string][]map[string]any{
		"BAD_REQUEST": {
			of("x"), of(nil), of(map[string]any{}), of(map[string]any{"version": json.Number("1")}), of(map[string]any{"sha256Hash": "x"}),
			of(map[string]any{"version": json.Number("1"), "sha256Hash": 5}), of(map[string]any{"version": json.Number("1"), "sha256Hash": ""}), apq(strings.Repeat("x", 513)),
		},
		documents.CodeNotSupported: {of(map[string]any{"version": json.Number("2"), "sha256Hash": "x"}), of(map[string]any{"version": "1", "sha256Hash": "x"})},
	} {
		for _, extensions := range cases {
			require.Equal(t, want, ask(t, d, "", extensions, "", true), extensions)
		}
	}
	require.Equal(t, "BAD_REQUEST", ask(t, d, "sha256:a", apq("b"), "", true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "sha256:a", apq("a"), "", true))
	require.Equal(t, documents.CodeNotSupported, code(t, documents.Unsupported()))
}

func withRedis(t testing.TB, server *redistest.Server) *documents.Documents {
	t.Helper()
	client, err := redisclient.New(redisclient.Options{URL: server.URL, Timeout: 10 * time.Second, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	return newDocuments(t, documents.Options{Automatic: &documents.AutomaticOptions{
		MemoryBytes: 1 << 20, Shared: client, Prefix: "trefoil:apq:", TTL: time.Hour,
	}})
}

func TestRoutersShareDocumentsInRedis(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	first, second := withRedis(t, server), withRedis(t, server)
	const text = `{ a }`
	require.Equal(t, documents.CodeNotFound, ask(t, second, "", apq(sha(text)), "", true))
	require.Equal(t, text, ask(t, first, "", apq(sha(text)), text, true))
	require.Equal(t, text, ask(t, second, "", apq(sha(text)), "", true))
	server.Stop()
	require.Equal(t, text, ask(t, second, "", apq(sha(text)), "", true), "it is in memory, too")
}

func TestADocumentInRedisWithAWrongHashIsNotServed(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client(t)
	d := withRedis(t, server)
	require.NoError(t, client.Set(t.Context(), "trefoil:apq:"+sha(`{ a }`), `{ poison }`, 0).Err())
	require.NoError(t, client.Set(t.Context(), "trefoil:apq:"+sha(`{ b }`), `{ b }`, 0).Err())
	require.NoError(t, client.LPush(t.Context(), "trefoil:apq:"+sha(`{ c }`), `{ c }`).Err())
	require.Equal(t, `{ b }`, ask(t, d, "", apq(sha(`{ b }`)), "", true))
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(`{ a }`)), "", true))
	require.Equal(t, `{ a }`, ask(t, d, "", apq(sha(`{ a }`)), `{ a }`, true))
	require.Equal(t, `{ a }`, client.Get(t.Context(), "trefoil:apq:"+sha(`{ a }`)).Val(), "the right document replaces it")
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(`{ c }`)), "", true), "a value of another kind")
}

func TestAFailureOfRedisFailsNoRequest(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	d := withRedis(t, server)
	server.Stop()
	const text = `{ a }`
	require.Equal(t, documents.CodeNotFound, ask(t, d, "", apq(sha(text)), "", true))
	require.Equal(t, text, ask(t, d, "", apq(sha(text)), text, true))
	require.Equal(t, text, ask(t, d, "", apq(sha(text)), "", true))
}

func ExampleDocuments() {
	d, err := documents.New(context.Background(), documents.Options{
		Automatic: &documents.AutomaticOptions{MemoryBytes: 1 << 20},
	})
	if err != nil {
		panic(err)
	}
	const text = "{ __typename }"
	request, _ := documents.RequestOf("sha256:"+sha(text), nil, "")
	_, err = d.Find(context.Background(), request)
	fmt.Println(strings.TrimSpace(err.Error()))
	request.Text = text
	found, _ := d.Find(context.Background(), request)
	d.Keep(context.Background(), found) // after the document has passed every rule
	request.Text = ""
	found, _ = d.Find(context.Background(), request)
	fmt.Println(found.Document.Text)
	// Output:
	// input: No document has this id. Send the text of the document, too.
	// { __typename }
}

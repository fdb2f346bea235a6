package gateway

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const usualBody = `{"query":"query A($id: ID!) {\n  user(id: $id) {\n    name\n  }\n}\n","variables":{"id":"1"},"operationName":"A"}`

const withoutVariables = `{"query":"query A {\n  user(id: \"1\") {\n    name\n  }\n}\n","operationName":"A"}`

// requireSameParams checks that scanParams and encoding/json read a body alike.
func requireSameParams(t *testing.T, body []byte) (scanned bool) {
	t.Helper()
	got, scanned := scanParams(body)
	if !scanned {
		return false
	}
	if got.raw != nil {
		query, ok := unquote(got.raw)
		if !ok {
			return false // like params.read, fall back to encoding/json
		}
		got.Query, got.raw = query, nil
	}
	want, err := decodeParams(body)
	if want.Query == "" {
		return true // decodeParams refuses it, and so does the caller of scanParams
	}
	require.NoError(t, err, "%q", body)
	require.Equal(t, want, got, "%q", body)
	return true
}

func TestQuickParams(t *testing.T) {
	t.Parallel()
	for body, scanned := range map[string]bool{
		usualBody:       true,
		`{"query":"a"}`: true,
		" {\n\"variables\" : {\"a\":[{\"b\":\"}\\\"\"}]} ,\t\"query\":\"ü\\\"\\\\\\/\\b\\f\\r\\t\", \"operationName\":null} ": true,
		`{"query":"a","variables":{}}`:   true,
		`{"query":"a","variables":null}`: true,
		`{"query":"\u0061"}`:             false,
		"{\"query\":\"a\nb\"}":           false,
		"{\"query\":\"\\n\x01\"}":        false,
		"{\"query\":\"\xff\"}":           false,
		`{"query":"a","query":"b"}`:      false,
		`{"Query":"a"}`:                  false,
		`{"query":"a","extensions":{"persistedQuery":{"version":1}},"documentId":"d"}`: true,
		`{"documentId":null,"extensions":null}`:                                        true,
		`{"query":"a","extensions":[]}`:                                                false,
		`{"query":"a","documentId":1}`:                                                 false,
		`{"query":"a","doc_id":"1"}`:                                                   false,
		`{"query":"a","variables":[]}`:                                                 false,
		`{"query":"a","variables":{"a":}}`:                                             false,
		`{"query":"a","variables":{"a":"b}`:                                            false,
		`{"query":1}`:                                                                  false,
		`{"query":null}`:                                                               false,
		`{"query":"a"}{}`:                                                              false,
		`{"query":"a",}`:                                                               false,
		`{"query":"a\`:                                                                 false,
		`{"query":"a\n`:                                                                false,
		`{`:                                                                            false,
		`}`:                                                                            false,
		``:                                                                             false,
	} {
		require.Equal(t, scanned, requireSameParams(t, []byte(body)), body)
	}
}

func FuzzQuickParams(f *testing.F) {
	for _, body := range []string{usualBody, `{"query":"\"\\","variables":{"a":[{"b":"}"}]}}`, ` {"operationName":null , "query":"ü"}`, `{}`} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) { requireSameParams(t, body) })
}

func BenchmarkReadParams(b *testing.B) {
	b.Run("scan", func(b *testing.B) {
		body := []byte(withoutVariables)
		b.ReportAllocs()
		for b.Loop() {
			if _, ok := scanParams(body); !ok {
				b.Fatal("scanParams did not read it")
			}
		}
	})
	b.Run("slow", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := decodeParams([]byte(withoutVariables)); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// TestQuickParamsAllocates bounds the allocations. It does not run in parallel, because other
// tests would add allocations.
func TestQuickParamsAllocates(t *testing.T) {
	query, err := json.Marshal(map[string]string{"query": strings.Repeat("{ a }\n", 100)})
	require.NoError(t, err)
	require.LessOrEqual(t, testing.AllocsPerRun(100, func() { scanParams(query) }), 1.0)
}

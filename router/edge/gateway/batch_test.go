package gateway_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/gateway"
)

// sendList sends a batch of these JSON texts, and returns the responses in order.
func (r *router) sendList(t testing.TB, items ...string) (int, http.Header, []json.RawMessage) {
	t.Helper()
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader("["+strings.Join(items, ",")+"]"))
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", media+", application/json;q=0.9")
	request.Header.Set("X-Request-Id", "the-id")
	w := httptest.NewRecorder()
	r.gateway.ServeHTTP(w, request)
	var list []json.RawMessage
	if w.Body.Bytes()[0] != '[' {
		return w.Code, w.Header(), []json.RawMessage{w.Body.Bytes()}
	}
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &list), w.Body.String())
	return w.Code, w.Header(), list
}

const (
	hello   = `{"query":"query A { hello(name: \"a\") }"}`
	logging = `{"query":"mutation B { log(text: \"a\") }"}`
	second  = `{"query":"query($n: String!) { b: hello(name: $n) }","variables":{"n":"b"}}`
)

// TestBatch checks that a batch has one response for each operation, in order, and that an
// operation with errors does not affect the others.
func TestBatch(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{BatchedOperations: 5})
	r.answer = `{"data":{"hello":"hi","b":"ho"}}`
	status, header, list := r.sendList(t, hello, `{"query":"{ unknown }"}`, second, `{}`, hello)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "application/json; charset=utf-8", header.Get("Content-Type"))
	require.Equal(t, []string{"access=new", "access=new", "access=new"}, header["Set-Cookie"])
	require.Len(t, list, 5)
	require.Equal(t, `{"data":{"hello":"hi"}}`, string(list[0]))
	require.Contains(t, string(list[1]), `"code":"GRAPHQL_VALIDATION_FAILED","requestId":"the-id"`)
	require.Equal(t, `{"data":{"b":"ho"}}`, string(list[2]))
	require.Contains(t, string(list[3]), "The parameter query is missing.")
	require.Equal(t, string(list[0]), string(list[4]), "the same operation twice")
	require.Contains(t, r.log.String(), `"errors":2`)
}

// TestMutationsOfABatchComeInOrder checks that the operations of a batch with a mutation are
// executed one after the other.
func TestMutationsOfABatchComeInOrder(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{BatchedOperations: 10})
	items, want := []string{}, []string{}
	for i := range 10 {
		field := []string{"hello(name: %q)", "log(text: %q)"}[i%2]
		kind := []string{"query", "mutation"}[i%2]
		text := fmt.Sprintf(kind+" { a"+fmt.Sprint(i)+": "+field+" }", "x")
		item, err := json.Marshal(map[string]any{"query": text})
		require.NoError(t, err)
		items, want = append(items, string(item)), append(want, fmt.Sprintf("a%d:", i))
	}
	_, _, list := r.sendList(t, items...)
	require.Len(t, list, 10)
	require.Len(t, r.asked, 10)
	for i, name := range want {
		require.Contains(t, strings.ReplaceAll(r.asked[i], " ", ""), name)
	}
}

// TestBatchIsRefused checks the errors that refuse a complete batch.
func TestBatchIsRefused(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{BatchedOperations: 2})
	for name, c := range map[string]struct {
		items   []string
		message string
	}{
		"none":           {nil, "The batch has no operation."},
		"too many":       {[]string{hello, hello, hello}, "The batch has more than 2 operations. Split it."},
		"not an object":  {[]string{hello, `"{hello}"`}, "The item at index 1 of the batch is not a GraphQL request: it has the wrong type, string."},
		"a wrong type":   {[]string{`{"query":1}`}, "The item at index 0 of the batch is not a GraphQL request: the parameter query has the wrong type, number."},
		"a list in it":   {[]string{"[" + hello + "]"}, "The item at index 0"},
		"a member twice": {[]string{`{"query":"{a}","query":"{a}"}`}, "two members with the same name"},
		"not JSON":       {[]string{`{"query":`}, "The body is not a list of GraphQL requests in JSON"},
	} {
		status, _, list := r.sendList(t, c.items...)
		require.Equal(t, http.StatusBadRequest, status, name)
		require.Contains(t, string(list[0]), c.message, name)
	}
	require.Empty(t, r.asked)
	off := newRouter(t, gateway.Options{})
	status, _, list := off.sendList(t, hello)
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, string(list[0]), "Send one operation per request.")
}

// TestCVE_2026_33756 checks that a batch does not multiply limits: each limit bounds all
// operations of the batch together.
func TestCVE_2026_33756(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{BatchedOperations: 10})
	six := `{"query":"mutation {` + times(6, `a#: log(text: \"#\") `) + `}"}`
	status, _, list := r.sendList(t, six, six)
	require.Equal(t, http.StatusBadRequest, status)
	require.Contains(t, string(list[0]), `"code":"OPERATION_TOO_LARGE","limit":"rootMutations","max":10,"requestId":"the-id","value":12`)
	require.Empty(t, r.asked)

	// An operation that is refused alone costs the others nothing.
	eleven := `{"query":"mutation {` + times(11, `a#: log(text: \"#\") `) + `}"}`
	status, _, list = r.sendList(t, eleven, logging)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, string(list[0]), "OPERATION_TOO_LARGE")
	require.NotContains(t, string(list[1]), "OPERATION_TOO_LARGE")
	require.Len(t, r.asked, 1)

	// The size of the response is bounded, too: here to 900 bytes.
	r.answer = `{"data":{"hello":"` + strings.Repeat("x", 400) + `"}}`
	_, _, list = r.sendList(t, hello)
	require.NotContains(t, string(list[0]), "RESPONSE_TOO_LARGE")
	_, _, list = r.sendList(t, hello, hello, hello)
	for _, answer := range list {
		require.Contains(t, string(answer), "RESPONSE_TOO_LARGE")
	}
}

// TestCVE_2026_35401 checks that aliases do not multiply a mutation such as a log-in, neither in
// one operation nor in a batch.
func TestCVE_2026_35401(t *testing.T) {
	t.Parallel()
	r := newRouter(t, gateway.Options{BatchedOperations: 10})
	got := r.do(t, query(`mutation {`+times(11, `a#: log(text: "#") `)+`}`))
	require.Equal(t, "OPERATION_TOO_LARGE", got.Errors[0].Extensions["code"])
	require.Equal(t, "rootMutations", got.Errors[0].Extensions["limit"])
	aliased := `{"query":"mutation {` + times(2, `a#: log(text: \"#\") `) + `}"}`
	status, _, _ := r.sendList(t, aliased, aliased, aliased, aliased, aliased, aliased)
	require.Equal(t, http.StatusBadRequest, status)
	require.Empty(t, r.asked)
}

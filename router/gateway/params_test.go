package gateway

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func post(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, graphqlPath, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

func TestReadParams(t *testing.T) {
	t.Parallel()
	want := params{
		Query: "{a}", OperationName: "A",
		Variables: map[string]any{"n": json.Number("12345678901234567890"), "s": "ü"},
	}
	const body = `{"query":"{a}","operationName":"A","variables":{"n":12345678901234567890,"s":"ü"},"extensions":null}`
	cases := map[string]*http.Request{
		"POST":              post("application/json", body),
		"POST with charset": post("Application/JSON; charset=UTF-8", body),
		"GET": httptest.NewRequest(http.MethodGet,
			graphqlPath+`?query=%7Ba%7D&operationName=A&variables=%7B%22n%22:12345678901234567890,%22s%22:%22%C3%BC%22%7D`, nil),
	}
	for name, r := range cases {
		got, err := read(r)
		require.NoError(t, err, name)
		require.NoError(t, got.read(), name)
		got.body = nil
		require.Equal(t, want, got, name)
	}
}

// read reads parameters, as a gateway that takes bodies of 1,000 bytes.
func read(r *http.Request) (params, error) {
	g := New(Options{BodyBytes: 1000})
	return g.readParams(&exchange{ResponseWriter: httptest.NewRecorder(), request: r})
}

func TestReadParamsRefuses(t *testing.T) {
	t.Parallel()
	const asJSON = "application/json"
	get := func(query string) *http.Request {
		return httptest.NewRequest(http.MethodGet, graphqlPath+query, nil)
	}
	cases := map[string]struct {
		request *http.Request
		status  int
		message string
	}{
		"no content type":      {post("", `{"query":"{a}"}`), 415, "application/json"},
		"a form":               {post("application/x-www-form-urlencoded", `query={a}`), 415, "application/json"},
		"text, as forms may":   {post("text/plain", `{"query":"{a}"}`), 415, "application/json"},
		"another charset":      {post("application/json; charset=latin1", `{"query":"{a}"}`), 415, "UTF-8"},
		"PUT":                  {httptest.NewRequest(http.MethodPut, graphqlPath, nil), 405, "POST or GET"},
		"empty":                {post(asJSON, ""), 400, "ends too early"},
		"cut off":              {post(asJSON, `{"query":"{a}"`), 400, "ends too early"},
		"not JSON":             {post(asJSON, `query`), 400, "not a GraphQL request in JSON"},
		"two values":           {post(asJSON, `{"query":"{a}"}{}`), 400, "more after its end"},
		"a list":               {post(asJSON, ` [{"query":"{a}"}]`), 400, "one operation a request"},
		"a string":             {post(asJSON, `"{a}"`), 400, "cannot be a string"},
		"no query":             {post(asJSON, `{"qeury":"{a}"}`), 400, "query is missing"},
		"query of null":        {post(asJSON, `{"query":null}`), 400, "query is missing"},
		"query of number":      {post(asJSON, `{"query":1}`), 400, "query cannot be a number"},
		"operationName object": {post(asJSON, `{"query":"{a}","operationName":{}}`), 400, "operationName cannot be a object"},
		"variables list":       {post(asJSON, `{"query":"{a}","variables":[]}`), 400, "variables cannot be a array"},
		"extensions string":    {post(asJSON, `{"query":"{a}","extensions":""}`), 400, "extensions cannot be a string"},
		"too large":            {post(asJSON, `{"query":"`+strings.Repeat(" ", 1000)+`"}`), 413, "larger than 1000 bytes"},
		"GET without a query":  {get(""), 400, "query is missing"},
		"GET, variables list":  {get("?query={a}&variables=[]"), 400, "variables is not a JSON object"},
		"GET, not JSON":        {get("?query={a}&extensions=a"), 400, "extensions is not a JSON object"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := read(test.request)
			var refused *refusal
			require.ErrorAs(t, err, &refused)
			require.Equal(t, test.status, refused.status)
			require.Contains(t, refused.errors[0].Message, test.message)
			require.NotEmpty(t, refused.errors[0].Extensions["code"])
		})
	}
}

func TestNegotiate(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                                  mediaJSON,
		"*/*":                               mediaJSON,
		"application/*":                     mediaJSON,
		"application/json":                  mediaJSON,
		"application/graphql-response+json": mediaResponse,
		"application/json, application/graphql-response+json":                       mediaResponse,
		"application/json, application/graphql-response+json;q=0.9":                 mediaJSON,
		"application/graphql-response+json; charset=utf-8, application/json; q=0.9": mediaResponse,
		"text/html, */*;q=0.1":                     mediaJSON,
		"text/html":                                "",
		"application/json;q=0":                     "",
		"nonsense, application/json; q=x, a/b/c/d": "",
	}
	for accept, want := range cases {
		media, ok := negotiate(accept)
		require.Equal(t, want, media, accept)
		require.Equal(t, want != "", ok, accept)
	}
}

func TestRequestID(t *testing.T) {
	t.Parallel()
	require.Equal(t, "01-a_B.9", requestID("01-a_B.9"))
	seen := map[string]bool{}
	for _, given := range []string{"", "a b", "a\nb", "ä", strings.Repeat("a", 65)} {
		id := requestID(given)
		require.NotEqual(t, given, id)
		require.False(t, seen[id])
		seen[id] = true
	}
}

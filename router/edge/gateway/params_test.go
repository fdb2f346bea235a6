package gateway

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

func post(contentType, body string) *http.Request {
	r := httptest.NewRequest(http.MethodPost, graphqlPath, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	return r
}

func TestReadParams(t *testing.T) {
	t.Parallel()
	want := params{Params: graphqlhttp.Params{
		Query: "{a}", OperationName: "A",
		Variables: map[string]any{"n": json.Number("12345678901234567890"), "s": "ü"},
	}}
	const body = `{"query":"{a}","operationName":"A","variables":{"n":12345678901234567890,"s":"ü"},"extensions":null}`
	cases := map[string]*http.Request{
		"POST":              post("application/json", body),
		"POST with others":  post("application/json", strings.Replace(body, "{", `{"QUERY":"{b}","Variables":[],"query ":"{c}",`, 1)),
		"BOM and an escape": post("application/json", "\uFEFF"+strings.Replace(body, "{a}", `\u007ba}`, 1)),
		"POST with charset": post("Application/JSON; charset=UTF-8", body),
		"POST with utf8":    post("application/json;charset=utf8", body),
		"POST with a BOM":   post("application/json", "\uFEFF"+body),
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

// read reads parameters like a gateway that accepts bodies of 1,000 bytes.
func read(r *http.Request) (params, error) {
	g := New(Options{BodyBytes: 1000})
	p, err := g.readParams(&exchange{ResponseWriter: httptest.NewRecorder(), request: r})
	if err == nil {
		err = p.check()
	}
	return p, err
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
		"no content type":       {post("", `{"query":"{a}"}`), 415, "application/json"},
		"a form":                {post("application/x-www-form-urlencoded", `query={a}`), 415, "application/json"},
		"text, as forms may":    {post("text/plain", `{"query":"{a}"}`), 415, "application/json"},
		"UTF-16":                {post("application/json; charset=utf-16", `{"query":"{a}"}`), 415, "UTF-8"},
		"UTF-7":                 {post("application/json; charset=utf-7", `{"query":"{a}"}`), 415, "UTF-8"},
		"bytes not UTF-8":       {post(asJSON, "{\"query\":\"{a(s:\\\"\xff\\\")}\"}"), 400, "not valid UTF-8"},
		"a name not UTF-8":      {post(asJSON, "{\"query\":\"{a}\",\"\xff\":1}"), 400, "not valid UTF-8"},
		"query twice":           {post(asJSON, `{"query":"{a}","query":"{b}"}`), 400, "two members with the same name"},
		"variables twice":       {post(asJSON, `{"query":"{a}","variables":{},"variables":{}}`), 400, "two members with the same name"},
		"a variable twice":      {post(asJSON, `{"query":"{a}","variables":{"a":1,"a":2}}`), 400, "two members with the same name"},
		"a member twice, deep":  {post(asJSON, `{"query":"{a}","variables":{"a":[{"b":1,"\u0062":2}]}}`), 400, "two members with the same name"},
		"half a surrogate pair": {post(asJSON, `{"query":"{a}","variables":{"a":"\ud83d"}}`), 400, "half of a surrogate pair"},
		"half, in the query":    {post(asJSON, `{"query":"{a #\ud83d\n}"}`), 400, "half of a surrogate pair"},
		"GET, a variable twice": {get("?query={a}&variables={%22a%22:1,%22a%22:2}"), 400, "two members with the same name"},
		"GET, not UTF-8":        {get("?query={a}&variables={%22a%22:%22%ff%22}"), 400, "not valid UTF-8"},
		"GET, query not UTF-8":  {get("?query={a%23%ff}"), 400, "query is not valid UTF-8"},
		"GET, name not UTF-8":   {get("?query={a}&operationName=%ff"), 400, "operationName is not valid UTF-8"},
		"another charset":       {post("application/json; charset=latin1", `{"query":"{a}"}`), 415, "UTF-8"},
		"PUT":                   {httptest.NewRequest(http.MethodPut, graphqlPath, nil), 405, "POST or GET"},
		"empty":                 {post(asJSON, ""), 400, "ends too early"},
		"cut off":               {post(asJSON, `{"query":"{a}"`), 400, "ends too early"},
		"not JSON":              {post(asJSON, `query`), 400, "not a GraphQL request in JSON"},
		"two values":            {post(asJSON, `{"query":"{a}"}{}`), 400, "more text after the value"},
		"a list":                {post(asJSON, ` [{"query":"{a}"}]`), 400, "one operation per request"},
		"a string":              {post(asJSON, `"{a}"`), 400, "it has the wrong type, string"},
		"query in capitals":     {post(asJSON, `{"QUERY":"{a}"}`), 400, "query is missing"},
		"no query":              {post(asJSON, `{"qeury":"{a}"}`), 400, "query is missing"},
		"query of null":         {post(asJSON, `{"query":null}`), 400, "query is missing"},
		"query of number":       {post(asJSON, `{"query":1}`), 400, "query has the wrong type, number"},
		"operationName object":  {post(asJSON, `{"query":"{a}","operationName":{}}`), 400, "operationName has the wrong type, object"},
		"variables list":        {post(asJSON, `{"query":"{a}","variables":[]}`), 400, "variables has the wrong type, array"},
		"extensions string":     {post(asJSON, `{"query":"{a}","extensions":""}`), 400, "extensions has the wrong type, string"},
		"too large":             {post(asJSON, `{"query":"`+strings.Repeat(" ", 1000)+`"}`), 413, "larger than 1000 bytes"},
		"GET without a query":   {get(""), 400, "query is missing"},
		"GET, variables list":   {get("?query={a}&variables=[]"), 400, "variables is not a JSON object"},
		"GET, not an encoding":  {get("?query={a}&operationName=%zz"), 400, "not encoded correctly"},
		"GET, not JSON":         {get("?query={a}&extensions=a"), 400, "extensions is not a JSON object"},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := read(test.request)
			if err == nil {
				err = p.read()
			}
			var refused *refusal.Refusal
			require.ErrorAs(t, err, &refused)
			require.Equal(t, test.status, refused.Status)
			require.Contains(t, refused.Errors[0].Message, test.message)
			require.NotEmpty(t, refused.Errors[0].Extensions["code"])
		})
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

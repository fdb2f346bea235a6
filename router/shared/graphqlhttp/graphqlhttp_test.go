package graphqlhttp_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/shared/graphqlhttp"
)

func TestNegotiate(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"":                                  graphqlhttp.JSON,
		"*/*":                               graphqlhttp.JSON,
		"application/*":                     graphqlhttp.JSON,
		"application/json":                  graphqlhttp.JSON,
		"application/graphql-response+json": graphqlhttp.Response,
		"application/json, application/graphql-response+json":                       graphqlhttp.Response,
		"application/json, application/graphql-response+json;q=0.9":                 graphqlhttp.JSON,
		"application/graphql-response+json; charset=utf-8, application/json; q=0.9": graphqlhttp.Response,
		"text/html, */*;q=0.1":                     graphqlhttp.JSON,
		"text/html":                                "",
		"application/json;q=0":                     "",
		"nonsense, application/json; q=x, a/b/c/d": "",
	}
	for accept, want := range cases {
		media, ok := graphqlhttp.Negotiate(accept)
		require.Equal(t, want != "", ok, accept)
		if want == "" {
			want = graphqlhttp.JSON // for the refusal
		}
		require.Equal(t, want, media, accept)
	}
}

func TestIsJSON(t *testing.T) {
	t.Parallel()
	for contentType, want := range map[string]bool{
		"application/json": true, "Application/JSON; charset=UTF-8": true,
		"application/json;charset=utf8": true, "": false, "text/plain": false,
		"application/json; charset=utf-16": false, "application/json;": true,
		"application/graphql": false, "application/json; charset": false,
	} {
		require.Equal(t, want, graphqlhttp.IsJSON(contentType), contentType)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	require.Equal(t, 200, graphqlhttp.Status(graphqlhttp.JSON, 400))
	require.Equal(t, 400, graphqlhttp.Status(graphqlhttp.Response, 400))
}

// TestURLAndJSONHaveTheSameParameters checks that a GET and a POST mean the same.
func TestURLAndJSONHaveTheSameParameters(t *testing.T) {
	t.Parallel()
	ofJSON, err := graphqlhttp.ReadJSON([]byte(
		`{"query":"{a}","operationName":"A","variables":{"n":12345678901234567890},"extensions":{"e":1},"documentId":"d"}`))
	require.NoError(t, err)
	ofURL, err := graphqlhttp.ReadURL(&url.URL{RawQuery: url.Values{
		"query": {"{a}"}, "operationName": {"A"},
		"variables": {`{"n":12345678901234567890}`}, "extensions": {`{"e":1}`},
		"documentId": {"d"},
	}.Encode()})
	require.NoError(t, err)
	require.Equal(t, ofJSON, ofURL)
}

// TestTheIDOfADocument checks both names of the parameter.
func TestTheIDOfADocument(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"documentId":"a"}`: "a", `{"doc_id":"b"}`: "b", `{"documentId":"a","doc_id":"b"}`: "a", `{"id":"c"}`: "",
	} {
		p, err := graphqlhttp.ReadJSON([]byte(body))
		require.NoError(t, err)
		require.Equal(t, want, p.DocumentID, body)
	}
	p, err := graphqlhttp.ReadURL(&url.URL{RawQuery: "doc_id=b"})
	require.NoError(t, err)
	require.Equal(t, "b", p.DocumentID)
	_, err = graphqlhttp.ReadURL(&url.URL{RawQuery: "documentId=%ff"})
	require.EqualError(t, err, "The parameter documentId is not valid UTF-8.")
	_, err = graphqlhttp.ReadJSON([]byte(`{"documentId":1}`))
	require.ErrorContains(t, err, "the parameter documentId has the wrong type, number")
}

func TestIsList(t *testing.T) {
	t.Parallel()
	require.True(t, graphqlhttp.IsList([]byte("\uFEFF \n[{}]")))
	require.False(t, graphqlhttp.IsList([]byte(`{"query":"[]"}`)))
}

func ExampleReadJSON() {
	p, err := graphqlhttp.ReadJSON([]byte(`{"query":"query A { a }","operationName":"A"}`))
	fmt.Println(p.Query, p.OperationName, err)
	_, err = graphqlhttp.ReadJSON([]byte(`{"query":1}`))
	fmt.Println(err)
	// Output:
	// query A { a } A <nil>
	// The body is not a GraphQL request in JSON: the parameter query has the wrong type, number.
}

// TestParametersAreGivenOnce checks that a URL with a parameter twice is refused.
func TestParametersAreGivenOnce(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"query", "operationName", "variables", "extensions", "documentId", "doc_id"} {
		_, err := graphqlhttp.ReadURL(&url.URL{RawQuery: name + "=&" + name + "={}"})
		require.ErrorContains(t, err, "The parameter "+name+" is given twice.")
	}
	_, err := graphqlhttp.ReadURL(&url.URL{RawQuery: "query={a}&other=1&other=2"})
	require.NoError(t, err, "other parameters do not matter")
}

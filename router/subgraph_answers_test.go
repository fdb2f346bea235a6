package main

import (
	"bytes"
	"compress/gzip"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// cell is one answer of a subgraph, with its status, type, encoding and body.
type cell struct {
	status         int
	media, coding  string
	body           string
	unreadableBody bool // the content coding is not supported
}

func (c cell) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	w.Header()["Content-Type"] = []string{c.media}
	if c.media == "" {
		w.Header()["Content-Type"] = nil
	}
	var out bytes.Buffer
	var packed io.WriteCloser
	switch c.coding {
	case "gzip":
		packed = gzip.NewWriter(&out)
	case "deflate":
		packed = zlib.NewWriter(&out)
	}
	if packed != nil {
		_, _ = io.WriteString(packed, c.body)
		_ = packed.Close()
	} else {
		out.WriteString(c.body)
	}
	if c.coding != "" {
		w.Header().Set("Content-Encoding", c.coding)
	}
	w.WriteHeader(c.status)
	_, _ = w.Write(out.Bytes())
}

// told is an error as the client sees it.
type told struct {
	Message    string
	Path       []any
	Extensions struct {
		Code      string
		Retryable *bool
	}
}

// failures returns the errors that clients get for answers without a GraphQL response, by status.
func failures() map[int]struct {
	code            string
	query, mutation bool // retryable
} {
	type failure = struct {
		code            string
		query, mutation bool
	}
	const bad, unavailable = "SUBGRAPH_BAD_RESPONSE", "SUBGRAPH_UNAVAILABLE"
	return map[int]failure{
		200: {bad, false, false}, 201: {bad, false, false}, 400: {bad, false, false}, 401: {bad, false, false},
		403: {bad, false, false}, 404: {bad, false, false}, 422: {bad, false, false}, 429: {"RATE_LIMITED", true, true},
		500: {unavailable, false, false}, 501: {unavailable, false, false}, 502: {unavailable, true, false},
		503: {unavailable, true, true}, 504: {unavailable, true, false},
	}
}

func codings() []string { return []string{"", "gzip", "deflate", "br"} }

func medias() []string {
	return []string{"application/json", "application/graphql-response+json; charset=utf-8", "text/html", ""}
}

// TestAnswersOfSubgraphs checks that a GraphQL response reaches the client whatever its status,
// type and encoding, and that any other body becomes an error whose code depends on the status.
func TestAnswersOfSubgraphs(t *testing.T) {
	t.Parallel()
	now := &cell{}
	answer := func(w http.ResponseWriter, r *http.Request) { now.ServeHTTP(w, r) }
	e := newEdge(t, "errors: {mask: false}\n", answer, io.Discard)
	front := e.open(t)
	for status, failure := range failures() {
		for _, media := range medias() {
			for _, coding := range codings() {
				for name, body := range graphQLBodies() {
					*now = cell{
						status: status, media: media, coding: coding, body: body.sent,
						unreadableBody: coding == "br",
					}
					at := fmt.Sprintf("%s with status %d, type %q, encoding %q", name, status, media, coding)
					want := body.want
					if now.unreadableBody || body.sent == "" || !body.isGraphQL {
						want = failed(failure.code, failure.query, "s", "t")
					}
					require.Equal(t, want, short(t, front(t, "{s t}")), at)
					if want == body.want {
						continue
					}
					want = failed(failure.code, failure.mutation, "change")
					require.Equal(t, want, short(t, front(t, "mutation{change}")), at)
				}
			}
		}
	}
}

type graphQLBody struct {
	sent      string
	isGraphQL bool
	want      string // what short says of the router's answer
}

func graphQLBodies() map[string]graphQLBody {
	const why = `{"message":"why","extensions":{"code":"NOT_FOUND"}`
	return map[string]graphQLBody{
		"data":            {`{"data":{"s":"x","t":"y"}}`, true, `{"s":"x","t":"y"}`},
		"data behind BOM": {"\uFEFF\n" + `{"data":{"s":"x","t":"y"}}`, true, `{"s":"x","t":"y"}`},
		"errors":          {`{"errors":[` + why + `}]}`, true, `{"s":null,"t":null} why s NOT_FOUND; why t NOT_FOUND`},
		"both":            {`{"data":null,"errors":[` + why + `}]}`, true, `{"s":null,"t":null} why s NOT_FOUND; why t NOT_FOUND`},
		"partial":         {`{"data":{"s":"x","t":null},"errors":[` + why + `,"path":["t"]}]}`, true, `{"s":"x","t":null} why t NOT_FOUND`},
		"error of data":   {`{"data":{"s":"x","t":"y"},"errors":[` + why + `}]}`, true, `{"s":"x","t":"y"} why  NOT_FOUND`},
		"HTML":            {"<html>why</html>", false, ""},
		"empty":           {"", false, ""},
		"other JSON":      {`{"message":"why"}`, false, ""},
		"other names":     {`{"Data":{"s":"x"},"Errors":[{"Message":"why"}]}`, false, ""},
		"a list":          {`[{"data":{"s":"x"}}]`, false, ""},
		"data a list":     {`{"data":["why"]}`, false, ""},
		"no messages":     {`{"errors":[{"reason":"why"}],"data":1}`, false, ""},
	}
}

// failed returns the result of short for a subgraph that failed with a code.
func failed(code string, retryable bool, fields ...string) string {
	var data, errs []string
	for _, f := range fields {
		data = append(data, `"`+f+`":null`)
		errs = append(errs, fmt.Sprintf("%s %s %v", f, code, retryable))
	}
	return "{" + strings.Join(data, ",") + "} " + strings.Join(errs, "; ")
}

// short summarizes a response of the router: the data, and for each error the message if the
// subgraph sent it, the path, the code, and whether it is retryable.
func short(t *testing.T, body string) string {
	t.Helper()
	var got struct {
		Data   json.RawMessage
		Errors []told
	}
	require.NoError(t, json.Unmarshal([]byte(body), &got), body)
	errs := make([]string, len(got.Errors))
	for i, e := range got.Errors {
		path := strings.Trim(fmt.Sprint(e.Path...), "[]")
		if e.Extensions.Retryable != nil {
			errs[i] = fmt.Sprintf("%s %s %v", path, e.Extensions.Code, *e.Extensions.Retryable)
			require.NotContains(t, e.Message, "why")
		} else if e.Extensions.Code == "SUBGRAPH_BAD_RESPONSE" {
			errs[i] = fmt.Sprintf("%s %s false", path, e.Extensions.Code)
		} else {
			errs[i] = e.Message + " " + path + " " + e.Extensions.Code
		}
	}
	return strings.TrimSpace(string(got.Data) + " " + strings.Join(errs, "; "))
}

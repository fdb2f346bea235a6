package serve_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/sqldb"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/apierror"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// schema stands in for gqlgen's generated code. It has one root field, and the test decides what
// the field's resolver returns.
type schema struct {
	parsed  *ast.Schema
	resolve func(ctx context.Context) error
}

func newSchema(resolve func(ctx context.Context) error) *schema {
	return &schema{resolve: resolve, parsed: gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { field(number: Int, must: Int! = 1, list: [Int!], in: In): Boolean }
		input In { number: Int must: Int! = 1 }
		type Mutation { change: Boolean }`})}
}

func (s *schema) Schema() *ast.Schema { return s.parsed }

func (s *schema) Complexity(context.Context, string, string, int, map[string]any) (int, bool) {
	return 0, false
}

func (s *schema) Exec(ctx context.Context) graphql.ResponseHandler {
	return graphql.OneShot(s.response(ctx))
}

func (s *schema) response(ctx context.Context) *graphql.Response {
	if err := s.resolve(ctx); err != nil {
		graphql.AddError(ctx, err)
		return &graphql.Response{Data: json.RawMessage(`{"field":null}`)}
	}
	return &graphql.Response{Data: json.RawMessage(`{"field":true}`)}
}

func handler(resolve func(ctx context.Context) error, log io.Writer) http.Handler {
	logger := slog.New(slog.NewTextHandler(log, nil))
	return serve.Handler(serve.Config{
		Log: logger, GraphQL: serve.GraphQL(newSchema(resolve), logger, serve.Options{}),
		Ready: func(context.Context) error { return resolve(context.Background()) },
	})
}

type answer struct {
	status int
	header http.Header
	Data   json.RawMessage
	Errors []struct {
		Message    string
		Extensions map[string]any
	}
}

func (a answer) code(t *testing.T) string {
	t.Helper()
	require.Len(t, a.Errors, 1)
	code, _ := a.Errors[0].Extensions["code"].(string)
	return code
}

func do(t *testing.T, h http.Handler, request *http.Request) answer {
	t.Helper()
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, request)
	got := answer{status: recorder.Code, header: recorder.Header()}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), recorder.Body.String())
	return got
}

func post(body string) *http.Request {
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(body))
	request.Header.Set("Content-Type", "application/json; charset=utf-8")
	return request
}

func fine(context.Context) error { return nil }

func TestRefusedRequests(t *testing.T) {
	t.Parallel()
	plain := post(`{"query":"{field}"}`)
	plain.Header.Set("Content-Type", "text/plain")
	utf16 := post(`{"query":"{field}"}`)
	utf16.Header.Set("Content-Type", "application/json; charset=utf-16")
	utf7 := post(`{"query":"{field}"}`)
	utf7.Header.Set("Content-Type", "application/json; charset=utf-7")
	get := func(query url.Values) *http.Request {
		return httptest.NewRequest(http.MethodGet, "/graphql?"+query.Encode(), nil)
	}
	newer := post(`{"query":"{nope}"}`)
	newer.Header.Set("Accept", "application/graphql-response+json, application/json;q=0.9")
	html := post(`{"query":"{field}"}`)
	html.Header.Set("Accept", "text/html")
	huge := post(`{"query":"` + strings.Repeat(" ", 1<<20) + `{field}"}`)
	manyTokens := post(`{"query":"{` + strings.Repeat("field ", 61_000) + `}"}`)
	for name, c := range map[string]struct {
		request *http.Request
		status  int
		code    string
	}{
		"malformed JSON":     {post(`{"query":"{fie`), 400, "BAD_USER_INPUT"},
		"two values":         {post(`{"query":"{field}"}{}`), 400, "BAD_USER_INPUT"},
		"not an object":      {post(`[]`), 400, "BAD_USER_INPUT"},
		"null":               {post(`null`), 400, "BAD_USER_INPUT"},
		"empty":              {post(``), 400, "BAD_USER_INPUT"},
		"no query":           {post(`{"variables":{}}`), 400, "BAD_USER_INPUT"},
		"query in capitals":  {post(`{"QUERY":"{field}"}`), 400, "BAD_USER_INPUT"},
		"query no string":    {post(`{"query":5}`), 400, "BAD_USER_INPUT"},
		"variables a list":   {post(`{"query":"{field}","variables":[1]}`), 400, "BAD_USER_INPUT"},
		"query twice":        {post(`{"query":"{field}","query":"{field}"}`), 400, "BAD_USER_INPUT"},
		"a variable twice":   {post(`{"query":"{field}","variables":{"a":1,"a":2}}`), 400, "BAD_USER_INPUT"},
		"bytes not UTF-8":    {post("{\"query\":\"{field} #\xff\"}"), 400, "BAD_USER_INPUT"},
		"half of a pair":     {post(`{"query":"{field} #\ud83d"}`), 400, "BAD_USER_INPUT"},
		"UTF-16":             {utf16, 415, "BAD_USER_INPUT"},
		"UTF-7":              {utf7, 415, "BAD_USER_INPUT"},
		"too large":          {huge, 413, "BAD_USER_INPUT"},
		"no type of ours":    {html, 406, "BAD_USER_INPUT"},
		"not JSON":           {plain, 415, "BAD_USER_INPUT"},
		"other method":       {httptest.NewRequest(http.MethodPut, "/graphql", nil), 405, "BAD_USER_INPUT"},
		"GET of nothing":     {get(url.Values{}), 400, "BAD_USER_INPUT"},
		"GET bad variables":  {get(url.Values{"query": {"{field}"}, "variables": {"["}}), 400, "BAD_USER_INPUT"},
		"GET not UTF-8":      {get(url.Values{"query": {"{field} #\xff"}}), 400, "BAD_USER_INPUT"},
		"GET name not UTF-8": {get(url.Values{"query": {"{field}"}, "operationName": {"\xff"}}), 400, "BAD_USER_INPUT"},
		"GET value not UTF8": {get(url.Values{"query": {"{field}"}, "variables": {"{\"a\":\"\xff\"}"}}), 400, "BAD_USER_INPUT"},
		"GET variable twice": {get(url.Values{"query": {"{field}"}, "variables": {`{"a":1,"a":2}`}}), 400, "BAD_USER_INPUT"},
		"GET of a mutation":  {get(url.Values{"query": {"mutation{change}"}}), 405, "BAD_USER_INPUT"},
		"does not parse":     {post(`{"query":"{"}`), 200, "GRAPHQL_PARSE_FAILED"},
		"unknown field":      {post(`{"query":"{nope}"}`), 200, "GRAPHQL_VALIDATION_FAILED"},
		"unknown, newer":     {newer, 400, "GRAPHQL_VALIDATION_FAILED"},
		"unknown operation":  {post(`{"query":"query A{field} query B{field}"}`), 200, "GRAPHQL_VALIDATION_FAILED"},
		"too many tokens":    {manyTokens, 200, "GRAPHQL_PARSE_FAILED"},
		"variable missing":   {post(`{"query":"query($n:Int!){field(number:$n)}"}`), 200, "BAD_USER_INPUT"},
		"variable of a type": {post(`{"query":"query($n:Int){field(number:$n)}","variables":{"n":"x"}}`), 200, "BAD_USER_INPUT"},
	} {
		got := do(t, handler(fine, io.Discard), c.request)
		require.Equal(t, c.status, got.status, name)
		require.Equal(t, c.code, got.code(t), name)
		require.Nil(t, got.Data, name)
		require.NotContains(t, got.Errors[0].Message, "{fie", "the body is not repeated")
	}
}

func TestGoodRequests(t *testing.T) {
	t.Parallel()
	newer := post(`{"query":"{field}"}`)
	newer.Header.Set("Accept", "application/graphql-response+json")
	lines := post(`{"query":"{field}"}`)
	lines.Header["Accept"] = []string{"text/html", "application/graphql-response+json"}
	for media, request := range map[string]*http.Request{
		"application/json":                             post(`{"query":"{field}","variables":null,"operationName":null}`),
		"application/graphql-response+json":            newer,
		"application/graphql-response+json; two lines": lines,
		"application/json; a BOM":                      post("\uFEFF" + `{"query":"{field}"}`),
	} {
		media, _, _ = strings.Cut(media, ";")
		got := do(t, handler(fine, io.Discard), request)
		require.Equal(t, 200, got.status)
		require.Equal(t, media+"; charset=utf-8", got.header.Get("Content-Type"))
		require.JSONEq(t, `{"field":true}`, string(got.Data))
	}
	get := httptest.NewRequest(http.MethodGet, "/graphql?"+url.Values{
		"query": {"query($n:Int){field(number:$n)}"}, "variables": {`{"n":1}`},
	}.Encode(), nil)
	require.Empty(t, do(t, handler(fine, io.Discard), get).Errors)
}

func TestErrorsOfResolvers(t *testing.T) {
	t.Parallel()
	secret := errors.New("secret: no such table")
	_, gone := sqldb.Open(t.Context(), "postgres://secret@127.0.0.1:1/shop")
	for name, c := range map[string]struct {
		err     error
		code    string
		message string
		logged  bool
	}{
		"ours":          {apierror.New(apierror.Forbidden, "Not yours."), "FORBIDDEN", "Not yours.", false},
		"wrapped":       {fmt.Errorf("deep: %w", apierror.Wrap(apierror.RateLimited, "Slower.", secret)), "RATE_LIMITED", "Slower.", false},
		"internal":      {secret, "INTERNAL", "Something went wrong on our side.", true},
		"database down": {gone, "SERVICE_UNAVAILABLE", "The service is not available right now. Try again in a moment.", true},
		"disk full":     {fmt.Errorf("secret: %w", sqlite3.Error{Code: sqlite3.ErrFull}), "SERVICE_UNAVAILABLE", "The service is not available right now. Try again in a moment.", true},
		"too late":      {fmt.Errorf("select: %w", context.DeadlineExceeded), "TIMEOUT", "This took too long.", false},
	} {
		var log strings.Builder
		got := do(t, handler(func(context.Context) error { return c.err }, &log), post(`{"query":"{field}"}`))
		require.Equal(t, 200, got.status, name)
		require.Equal(t, c.code, got.code(t), name)
		require.Equal(t, c.message, got.Errors[0].Message, name)
		require.Equal(t, c.logged, strings.Contains(log.String(), "secret"), name)
	}
}

func TestAPanicRevealsNothing(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	request := post(`{"query":"{field}"}`)
	request.Header.Set("X-Request-Id", "trail-7")
	got := do(t, handler(func(context.Context) error { panic("secret") }, &log), request)
	require.Equal(t, "INTERNAL", got.code(t))
	require.NotContains(t, got.Errors[0].Message, "secret")
	require.Contains(t, log.String(), "secret")
	require.Contains(t, log.String(), "requestId=trail-7")
}

func TestAnArgumentThatCannotBeConvertedIsTheClientsFault(t *testing.T) {
	t.Parallel()
	parsed := newSchema(fine).parsed
	got := do(t, handler(func(ctx context.Context) error {
		// This is how gqlgen leaves a field if an argument overflows.
		ctx = graphql.WithFieldContext(ctx, &graphql.FieldContext{Object: "Query", Field: graphql.CollectedField{
			Field: &ast.Field{Alias: "field", Name: "field", Definition: parsed.Query.Fields.ForName("field")},
		}})
		graphql.AddError(ctx, errors.New("3000000000 overflows signed 32-bit integer"))
		return nil
	}, io.Discard), post(`{"query":"{field}"}`))
	require.Equal(t, "BAD_USER_INPUT", got.code(t))
	require.Contains(t, got.Errors[0].Message, "overflows")
}

// Equal requests run in parallel, and their resolvers fail with the same error value. Each answer
// must have its own alias and path.
func TestSharedErrorsAreNotModified(t *testing.T) {
	t.Parallel()
	shared := apierror.Wrap(apierror.Forbidden, "Not yours.", errors.New("of another user"))
	failing := handler(func(context.Context) error { return shared }, io.Discard)
	for text, want := range map[string]string{
		`{ field }`:                             `"message":"Not yours.","extensions":{"code":"FORBIDDEN"}`,
		`{ nothing }`:                           `"code":"GRAPHQL_VALIDATION_FAILED"`,
		`{`:                                     `"code":"GRAPHQL_PARSE_FAILED"`,
		`query($n: Int!) { field(number: $n) }`: `"code":"BAD_USER_INPUT"`,
	} {
		var group sync.WaitGroup
		for range 64 {
			request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(`{"query":"`+text+`"}`))
			request.Header.Set("Content-Type", "application/json")
			group.Go(func() {
				recorder := httptest.NewRecorder()
				failing.ServeHTTP(recorder, request)
				if got := recorder.Body.String(); !strings.Contains(got, want) || strings.Count(got, `"code"`) != 1 {
					t.Errorf("%s: %s", text, got)
				}
			})
		}
		group.Wait()
	}
}

package serve_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/99designs/gqlgen/graphql"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/server/serve"
)

// shelf is a schema with lists, a cycle and mutations. Each test defines its resolvers.
type shelf struct {
	*schema
	run func(ctx context.Context, resolve graphql.FieldMiddleware)
}

func newShelf(run func(context.Context, graphql.FieldMiddleware)) shelf {
	return shelf{run: run, schema: &schema{parsed: gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { me: User things(first: Int = 20): Things title: String! }
		type Mutation { make: Boolean }
		type User { id: ID! things(first: Int = 20): Things }
		type Things { nodes: [Thing!]! totalCount: Int! }
		type Thing { id: ID! title: String! owner: User }`})}}
}

func (s shelf) Exec(context.Context) graphql.ResponseHandler {
	return func(ctx context.Context) *graphql.Response {
		s.run(ctx, graphql.GetOperationContext(ctx).ResolverMiddleware)
		return &graphql.Response{Data: json.RawMessage(`{"title":"x"}`)}
	}
}

// field returns the context of a field of that name, as gqlgen's generated code makes it.
func field(ctx context.Context, name string) context.Context {
	return graphql.WithFieldContext(ctx, &graphql.FieldContext{
		Object: "Query", Field: graphql.CollectedField{Field: &ast.Field{Name: name, Alias: name}},
	})
}

func serving(s shelf, options serve.Options) http.Handler {
	return serve.GraphQL(s, slog.New(slog.DiscardHandler), options)
}

func query(document string) *http.Request {
	body, _ := json.Marshal(map[string]string{"query": document})
	return post(string(body))
}

func many(n int, format string) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(strings.ReplaceAll(format, "#", fmt.Sprint(i)) + " ")
	}
	return text.String()
}

// chain is like many, and also replaces each plus sign by the next number.
func chain(n int, format string) string {
	var text strings.Builder
	for i := range n {
		text.WriteString(strings.NewReplacer("#", fmt.Sprint(i), "+", fmt.Sprint(i+1)).Replace(format) + " ")
	}
	return text.String()
}

func TestHostileDocumentsGetShortRefusals(t *testing.T) {
	t.Parallel()
	executed := 0
	h := serving(newShelf(func(context.Context, graphql.FieldMiddleware) { executed++ }), serve.Options{})
	nested := "id"
	for range 6 {
		nested = "things(first:100){nodes{owner{" + nested + "}}}"
	}
	for name, c := range map[string]struct{ document, code string }{
		"a cycle of lists":                {"{me{" + nested + "}}", "OPERATION_TOO_LARGE"},
		"750 aliased lists":               {"{" + many(75, "a#:things(first:2000){nodes{id}}") + "}", "OPERATION_TOO_LARGE"},
		"a long list of 4,000 aliases":    {"{things(first:100){nodes{" + many(4000, "a#:title") + "}}}", "OPERATION_TOO_LARGE"},
		"700 different fields":            {"{me{" + many(700, "a#:id") + "}}", "OPERATION_TOO_LARGE"},
		"the same in 10 inline fragments": {"{me" + strings.Repeat("{...", 10) + "{" + many(250, "a#:id") + "}" + strings.Repeat("}", 10) + "}", "OPERATION_TOO_LARGE"},
		"the same in parts that merge":    {"{" + many(100, "me{b#:id c#:id d#:id e#:id f#:id g#:id h#:id}") + "}", "OPERATION_TOO_LARGE"},
		"101 root fields":                 {"{" + many(101, "a#:title") + "}", "OPERATION_TOO_LARGE"},
		"1,300 lists as root fields":      {"{" + many(1300, "a#:things(first:1){totalCount __typename}") + "}", "OPERATION_TOO_LARGE"},
		"11 mutations":                    {"mutation{" + many(11, "a#:make") + "}", "OPERATION_TOO_LARGE"},
		"a chain of 1,000 fragments":      {"{...f0}" + chain(1000, "fragment f# on Query{...f+}") + "fragment f1000 on Query{title}", "GRAPHQL_VALIDATION_FAILED"},
		"10,000 unknown fields":           {"{" + many(10_000, "a#") + "}", "GRAPHQL_VALIDATION_FAILED"},
		"7,000 unknown directives":        {"{title " + strings.Repeat("@a ", 7000) + "}", "GRAPHQL_VALIDATION_FAILED"},
		"100 times __schema":              {"{" + many(100, "a#:__schema{b:types{name fields{name type{name kind ofType{name}}}} c:types{name fields{name type{name kind ofType{name}}}} d:types{name fields{name type{name kind ofType{name}}}} e:types{name fields{name type{name kind ofType{name}}}} f:types{name fields{name type{name kind ofType{name}}}} g:types{name fields{name type{name kind ofType{name}}}} h:types{name fields{name type{name kind ofType{name}}}}}") + "}", "OPERATION_TOO_LARGE"},
		"a long alias":                    {"{things(first:100){nodes{" + strings.Repeat("a", 100_000) + ":__typename}}}", "GRAPHQL_VALIDATION_FAILED"},
		"deep introspection":              {"{__schema{types{fields{type" + strings.Repeat("{ofType", 30) + "{name}" + strings.Repeat("}", 30) + "}}}}", "GRAPHQL_VALIDATION_FAILED"},
	} {
		recorder := httptest.NewRecorder()
		h.ServeHTTP(recorder, query(c.document))
		require.LessOrEqual(t, recorder.Body.Len(), 64<<10, name)
		var got answer
		require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &got), name)
		require.NotEmpty(t, got.Errors, name)
		require.LessOrEqual(t, len(got.Errors), 20, name)
		require.Equal(t, c.code, got.Errors[0].Extensions["code"], "%s: %s", name, got.Errors[0].Message)
		require.Empty(t, got.Data, name)
	}
	require.Zero(t, executed)
}

func TestUsualDocumentsAreExecuted(t *testing.T) {
	t.Parallel()
	h := serving(newShelf(func(context.Context, graphql.FieldMiddleware) {}), serve.Options{})
	for name, document := range map[string]string{
		"the same field often":     "{" + strings.Repeat("title ", 30_000) + "}",
		"500 different fields":     "{me{" + many(500, "a#:id") + "}}",
		"two pages of 100":         "{things(first:100){nodes{owner{things(first:100){nodes{id}}}}}}",
		"40 fragments, twice each": "{me{...f0}}" + chain(40, "fragment f# on User{...f+ ...f+}") + "fragment f40 on User{id}",
		"100 root fields":          "{" + many(100, "a#:title") + "}",
		"10 mutations":             "mutation{" + many(10, "a#:make") + "}",
		"a complete introspect":    "{__schema{types{name kind fields{name args{name} type{name kind ofType{name}}}}}}",
	} {
		require.Empty(t, do(t, h, query(document)).Errors, name)
	}
}

func TestWithoutIntrospectionNamesStayUnknown(t *testing.T) {
	t.Parallel()
	idle := newShelf(func(context.Context, graphql.FieldMiddleware) {})
	off, on := serving(idle, serve.Options{NoIntrospection: true}), serving(idle, serve.Options{})
	require.Contains(t, do(t, on, query("{titel}")).Errors[0].Message, "title")
	require.NotContains(t, do(t, off, query("{titel}")).Errors[0].Message, "title")
	for _, document := range []string{"{__schema{types{name}}}", `{__type(name:"User"){name}}`} {
		require.Empty(t, do(t, on, query(document)).Errors)
		require.Equal(t, "GRAPHQL_VALIDATION_FAILED", do(t, off, query(document)).code(t))
	}
}

func TestAResponseThatGrowsTooLargeIsAborted(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		value any
		most  int // calls of resolvers
	}{
		"texts":        {strings.Repeat("x", 1<<20), 4},
		"text or null": {new(strings.Repeat("x", 1<<20)), 4},
		"many texts":   {[]string{strings.Repeat("x", 1<<20)}, 4},
		"numbers":      {5, 50_001},
	} {
		called := 0
		h := serving(newShelf(func(ctx context.Context, resolve graphql.FieldMiddleware) {
			for range 150_000 {
				value, err := resolve(field(ctx, "title"), func(context.Context) (any, error) {
					called++
					return c.value, nil
				})
				if err != nil || called >= c.most && value != graphql.Null {
					return
				}
			}
		}), serve.Options{})
		got := do(t, h, query("{title}"))
		require.Equal(t, "RESPONSE_TOO_LARGE", got.code(t), name)
		require.Empty(t, got.Data, name)
		require.Equal(t, c.most, called, name)
	}
}

func TestAResponseHasAtMostTwentyErrors(t *testing.T) {
	t.Parallel()
	h := serving(newShelf(func(ctx context.Context, resolve graphql.FieldMiddleware) {
		for range 1000 {
			of := field(ctx, "title")
			if _, err := resolve(of, func(context.Context) (any, error) { return nil, errors.New("broken") }); err != nil {
				graphql.AddError(of, err)
			}
		}
	}), serve.Options{})
	require.Len(t, do(t, h, query("{title}")).Errors, 20)
}

// TestNothingIsResolvedForAClientThatHasGone resolves fields until one is not resolved any more.
func TestNothingIsResolvedForAClientThatHasGone(t *testing.T) {
	t.Parallel()
	ctx, leave := context.WithCancel(t.Context())
	ended := false
	h := serving(newShelf(func(ctx context.Context, resolve graphql.FieldMiddleware) {
		leave()
		for t.Context().Err() == nil && !ended {
			value, err := resolve(field(ctx, "title"), func(context.Context) (any, error) { return "x", nil })
			ended = err == nil && value == graphql.Null
		}
	}), serve.Options{})
	recorder := httptest.NewRecorder()
	h.ServeHTTP(recorder, query("{title}").WithContext(ctx))
	require.True(t, ended)
	require.Empty(t, recorder.Body.String())
}

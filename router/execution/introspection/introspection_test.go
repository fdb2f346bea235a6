package introspection_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/execution/introspection"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestGolden runs the cases in testdata: schema.graphqls, operation.graphql, variables.json if
// there are any, and the golden response.json, which is the client's response, so that the answer
// is also checked against the introspection types.
func TestGolden(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		c.Compare(t, golden.Section{Name: "response.json", Text: answer(t, c)})
	})
}

func answer(t *testing.T, c *golden.Case) string {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: c.Text("schema.graphqls")})
	var variables map[string]any
	if text := c.Text("variables.json"); text != "" {
		require.NoError(t, json.Unmarshal([]byte(text), &variables))
	}
	body, err := ask(schema, c.Text("operation.graphql"), variables)
	require.NoError(t, err)
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, body, "", "  "))
	return out.String() + "\n"
}

// ask executes an operation that has introspection fields only.
func ask(schema *ast.Schema, text string, variables map[string]any) ([]byte, error) {
	op, err := operation.NewParser(schema, operation.DefaultLimits()).Parse(text, "")
	if err != nil {
		return nil, err
	}
	local, err := introspection.Answer(context.Background(), schema, op, variables, 0)
	if err != nil {
		return nil, err
	}
	var data response.Data
	data.Reset(schema, 1)
	if len(local) > 0 {
		if err := data.Tape(0).Parse(local); err != nil {
			return nil, err
		}
		data.AddRoot(data.Body(0))
	}
	body, _ := response.NewShape(schema, op).Complete(nil, &data, response.Options{Variables: variables})
	return body, nil
}

func TestNothingAsked(t *testing.T) {
	t.Parallel()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query { a: Int }"})
	op, err := operation.NewParser(schema, operation.DefaultLimits()).Parse("{ __typename a }", "")
	require.NoError(t, err)
	local, err := introspection.Answer(t.Context(), schema, op, nil, 0)
	require.NoError(t, err)
	require.Nil(t, local)
}

// TestCirclesAreBounded checks that a short text that selects all fields of the types of all
// fields, again and again, ends with an error that has a code.
func TestCirclesAreBounded(t *testing.T) {
	t.Parallel()
	var sdl strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&sdl, " field%d: Query", i)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query {" + sdl.String() + "}"})
	_, err := ask(schema, `{ __type(name: "Query") { fields { type { fields { name } } } } }`, nil)
	var refused *operation.Error
	require.True(t, errors.As(err, &refused), "%v", err)
	require.Equal(t, operation.CodeTooLarge, refused.Errors[0].Extensions["code"])
}

// leaver is the context of a client that has left at the second check.
type leaver struct{ looks int }

func (*leaver) Deadline() (time.Time, bool) { return time.Time{}, false }

func (*leaver) Done() <-chan struct{} { return nil }

func (*leaver) Value(any) any { return nil }

func (l *leaver) Err() error {
	if l.looks++; l.looks > 1 {
		return context.Canceled
	}
	return nil
}

// TestAnswerEnds checks that writing stops when the client leaves, and at the limit of the
// response.
func TestAnswerEnds(t *testing.T) {
	t.Parallel()
	var sdl strings.Builder
	for i := range 100 {
		fmt.Fprintf(&sdl, " field%d: Query", i)
	}
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: "type Query {" + sdl.String() + "}"})
	op, err := operation.NewParser(schema, operation.DefaultLimits()).
		Parse(`{ __type(name: "Query") { fields { type { fields { name } } } } }`, "")
	require.NoError(t, err)
	client := &leaver{}
	_, err = introspection.Answer(client, schema, op, nil, 0)
	require.ErrorIs(t, err, context.Canceled)
	require.Less(t, client.looks, 10)

	full, err := introspection.Answer(t.Context(), schema, op, nil, 0)
	require.NoError(t, err)
	_, err = introspection.Answer(t.Context(), schema, op, nil, int64(len(full)))
	require.NoError(t, err)
	_, err = introspection.Answer(t.Context(), schema, op, nil, int64(len(full)-1))
	var refused *operation.Error
	require.ErrorAs(t, err, &refused)
	require.Equal(t, operation.CodeTooLarge, refused.Errors[0].Extensions["code"])
}

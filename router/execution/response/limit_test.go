package response_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/execution/response"
)

const refused = `{"errors":[{"message":"The response is larger than the router allows: request less data at once.","extensions":{"code":"RESPONSE_TOO_LARGE","requestId":"r"}}],"data":null}`

// TestLimitedResponses checks that a limit either does not change the response or refuses it, on
// the plain path, too, and if only the response exceeds the limit.
func TestLimitedResponses(t *testing.T) {
	t.Parallel()
	schema, op := load(t, propertySchema, propertyOperation)
	shape := response.NewShape(schema, op)
	rapid.Check(t, func(t *rapid.T) {
		variables := map[string]any{"x": rapid.Bool().Draw(t, "x")}
		data := drawData(t, schema)
		whole, errors := shape.Complete(nil, data, response.Options{Variables: variables, RequestID: "r"})
		limit := rapid.IntRange(1, 2*len(whole)).Draw(t, "limit")
		var got [2]string
		for i := range got {
			data.Limit(int64(limit))
			body, _ := shape.Complete(nil, data, response.Options{Variables: variables, RequestID: "r", Plain: i > 0})
			got[i] = string(body)
		}
		require.Equal(t, got[0], got[1])
		if errors == 0 && len(whole) > limit+len(`{}`) {
			require.Equal(t, refused, got[0])
		} else if got[0] != refused {
			require.Equal(t, string(whole), got[0])
		}
	})
}

// TestLimitStopsEarly checks that completion stops at the limit: an object of 10 KB at 1,000
// positions takes no more memory than the limit allows.
func TestLimitStopsEarly(t *testing.T) {
	t.Parallel()
	schema, op := load(t, `type Query { list: [O] } type O { s: String }`, `{ list { s } }`)
	shape := response.NewShape(schema, op)
	const limit = 1 << 20
	item := `{"s":"` + strings.Repeat("long ", 2000) + `"}`
	text := []byte(`{"list":[` + strings.Repeat(item+",", 1000) + `null]}`)
	for _, plain := range []bool{false, true} {
		data := new(response.Data)
		data.Reset(schema, 1)
		data.Limit(limit)
		require.NoError(t, data.Tape(0).ParseShared(text))
		data.Take(0)
		data.AddRoot(data.Body(0))
		body, count := shape.Complete(make([]byte, 0, 1<<10), data, response.Options{RequestID: "r", Plain: plain})
		require.Equal(t, refused, string(body))
		require.Equal(t, 1, count)
		require.True(t, data.Exceeded())
		require.LessOrEqual(t, cap(body), 3*limit)
	}
}

// TestLimitCounts checks that all data derived from the answers counts, including errors that are
// not written.
func TestLimitCounts(t *testing.T) {
	t.Parallel()
	schema, _ := load(t, propertySchema, propertyOperation)
	data := new(response.Data)
	text := []byte(`{"a":{"id":"1"}}`)
	for name, take := range map[string]func(){
		"answers": func() { data.Take(0) },
		"copies":  func() { data.Copy(data.Body(0)) },
		"errors":  func() { data.AddError(response.Error{Failure: response.Failure{Message: "no"}}) },
	} {
		data.Reset(schema, 1)
		require.NoError(t, data.Tape(0).Parse(text))
		for range 1000 {
			take()
		}
		require.False(t, data.Exceeded(), "there is no limit")
		data.Limit(1000)
		for range 7 {
			take()
		}
		data.Restart()
		require.False(t, data.Exceeded())
		for range 100 {
			take()
		}
		require.True(t, data.Exceeded(), name)
	}
	data.Reset(schema, 1)
	require.False(t, data.Exceeded())
	data.Refuse()
	require.True(t, data.Exceeded())
}

// TestErrorsAreLimited checks that a response has the first 1,000 errors, and one that says how
// many more there are.
func TestErrorsAreLimited(t *testing.T) {
	t.Parallel()
	schema, op := load(t, `type Query { list: [O] } type O { n: Int }`, `{ list { n } }`)
	for _, c := range []struct{ wrong, errors int }{{999, 999}, {1000, 1000}, {1001, 1001}, {5000, 1001}} {
		data := new(response.Data)
		data.Reset(schema, 1)
		require.NoError(t, data.Tape(0).Parse([]byte(`{"list":[`+strings.Repeat(`{"n":"x"},`, c.wrong)+`{"n":1}]}`)))
		data.AddRoot(data.Body(0))
		body, count := response.NewShape(schema, op).Complete(nil, data, response.Options{})
		var got struct {
			Errors []struct {
				Message    string
				Path       []any
				Extensions struct{ Code string }
			}
			Data struct{ List []any }
		}
		require.NoError(t, json.Unmarshal(body, &got))
		require.Len(t, got.Errors, c.errors)
		require.Equal(t, c.errors, count)
		require.Len(t, got.Data.List, c.wrong+1)
		for i, e := range got.Errors[:min(c.wrong, 1000)] {
			require.Equal(t, []any{"list", float64(i), "n"}, e.Path)
		}
		if last := got.Errors[c.errors-1]; c.wrong > 1000 {
			require.Equal(t, "TOO_MANY_ERRORS", last.Extensions.Code)
			require.Contains(t, last.Message, fmt.Sprintf("%d more", c.wrong-1000))
			require.Nil(t, last.Path)
		}
	}
}

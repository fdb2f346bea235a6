package executor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/query/plan"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

func discard() *executor.Executor { return executor.New(slog.New(slog.DiscardHandler)) }

func readCase(t testing.TB, name string) *testCase {
	t.Helper()
	return newCase(t, golden.Read(t, "testdata/"+name+".txtar"))
}

// chainCase has the subgraphs a, b and c. c is asked for an entity that a names, b for another
// field.
func chainCase(t testing.TB) *testCase {
	t.Helper()
	return newCase(t, golden.Parse(`
-- schema.graphqls --
type Query { a: A b: Int }
type A { c: Int }
-- operation.graphql --
{ a { c } b }
-- plan.yaml --
- {subgraph: a, document: "{ a { __typename id } }"}
- {subgraph: b, document: "{ b }"}
- subgraph: c
  after: [0]
  document: "query($representations: [_Any!]!) { _entities(representations: $representations) { ... on A { c } } }"
  lookups: [{targets: [{path: a, send: "id!"}]}]
`))
}

const (
	answerA = `{"data":{"a":{"__typename":"A","id":1}}}`
	answerB = `{"data":{"b":2}}`
	answerC = `{"data":{"_entities":[{"c":3}]}}`
)

// TestNoWaves checks that a fetch does not wait for fetches that it does not need: c is called
// before b has answered.
func TestNoWaves(t *testing.T) {
	t.Parallel()
	c := chainCase(t)
	askedC := make(chan struct{})
	request := c.request()
	request.Fetcher = fetcherFunc(func(ctx context.Context, subgraph string, _ []byte) ([]byte, error) {
		switch subgraph {
		case "a":
			return []byte(answerA), nil
		case "b":
			select {
			case <-askedC:
				return []byte(answerB), nil
			case <-ctx.Done():
				return nil, ctx.Err()
			}
		default:
			close(askedC)
			return []byte(answerC), nil
		}
	})
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	answer, err := discard().Execute(ctx, request)
	require.NoError(t, err)
	require.JSONEq(t, `{"data":{"a":{"c":3},"b":2}}`, string(answer.Body))
}

// TestDeadline checks that at the deadline the response has the data that arrived.
func TestDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := chainCase(t)
		request := c.request()
		request.Fetcher = fetcherFunc(func(ctx context.Context, subgraph string, _ []byte) ([]byte, error) {
			if subgraph == "b" {
				return []byte(answerB), nil
			}
			<-ctx.Done()
			return nil, ctx.Err()
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		answer, err := discard().Execute(ctx, request)
		require.NoError(t, err)
		require.Equal(t, time.Second, time.Since(began))
		require.JSONEq(t, `{"errors":[{"message":"The subgraph \"a\" did not answer in time.","path":["a"],
			"extensions":{"code":"TIMEOUT","subgraph":"a","retryable":true,"requestId":"r1"}}],
			"data":{"a":null,"b":2}}`, string(answer.Body))
	})
}

// TestLateAnswers checks that nothing of a late answer is read while it is parsed. (The race
// detector would see it.)
func TestLateAnswers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		request := newCase(t, golden.Parse(`
-- schema.graphqls --
type Query { a: A b: A }
type A { c: Int }
-- operation.graphql --
{ a { c } b { c } }
-- plan.yaml --
- {subgraph: a, document: "{ a { id } }"}
- {subgraph: b, document: "{ b { id } }"}
- {subgraph: c, after: [0], document: "query($r: [_Any!]!) { _entities(representations: $r) { ... on A { c } } }", lookups: [{variable: r, targets: [{path: a, send: "id!"}]}]}
- {subgraph: c, after: [1], document: "query($r: [_Any!]!) { _entities(representations: $r) { ... on A { c } } }", lookups: [{variable: r, targets: [{path: b, send: "id!"}]}]}
`)).request()
		completing := make(chan struct{})
		request.Fetcher = fetcherFunc(func(_ context.Context, subgraph string, _ []byte) ([]byte, error) {
			if subgraph == "b" {
				return []byte(`{"data":{"b":null}}`), nil
			}
			<-completing
			return []byte(answerA), nil
		})
		request.Buffer = func(int) []byte {
			close(completing)
			return nil
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		answer, err := discard().Execute(ctx, request)
		require.NoError(t, err)
		require.Contains(t, string(answer.Body), `"data":{"a":null,"b":null}`)
	})
}

// TestPlainWaitsForAll checks that the plain path waits for no fetch in the goroutine of Execute,
// not even for one on which all others depend.
func TestPlainWaitsForAll(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		request := chainCase(t).request()
		request.Plain = true
		executed := make(chan struct{})
		request.Fetcher = fetcherFunc(func(context.Context, string, []byte) ([]byte, error) {
			<-executed // ignores the context
			return nil, errors.New("late")
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		answer, err := discard().Execute(ctx, request)
		require.NoError(t, err)
		require.Equal(t, 2, answer.Errors)
		close(executed)
	})
}

// TestCancelled checks that nothing is waited for after the client has left.
func TestCancelled(t *testing.T) {
	t.Parallel()
	c := chainCase(t)
	ctx, cancel := context.WithCancel(t.Context())
	request := c.request()
	request.Fetcher = fetcherFunc(func(ctx context.Context, _ string, _ []byte) ([]byte, error) {
		cancel()
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := discard().Execute(ctx, request)
	require.ErrorIs(t, err, context.Canceled)
}

// TestPanicOfTheOwner checks that a bug in the router returns an error instead of ending the
// process.
func TestPanicOfTheOwner(t *testing.T) {
	t.Parallel()
	request := chainCase(t).request()
	request.Plan = &plan.Plan{Kind: ast.Query, Fetches: []*plan.Fetch{nil}}
	_, err := discard().Execute(t.Context(), request)
	require.ErrorContains(t, err, "panic")
}

// TestInternalsAreLogged checks that clients see none of the internals in the log.
func TestInternalsAreLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	request := chainCase(t).request()
	request.Fetcher = fetcherFunc(func(context.Context, string, []byte) ([]byte, error) {
		return nil, errors.New("dial tcp 10.1.2.3:4001: connection refused")
	})
	answer, err := executor.New(slog.New(slog.NewTextHandler(&log, nil))).Execute(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, 2, answer.Errors)
	require.NotContains(t, string(answer.Body), "10.1.2.3")
	require.Contains(t, log.String(), "10.1.2.3")
	require.Contains(t, log.String(), "requestId=r1")
}

func TestTrace(t *testing.T) {
	t.Parallel()
	c := readCase(t, "account_product_down")
	request := c.request()
	request.Trace = true
	request.Extensions = map[string]any{"more": 1}
	answer, err := discard().Execute(t.Context(), request)
	require.NoError(t, err)
	require.Len(t, answer.Trace, 3)
	require.Equal(t, "product", answer.Trace[2].Subgraph)
	require.Equal(t, 2, answer.Trace[2].Representations)
	require.Equal(t, "SUBGRAPH_UNAVAILABLE", answer.Trace[2].Code)
	require.True(t, answer.Trace[1].Sent)
	var body struct {
		Extensions struct {
			More  int
			Trace []executor.FetchTrace
		}
	}
	require.NoError(t, json.Unmarshal(answer.Body, &body))
	require.Equal(t, answer.Trace, body.Extensions.Trace)
	require.Equal(t, 1, body.Extensions.More)
}

// TestRequestsDoNotMix checks that one executor can serve concurrent requests with different
// plans: each has the response that it would have alone.
func TestRequestsDoNotMix(t *testing.T) {
	t.Parallel()
	shared := discard()
	names := []string{"account", "account_order_down", "abstract", "several_sources", "renames", "entity_errors", "bad_answers"}
	cases := map[string]*testCase{}
	for _, name := range names {
		cases[name] = readCase(t, name)
	}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for i := range 60 {
				name := names[(worker+i)%len(names)]
				c := cases[name]
				alone, err := discard().Execute(t.Context(), c.request())
				if err != nil {
					t.Error(err)
					return
				}
				got, err := shared.Execute(t.Context(), c.request())
				if err != nil || string(got.Body) != string(alone.Body) {
					t.Errorf("%s: %v: %s, not %s", name, err, got.Body, alone.Body)
				}
			}
		})
	}
	group.Wait()
}

// bigCase has many orders with items of few products, like the account page of a good customer.
func bigCase(t testing.TB) *testCase {
	t.Helper()
	c := readCase(t, "account")
	var edges []string
	for i := range 60 {
		var items []string
		for j := range 8 {
			items = append(items, fmt.Sprintf(`{"id":"itm_%d_%d","title":"Some tea","quantity":2,"product":{"__typename":"Product","id":"prd_%d"}}`, i, j, (i+j)%20))
		}
		edges = append(edges, fmt.Sprintf(`{"node":{"id":"ord_%d","status":"CONFIRMED","items":[%s]}}`, i, strings.Join(items, ",")))
	}
	var products []string
	for i := range 20 {
		products = append(products, fmt.Sprintf(`{"slug":"tea-%d","images":["/images/tea-%d.svg"]}`, i, i))
	}
	c.fetcher.answers[1] = `{"data":{"_entities":[{"basket":null,"orders":{"edges":[` + strings.Join(edges, ",") + `]}}]}}`
	c.fetcher.answers[2] = `{"data":{"_entities":[` + strings.Join(products, ",") + `]}}`
	return c
}

func (c *testCase) bySubgraph() executor.Fetcher {
	answers := map[string][]byte{}
	for _, f := range c.plan.Fetches {
		answers[f.Subgraph] = []byte(c.fetcher.answers[f.ID])
	}
	return fetcherFunc(func(_ context.Context, subgraph string, _ []byte) ([]byte, error) { return answers[subgraph], nil })
}

// reusing lets a request write its response into the memory of the response that was released
// last.
func reusing(request *executor.Request) (reuse func(executor.Response)) {
	var buffer []byte
	request.Buffer = func(int) []byte { return buffer }
	return func(answer executor.Response) { buffer = answer.Body[:0] }
}

// BenchmarkExecute measures what the router does for the account page after planning, apart from
// HTTP: 480 objects wait for 20 entities.
func BenchmarkExecute(b *testing.B) {
	c := bigCase(b)
	request := c.request()
	request.Fetcher = c.bySubgraph()
	e := discard()
	reuse := reusing(&request)
	b.ReportAllocs()
	for b.Loop() {
		answer, err := e.Execute(b.Context(), request)
		if err != nil || answer.Errors > 0 {
			b.Fatal(err, string(answer.Body))
		}
		reuse(answer)
	}
}

// TestExecuteAllocates checks that the number of allocations does not grow with the objects in the
// answers. (It cannot be measured in parallel.)
func TestExecuteAllocates(t *testing.T) {
	if raceDetector {
		t.Skip("with the race detector, a sync.Pool drops some values")
	}
	c := bigCase(t)
	request := c.request()
	request.Fetcher = c.bySubgraph()
	e := discard()
	reuse := reusing(&request)
	allocations := testing.AllocsPerRun(50, func() {
		answer, err := e.Execute(t.Context(), request)
		if err != nil || answer.Errors > 0 {
			t.Fatal(err, string(answer.Body))
		}
		reuse(answer)
	})
	require.LessOrEqual(t, allocations, 2.0)
}

package executor_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestGolden runs the cases in testdata. A case has
//
//	schema.graphqls     the API schema
//	operation.graphql   the client's operation, and variables.json
//	plan.yaml           the fetches (see planFile)
//	N.json              the subgraph's answer to fetch N, or "! CODE" if it fails
//	requests            the requests: the fetch, the subgraph, the variables       (golden)
//	response.json       the client's response                                      (golden)
func TestGolden(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, file *golden.Case) {
		c := newCase(t, file)
		answer, err := discard().Execute(t.Context(), c.request())
		require.NoError(t, err)
		requirePlain(t, c, answer)
		file.Compare(t,
			golden.Section{Name: "requests", Text: c.fetcher.requests()},
			golden.Section{Name: "response.json", Text: indent(t, answer.Body)},
		)
	})
}

// requirePlain fails if the plain path gives another response, or sends other requests.
func requirePlain(t *testing.T, c *testCase, quick executor.Response) {
	t.Helper()
	fetcher := &fakeFetcher{documents: c.fetcher.documents, answers: c.fetcher.answers, sent: make([]string, len(c.plan.Fetches))}
	request := c.request()
	request.Plain, request.Fetcher = true, fetcher
	plain, err := discard().Execute(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, string(plain.Body), string(quick.Body), "the responses of the plain path and of the optimized one")
	require.Equal(t, fetcher.requests(), c.fetcher.requests())
}

func indent(t *testing.T, body []byte) string {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, json.Indent(&out, body, "", "  "), "%s", body)
	return out.String() + "\n"
}

// testCase is one case, ready to run.
type testCase struct {
	plan      *plan.Plan
	shape     *response.Shape
	variables map[string]any
	fetcher   *fakeFetcher
}

func newCase(t testing.TB, file *golden.Case) *testCase {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: file.Text("schema.graphqls")})
	op, err := operation.NewParser(schema, operation.DefaultLimits()).Parse(file.Text("operation.graphql"), "")
	require.NoError(t, err)
	given := map[string]any{}
	if text := file.Text("variables.json"); text != "" {
		decoder := json.NewDecoder(strings.NewReader(text))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&given))
	}
	variables, err := op.Coerce(given)
	require.NoError(t, err)
	p := readPlan(t, op.Kind, file.Text("plan.yaml"))
	return &testCase{
		plan:      p,
		shape:     response.NewShape(schema, op),
		variables: variables,
		fetcher:   newFakeFetcher(p, file),
	}
}

func (c *testCase) request() executor.Request {
	return executor.Request{
		Plan: c.plan, Shape: c.shape, Variables: c.variables, Fetcher: c.fetcher, RequestID: "r1",
		Errors: executor.ErrorRules{Unmasked: true},
	}
}

// fakeFetcher answers from a case's files.
type fakeFetcher struct {
	documents []string // by fetch
	answers   map[int]string

	mu   sync.Mutex
	sent []string
}

func newFakeFetcher(p *plan.Plan, file *golden.Case) *fakeFetcher {
	f := &fakeFetcher{answers: map[int]string{}, sent: make([]string, len(p.Fetches))}
	for _, fetch := range p.Fetches {
		f.documents = append(f.documents, fetch.Subgraph+" "+fetch.Document)
		if text := file.Text(fmt.Sprintf("%d.json", fetch.ID)); text != "" {
			f.answers[fetch.ID] = text
		}
	}
	return f
}

func (f *fakeFetcher) Fetch(_ context.Context, subgraph string, body []byte) ([]byte, error) {
	var request struct {
		Query     string
		Variables json.RawMessage
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, fmt.Errorf("the body %s: %w", body, err)
	}
	fetch := slices.Index(f.documents, subgraph+" "+request.Query)
	if fetch < 0 {
		return nil, errors.New("no fetch has this document")
	}
	f.mu.Lock()
	f.sent[fetch] += fmt.Sprintf("%d %s %s\n", fetch, subgraph, request.Variables)
	f.mu.Unlock()
	answer, ok := f.answers[fetch]
	if !ok {
		return nil, errors.New("dial tcp 10.0.0.1:4001: connection refused")
	}
	if code, failed := strings.CutPrefix(answer, "! "); failed {
		if code = strings.TrimSpace(code); code == "PANIC" {
			panic("the fetcher is broken")
		}
		return nil, explainedError{code}
	}
	return []byte(answer), nil
}

func (f *fakeFetcher) requests() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return strings.Join(f.sent, "")
}

type explainedError struct{ code string }

func (e explainedError) Error() string { return "10.0.0.1:4001 said " + e.code }

func (e explainedError) Explain() (code, message string, retryable bool) {
	return e.code, "The fetcher's message.", e.code == "TIMEOUT"
}

func readPlan(t testing.TB, kind ast.Operation, text string) *plan.Plan {
	t.Helper()
	var file []planFile
	require.NoError(t, yaml.NewDecoder(strings.NewReader(text), yaml.Strict()).Decode(&file))
	p := &plan.Plan{Kind: kind}
	for i, f := range file {
		p.Fetches = append(p.Fetches, f.fetch(t, i, kind))
	}
	return p
}

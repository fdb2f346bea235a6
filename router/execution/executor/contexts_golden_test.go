package executor_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
	"github.com/trefoil-graph/trefoil/router/query/planner"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

const contextGoldenLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@requires", "@external", "@shareable", "@interfaceObject", "@context", "@fromContext"])` + "\n"

// TestContextGolden runs the cases in testdata/contexts and testdata/parts. They are planned,
// because the plan says where values are read, and documents depend on them. The plain path must
// give the same result. A case has
//
//	NAME.graphqls       the subgraphs
//	operation.graphql   the client's operation, and variables.json
//	N.json              the subgraph's answer to fetch N; without the file, it fails
//	plan                                                                           (golden)
//	requests            the requests: the fetch, the subgraph, document, variables (golden)
//	response.json       the client's response                                      (golden)
func TestContextGolden(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/contexts/*.txtar", runContextCase)
	golden.Run(t, "testdata/parts/*.txtar", runContextCase)
}

func runContextCase(t *testing.T, file *golden.Case) {
	var sources []subgraph.Source
	for name, sdl := range file.Texts(".graphqls") {
		sources = append(sources, subgraph.Source{Name: name, SDL: contextGoldenLink + sdl})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(file.Text("operation.graphql"), "")
	require.NoError(t, err)
	given := map[string]any{}
	if text := file.Text("variables.json"); text != "" {
		require.NoError(t, json.Unmarshal([]byte(text), &given))
	}
	variables, err := op.Coerce(given)
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
	require.NoError(t, err)
	for _, plain := range []bool{false, true} {
		fetcher := &contextFetcher{plan: made, file: file, sent: make([]string, len(made.Fetches))}
		answer, err := discard().Execute(t.Context(), executor.Request{
			Plan: made, Shape: response.NewShape(schema.API(), op), Variables: variables, Fetcher: fetcher, RequestID: "r1", Plain: plain,
			Errors: executor.ErrorRules{Unmasked: true},
		})
		require.NoError(t, err)
		file.Compare(t,
			golden.Section{Name: "plan", Text: made.String()},
			golden.Section{Name: "requests", Text: strings.Join(fetcher.sent, "")},
			golden.Section{Name: "response.json", Text: indent(t, answer.Body)},
		)
	}
}

// contextFetcher answers from a case's files. It finds the fetch by its document, or if that is
// written at run time, by the contexts' variables, or because only one fetch can have parts.
type contextFetcher struct {
	plan *plan.Plan
	file *golden.Case

	mu   sync.Mutex
	sent []string
}

func (f *contextFetcher) Fetch(_ context.Context, subgraph string, body []byte) ([]byte, error) {
	var request struct {
		Query     string
		Variables json.RawMessage
	}
	if err := json.Unmarshal(body, &request); err != nil {
		return nil, fmt.Errorf("the body %s: %w", body, err)
	}
	fetch := slices.IndexFunc(f.plan.Fetches, func(one *plan.Fetch) bool {
		return one.Subgraph == subgraph && asks(one, request.Query)
	})
	if fetch < 0 {
		return nil, errors.New("no fetch has this document")
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sent[fetch] += fmt.Sprintf("%d %s %s\n  %s\n", fetch, subgraph, request.Query, request.Variables)
	answer := f.file.Text(fmt.Sprintf("%d.json", fetch))
	if answer == "" {
		return nil, errors.New("dial tcp 10.0.0.1:4001: connection refused")
	}
	return []byte(answer), nil
}

func asks(f *plan.Fetch, document string) bool {
	inParts := slices.ContainsFunc(f.Lookups, func(l plan.Lookup) bool { return l.Targets[0].Requirements != nil })
	return f.Document == document || inParts || slices.ContainsFunc(f.ContextVariables(), func(v *ast.VariableDefinition) bool {
		return strings.Contains(document, "$"+v.Variable)
	})
}

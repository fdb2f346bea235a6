package executor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/plan"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

// standard is the query with which gateways are publicly compared, in shape and size: readers,
// what they reviewed, who else reviewed it, and what those reviewed. A few objects occur at
// hundreds of positions, over four subgraphs.
type standard struct {
	operation *operation.Operation
	request   executor.Request
	plan      *plan.Plan
	world     thing

	mu      sync.Mutex
	answers map[string][]byte // by the request's body
}

func newStandard(t testing.TB) *standard {
	t.Helper()
	var sources []subgraph.Source
	for _, name := range []string{"accounts", "books", "reviews", "stock"} {
		sources = append(sources, subgraph.Source{Name: name, SDL: readStandard(t, name+".graphqls")})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	api := schema.API()
	op, err := operation.NewParser(api, operation.DefaultLimits()).Parse(readStandard(t, "query.graphql"), "")
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema), api).Plan(op)
	require.NoError(t, err)
	s := &standard{operation: op, plan: made, world: newWorld(), answers: map[string][]byte{}}
	s.request = executor.Request{Plan: made, Shape: response.NewShape(api, op), Fetcher: s}
	return s
}

func readStandard(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/standard/" + name)
	require.NoError(t, err)
	return string(text)
}

// Fetch answers repeated requests from memory.
func (s *standard) Fetch(_ context.Context, _ string, body []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if answer, known := s.answers[string(body)]; known {
		return answer, nil
	}
	answer, err := s.answer(body)
	if len(s.answers) < 1000 { // changed answers lead to more and more different requests
		s.answers[string(body)] = answer
	}
	return answer, err
}

func (s *standard) answer(body []byte) ([]byte, error) {
	var asked struct {
		Query     string
		Variables map[string][]thing
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, err
	}
	document, err := parser.ParseQuery(&ast.Source{Input: asked.Query})
	if err != nil {
		return nil, err
	}
	set := document.Operations[0].SelectionSet
	if first := set[0].(*ast.Field); first.Name != "_entities" {
		return append(s.world.print([]byte(`{"data":`), selections(set)), '}'), nil
	}
	answer := []byte(`{"data":{`)
	for i, one := range set {
		if i > 0 {
			answer = append(answer, ',')
		}
		field := one.(*ast.Field)
		var entities []thing
		for _, representation := range asked.Variables[field.Arguments[0].Value.Raw] {
			entities = append(entities, s.world.entity(representation))
		}
		answer = printAny(append(response.AppendString(answer, field.Alias), ':'), entities, selections(field.SelectionSet))
	}
	return append(answer, "}}"...), nil
}

// expected returns the response of a single server that has all the data.
func (s *standard) expected() string {
	return string(append(s.world.print([]byte(`{"data":`), asSelections(s.operation.Fields)), '}'))
}

func asSelections(fields []*operation.Field) []plan.Selection {
	var out []plan.Selection
	for _, f := range fields {
		out = append(out, plan.Selection{Name: f.Name, Alias: f.Key, Selections: asSelections(f.Fields)})
	}
	return out
}

// thing is an object of the data. Its values are things, lists of them, and leaves.
type thing map[string]any

func newWorld() thing {
	var readers, books, reviews []thing
	for i := range 6 {
		readers = append(readers, thing{"id": fmt.Sprint(i + 1), "name": fmt.Sprintf("Reader No. %d", i+1), "handle": fmt.Sprintf("reader%d", i+1)})
	}
	for i := range 5 {
		books = append(books, thing{
			"isbn": fmt.Sprintf("978-%d", i), "title": fmt.Sprintf("Title %d", i), "price": 100 + 700*i,
			"weight": 200 + 10*i, "available": i%2 == 0, "postage": postage(float64(100+700*i), float64(200+10*i)),
		})
	}
	for i, book := range []int{0, 0, 0, 0, 1, 1, 1, 1, 2, 3, 3} {
		text := strings.Repeat("Read it twice, and the second time with a \\\"pencil\\\". ", 5+i%7)
		review := thing{"id": fmt.Sprintf("r%d", i), "text": raw(`"` + text + `"`), "book": books[book], "author": readers[0]}
		reviews = append(reviews, review)
		written, _ := books[book]["reviews"].([]thing)
		books[book]["reviews"] = append(written, review)
	}
	books[4]["reviews"] = []thing{}
	for _, reader := range readers {
		reader["reviews"] = reviews[:2]
	}
	return thing{"readers": readers, "topBooks": books}
}

// raw is a leaf as JSON.
type raw string

// postage is the stock subgraph's rule for a field with @requires.
func postage(price, weight float64) int {
	if price > 1000 {
		return 0
	}
	return int(weight) / 2
}

// entity returns the entity that a representation names, with the postage for the representation's
// values.
func (t thing) entity(representation thing) thing {
	list, key := "readers", "id"
	if representation["__typename"] == "Book" {
		list, key = "topBooks", "isbn"
	}
	for _, known := range t[list].([]thing) {
		if known[key] != representation[key] {
			continue
		}
		found := thing{}
		for name, value := range known {
			found[name] = value
		}
		price, priced := representation["price"].(float64)
		weight, weighed := representation["weight"].(float64)
		delete(found, "postage")
		if priced && weighed {
			found["postage"] = postage(price, weight)
		}
		return found
	}
	return nil
}

func (t thing) print(dst []byte, asked []plan.Selection) []byte {
	if t == nil {
		return append(dst, "null"...)
	}
	return append(t.printFields(append(dst, '{'), asked), '}')
}

func (t thing) printFields(dst []byte, asked []plan.Selection) []byte {
	for _, s := range asked {
		if s.Name == "" {
			dst = t.printFields(dst, s.Selections)
			continue
		}
		if dst[len(dst)-1] != '{' {
			dst = append(dst, ',')
		}
		dst = printAny(append(response.AppendString(dst, s.Key()), ':'), t[s.Name], s.Selections)
	}
	return dst
}

func printAny(dst []byte, value any, asked []plan.Selection) []byte {
	switch v := value.(type) {
	case thing:
		return v.print(dst, asked)
	case []thing:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = item.print(dst, asked)
		}
		return append(dst, ']')
	case raw:
		return append(dst, v...)
	default:
		text, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		return append(dst, text...)
	}
}

// TestStandard checks that the response is that of one server with all the data.
func TestStandard(t *testing.T) {
	t.Parallel()
	s := newStandard(t)
	require.Len(t, s.plan.Fetches, 6)
	answer, err := discard().Execute(t.Context(), s.request)
	require.NoError(t, err)
	require.Equal(t, s.expected(), string(answer.Body))
	require.Greater(t, len(answer.Body), 70_000)
}

// BenchmarkStandard measures what the router does for the standard query after planning, apart
// from HTTP.
func BenchmarkStandard(b *testing.B) { benchmarkStandard(b, false) }

func BenchmarkStandardPlain(b *testing.B) { benchmarkStandard(b, true) }

func benchmarkStandard(b *testing.B, plain bool) {
	b.Helper()
	s := newStandard(b)
	e := discard()
	request := s.request
	request.Plain = plain
	reuse := reusing(&request)
	b.ReportAllocs()
	began := processorTime(b)
	for b.Loop() {
		answer, err := e.Execute(b.Context(), request)
		if err != nil || answer.Errors > 0 {
			b.Fatal(err, string(answer.Body))
		}
		b.SetBytes(int64(len(answer.Body)))
		reuse(answer)
	}
	b.ReportMetric(float64((processorTime(b)-began).Microseconds())/float64(b.N), "cpu-µs/op")
}

// TestStandardAllocates checks that only goroutines for concurrent fetches allocate. (Allocations
// cannot be counted in parallel.)
func TestStandardAllocates(t *testing.T) {
	if raceDetector {
		t.Skip("with the race detector, a sync.Pool drops some values")
	}
	s := newStandard(t)
	e := discard()
	request := s.request
	reuse := reusing(&request)
	require.LessOrEqual(t, testing.AllocsPerRun(50, func() {
		answer, err := e.Execute(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		reuse(answer)
	}), 6.0)
}

// processorTime returns the processor time that this process has used. On a shared machine it is
// more meaningful than elapsed time.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

package executor_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

const refused = `{"errors":[{"message":"The response is larger than the router allows: request less data at once.","extensions":{"code":"RESPONSE_TOO_LARGE","requestId":"r1"}}],"data":null}`

// repeatedCase has one entity at many positions.
func repeatedCase(t testing.TB, places, bytes int) *testCase {
	t.Helper()
	return newCase(t, golden.Parse(fmt.Sprintf(`
-- schema.graphqls --
type Query { list: [Item] }
type Item { id: ID text: String }
-- operation.graphql --
{ list { id text } }
-- plan.yaml --
- {subgraph: a, document: "{ list { id } }"}
- subgraph: b
  after: [0]
  document: "query($representations: [_Any!]!) { _entities(representations: $representations) { ... on Item { text } } }"
  lookups: [{targets: [{path: list, typeName: Item, send: "id!"}]}]
-- 0.json --
{"data":{"list":[%s{"id":1}]}}
-- 1.json --
{"data":{"_entities":[{"text":"%s"}]}}
`, strings.Repeat(`{"id":1},`, places-1), strings.Repeat("x", bytes))))
}

// TestResponseLimit checks that the response has a limit, with and without twins: a small answer
// may make a large one.
func TestResponseLimit(t *testing.T) {
	t.Parallel()
	c := repeatedCase(t, 1000, 6_000)
	for _, plain := range []bool{false, true} {
		request := c.request()
		request.MaxBytes, request.Plain = 1<<20, plain
		answer, err := discard().Execute(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, refused, string(answer.Body))
		require.Equal(t, 1, answer.Errors)
		require.LessOrEqual(t, cap(answer.Body), 4<<20)
		request.MaxBytes = 100 << 20
		answer, err = discard().Execute(t.Context(), request)
		require.NoError(t, err)
		require.Zero(t, answer.Errors)
		require.Greater(t, len(answer.Body), 6_000_000)
	}
}

// TestIndexLimit checks that the index of the values counts, too: for a list of single digits it
// is 16 times as large as the text.
func TestIndexLimit(t *testing.T) {
	t.Parallel()
	const ones = 100_000
	c := newCase(t, golden.Parse(fmt.Sprintf(`
-- schema.graphqls --
type Query { list: [Int] }
-- operation.graphql --
{ list }
-- plan.yaml --
- {subgraph: a, document: "{ list }"}
-- 0.json --
{"data":{"list":[%s1]}}
`, strings.Repeat("1,", ones-1))))
	for _, plain := range []bool{false, true} {
		request := c.request()
		request.MaxBytes, request.Plain = 31*ones, plain
		answer, err := discard().Execute(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, refused, string(answer.Body))
		request.MaxBytes = 33 * ones
		answer, err = discard().Execute(t.Context(), request)
		require.NoError(t, err)
		require.Zero(t, answer.Errors)
		require.Greater(t, len(answer.Body), 2*ones)
	}
}

// TestIndexLimitOfWhatIsParsedAgain checks that an answer that fits with twins may have too many
// values without.
func TestIndexLimitOfWhatIsParsedAgain(t *testing.T) {
	t.Parallel()
	const places = 70_000
	request := repeatedCase(t, places, 10).request()
	whole := request.Fetcher
	request.Fetcher = fetcherFunc(func(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
		if subgraph == "b" { // earlier answers are then parsed again
			return nil, explainedError{"TIMEOUT"}
		}
		return whole.Fetch(ctx, subgraph, body)
	})
	for most, errors := range map[int64]int{3 * 32 / 2 * places: 1, 256 << 20: 1001} { // 1,000 errors, and one that counts the others
		request.MaxBytes = most
		answer, err := discard().Execute(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, errors, answer.Errors)
	}
}

// limited is a Fetcher with a Limit method.
type limited struct {
	executor.Fetcher
	told int64
}

func (l *limited) Limit(bytes int64) { l.told = bytes }

// TestAnswersLimit checks the limit on the total size of the answers, including data that clients
// do not see. Beyond it, no request is sent whose answer would be thrown away.
func TestAnswersLimit(t *testing.T) {
	t.Parallel()
	c := chainCase(t)
	long := strings.Replace(answerA, `{"data"`, `{"extensions":"`+strings.Repeat("x", 2000)+`","data"`, 1)
	for _, plain := range []bool{false, true} {
		request := c.request()
		request.Plain, request.MaxBytes = plain, 1000
		fetcher := &limited{Fetcher: fetcherFunc(func(_ context.Context, subgraph string, _ []byte) ([]byte, error) {
			return []byte(map[string]string{"a": long, "b": answerB}[subgraph]), nil // "" is invalid, if c is called
		})}
		request.Fetcher = fetcher
		answer, err := discard().Execute(t.Context(), request)
		require.NoError(t, err)
		require.Equal(t, refused, string(answer.Body))
		require.EqualValues(t, 1000, fetcher.told)
	}
}

// TestAnswersLimitOfTheFetcher checks that a Fetcher can report by the code that an answer is too
// long to read.
func TestAnswersLimitOfTheFetcher(t *testing.T) {
	t.Parallel()
	request := chainCase(t).request()
	request.Fetcher = fetcherFunc(func(_ context.Context, subgraph string, _ []byte) ([]byte, error) {
		if subgraph == "b" {
			return nil, explainedError{"RESPONSE_TOO_LARGE"}
		}
		return []byte(map[string]string{"a": answerA, "c": answerC}[subgraph]), nil
	})
	answer, err := discard().Execute(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, refused, string(answer.Body))
}

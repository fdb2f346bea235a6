package executor_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/execution/executor"
)

// change is a fault in a subgraph's answer, and its position.
type change struct {
	fetch, at int
	kind      string
}

func kinds() []string {
	return []string{"null", "another string", "an object more", "an unknown name", "an error", "an error without path", "no list", "broken off"}
}

func (c change) apply(answer string) string {
	switch c.kind {
	case "an error":
		return strings.Replace(answer, "{", `{"errors":[{"message":"no","path":["_entities",`+string(rune('0'+c.at%8))+`,"reviews",0,"text"]}],`, 1)
	case "an error without path":
		return strings.Replace(answer, "{", `{"errors":[{"message":"no"}],`, 1)
	case "broken off":
		return answer[:c.at%len(answer)]
	case "no list":
		return nth(answer, "[", c.at, func(rest string) string { return `"",[` + rest })
	case "an object more":
		return nth(answer, "{", c.at, func(rest string) string {
			return `{"book":{"isbn":"978-3"},"author":{"id":"2"},"reviews":[{"id":"r1"},{"id":"r1"}],` + rest
		})
	case "another string":
		return nth(answer, `"`, c.at, func(rest string) string { return `"1` + rest })
	case "an unknown name":
		return nth(answer, `":`, c.at, func(rest string) string { return `_":` + rest })
	default:
		return nth(answer, "{", c.at, func(rest string) string { return "null" + rest[objectEnd(rest):] })
	}
}

// nth replaces the n-th occurrence of a text, and everything after it.
func nth(text, of string, n int, by func(rest string) string) string {
	parts := strings.Split(text, of)
	if len(parts) == 1 {
		return text
	}
	n = 1 + n%(len(parts)-1)
	return strings.Join(parts[:n], of) + by(strings.Join(parts[n:], of))
}

// objectEnd returns where an object ends whose opening brace has been read.
func objectEnd(rest string) int {
	depth := 1
	for i, c := range rest {
		switch c {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(rest)
}

// changed is the standard query's subgraphs with changes. It records the requests.
type changed struct {
	*standard
	changes []change

	mu    sync.Mutex
	asked []string
}

func (c *changed) Fetch(ctx context.Context, subgraph string, body []byte) ([]byte, error) {
	answer, err := c.standard.Fetch(ctx, subgraph, body)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.asked = append(c.asked, string(body))
	text := string(answer)
	for _, change := range c.changes {
		if c.plan.Fetches[change.fetch%len(c.plan.Fetches)].Subgraph == subgraph {
			text = change.apply(text)
		}
	}
	return []byte(text), nil
}

func (c *changed) execute(t *rapid.T, plain bool) executor.Response {
	request := c.request
	request.Fetcher, request.Plain = c, plain
	c.asked = nil
	answer, err := discard().Execute(t.Context(), request)
	require.NoError(t, err)
	slices.Sort(c.asked)
	return answer
}

// TestShortCutsAgree checks that the optimizations change neither the response nor the requests,
// whatever the subgraphs answer.
func TestShortCutsAgree(t *testing.T) {
	t.Parallel()
	rapid.Check(t, shortCutsAgree(newStandard(t)))
}

func FuzzShortCutsAgree(f *testing.F) {
	f.Fuzz(rapid.MakeFuzz(shortCutsAgree(newStandard(f))))
}

func shortCutsAgree(s *standard) func(*rapid.T) {
	return func(t *rapid.T) {
		c := &changed{standard: s}
		for range rapid.IntRange(0, 3).Draw(t, "changes") {
			c.changes = append(c.changes, change{
				fetch: rapid.IntRange(0, len(s.plan.Fetches)-1).Draw(t, "fetch"),
				at:    rapid.IntRange(0, 400).Draw(t, "at"),
				kind:  rapid.SampledFrom(kinds()).Draw(t, "kind"),
			})
		}
		quick := c.execute(t, false)
		asked := c.asked
		plain := c.execute(t, true)
		require.Equal(t, string(plain.Body), string(quick.Body))
		require.Equal(t, plain.Errors, quick.Errors)
		require.Equal(t, c.asked, asked)
	}
}

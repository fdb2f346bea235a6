package operation_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// TestEntangledFragmentsAreRefused checks that small documents whose fragments multiply are
// refused after a bounded amount of work, however few fields result.
func TestEntangledFragmentsAreRefused(t *testing.T) {
	t.Parallel()
	bounds := operation.DefaultLimits()
	bounds.Rules.Document.Depth, bounds.Rules.Document.RootFields = 1000, 1000
	bounds.Rules.Document.Aliases = 1000
	parser := operation.NewParser(schema(t, `type Query { id: ID self: Query }`), bounds)
	for name, text := range map[string]string{
		"nothing comes of them":     conditional(28, `id @skip(if: true)`),
		"one field comes of them":   conditional(28, `id`),
		"combinations of fragments": subsets(18),
	} {
		_, err := parser.Parse(text, "")
		var refused *operation.Error
		require.ErrorAs(t, err, &refused, name)
		require.Equal(t, operation.CodeTooLarge, refused.Errors[0].Extensions["code"], name)
	}
	for _, text := range []string{conditional(8, `id`), subsets(6)} {
		_, err := parser.Parse(text, "")
		require.NoError(t, err)
	}
}

// conditional returns a document of fragments that each spread the next one in two ways.
func conditional(depth int, leaf string) string {
	var variables, fragments strings.Builder
	for i := range depth {
		fmt.Fprintf(&variables, " $v%d: Boolean!", i)
		fmt.Fprintf(&fragments, "fragment F%d on Query { ...F%d @include(if: $v%d) ...F%d @skip(if: $v%d) }\n", i, i+1, i, i+1, i)
	}
	return fmt.Sprintf("query(%s) { ...F0 }\n%sfragment F%d on Query { %s }", variables.String(), fragments.String(), depth, leaf)
}

// subsets returns a document whose fragments combine into other sets at each level, twice as many
// as on the level before.
func subsets(depth int) string {
	var text strings.Builder
	text.WriteString("{ ...F0_0 }\n")
	for level := range depth {
		fmt.Fprintf(&text, "fragment F%d_0 on Query { a: self { ...F%d_0 } b: self { ...F%d_0 ...F%d_1 } }\n", level, level+1, level+1, level+1)
		for i := 1; i <= level; i++ {
			fmt.Fprintf(&text, "fragment F%d_%d on Query { a: self { ...F%d_%d } b: self { ...F%d_%d } }\n", level, i, level+1, i+1, level+1, i+1)
		}
	}
	for i := range depth + 1 {
		fmt.Fprintf(&text, "fragment F%d_%d on Query { id }\n", depth, i)
	}
	return text.String()
}

package contract_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/contract"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/tests/golden"
)

// TestContracts filters the schema of each case. The section rules has the lines include and
// exclude with tags. The result is the API schema or the errors.
func TestContracts(t *testing.T) {
	t.Parallel()
	golden.Run(t, "testdata/*.txtar", func(t *testing.T, c *golden.Case) {
		const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3",
			import: ["@key", "@tag", "@inaccessible", "@shareable"]) `
		var sources []subgraph.Source
		for name, text := range c.Texts(".graphqls") {
			sources = append(sources, subgraph.Source{
				Name: name, URL: "http://" + name, SDL: link + text,
			})
		}
		schema, _, err := compose.Compose(sources)
		require.NoError(t, err)
		before := supergraph.PrintAPI(schema)
		var rules contract.Rules
		for line := range strings.Lines(c.Text("rules")) {
			switch name, tags, _ := strings.Cut(strings.TrimSpace(line), " "); name {
			case "include":
				rules.Include = strings.Fields(tags)
			case "exclude":
				rules.Exclude = strings.Fields(tags)
			}
		}
		filtered, err := contract.Filter(schema, rules)
		require.Equal(t, before, supergraph.PrintAPI(schema), "the original is unchanged")
		var api, errs string
		if err != nil {
			errs = err.Error() + "\n"
		} else {
			api = supergraph.PrintAPI(filtered)
		}
		c.Compare(t, golden.Section{Name: "api", Text: api}, golden.Section{Name: "errors", Text: errs})
	})
}

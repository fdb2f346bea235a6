package querygraph_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
)

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@external"]) `

func TestWriteDOT(t *testing.T) {
	t.Parallel()
	schema, _, err := compose.Compose([]subgraph.Source{
		{Name: "shop", SDL: link + `type Query { found: Found best: Found } union Found = Book | Tea
			type Book @key(fields: "id") { id: ID! weight: Int } type Tea { name: String }`},
		{Name: "post", SDL: link + `type Book @key(fields: "id") { id: ID! weight: Int @external parcel: Parcel @requires(fields: "weight") }
			type Parcel { price: Int }`},
	})
	require.NoError(t, err)
	var out strings.Builder
	require.NoError(t, querygraph.New(schema).WriteDOT(&out))
	require.Equal(t, `digraph supergraph {
  rankdir=LR; node [shape=box, fontname="sans-serif"]; edge [fontname="sans-serif", fontsize=10];
  subgraph "cluster_post" {
    label="post";
    "Book@post" [label="Book"];
    "Parcel@post" [label="Parcel"];
    "Query@post" [label="Query"];
  }
  subgraph "cluster_shop" {
    label="shop";
    "Book@shop" [label="Book"];
    "Found@shop" [label="Found"];
    "Query@shop" [label="Query"];
    "Tea@shop" [label="Tea"];
  }
  "Book@post" -> "Parcel@post" [label="parcel requires weight"];
  "Book@shop" -> "Book@post" [style=dashed, label="@key id"];
  "Book@post" -> "Book@shop" [style=dashed, label="@key id"];
  "Found@shop" -> "Book@shop" [style=dotted, arrowhead=empty];
  "Found@shop" -> "Tea@shop" [style=dotted, arrowhead=empty];
  "Query@shop" -> "Found@shop" [label="found\nbest"];
}
`, out.String())
}

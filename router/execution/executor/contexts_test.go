package executor_test

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/querygraph"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/execution/executor"
	"github.com/trefoil-graph/trefoil/router/execution/response"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/query/planner"
)

const contextLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.8", import: ["@key", "@context", "@fromContext", "@external", "@requires"])` + "\n"

// In shopSDL, an item's price is in the currency of the nearest country or customer above it;
// customers have their currency in another subgraph.
const shopSDL = contextLink + `
type Query { customers: [Customer!]! }
type Customer @key(fields: "id") @context(name: "money") {
  id: ID!
  basket: [Item!]!
  homes: [Country!]
  currency: String @external
  discount: Int @requires(fields: "currency")
}
type Country @context(name: "money") { tender: Tender basket: [Item!]! }
type Tender { currency: String }
type Item @key(fields: "id") {
  id: ID!
  price(in: String @fromContext(field: "$money ... on Customer { currency } ... on Country { tender { currency } }")): String
}
`

const customerSDL = contextLink + `type Customer @key(fields: "id") { id: ID! currency: String }`

// shop answers for both subgraphs. A price names the item and the currency for which it was
// requested.
type shop struct {
	mu       sync.Mutex
	requests []string
}

func (s *shop) Fetch(_ context.Context, subgraph string, body []byte) ([]byte, error) {
	var asked struct {
		Query     string
		Variables map[string]any
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests = append(s.requests, subgraph+" "+asked.Query)
	data := map[string]any{}
	switch {
	case subgraph == "customers":
		data["_entities"] = []any{map[string]any{"currency": "EUR"}, map[string]any{"currency": "CHF"}, map[string]any{"currency": nil}}
	case !strings.Contains(asked.Query, "_entities"):
		item := func(id string) map[string]any { return map[string]any{"__typename": "Item", "id": id} }
		basket := []any{item("1"), item("2")}
		home := map[string]any{"tender": map[string]any{"currency": "USD"}, "basket": basket}
		data["customers"] = []any{
			map[string]any{"id": "a", "basket": basket, "homes": []any{home}},
			map[string]any{"id": "b", "basket": basket, "homes": nil},
			map[string]any{"id": "c", "basket": []any{item("3")}, "homes": []any{map[string]any{"tender": nil, "basket": basket}}},
		}
	default:
		answerPrices(asked.Query, asked.Variables, data)
	}
	return json.Marshal(map[string]any{"data": data})
}

// answerPrices answers each _entities field by the variables in it.
func answerPrices(query string, variables map[string]any, data map[string]any) {
	for part := range strings.SplitSeq(query[strings.Index(query, "{")+1:], "}}") {
		head, rest, found := strings.Cut(part, "(representations:$")
		if !found {
			continue
		}
		alias, _, _ := strings.Cut(strings.TrimSpace(head), ":")
		representations, fields, _ := strings.Cut(rest, ")")
		_, after, _ := strings.Cut(fields, "in:$")
		currency, ok := variables[after[:strings.IndexAny(after, "),")]].(string)
		if !ok {
			currency = "nothing"
		}
		var list []any
		for _, r := range variables[representations].([]any) {
			list = append(list, map[string]any{"price": currency + r.(map[string]any)["id"].(string)})
		}
		data[alias] = list
	}
}

// TestContexts checks that each object is priced by the value of the nearest object above it that
// sets the context. Objects with different values are looked up separately, in one request.
func TestContexts(t *testing.T) {
	t.Parallel()
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "shop", SDL: shopSDL}, {Name: "customers", SDL: customerSDL}})
	require.NoError(t, err)
	op, err := operation.NewParser(schema.API(), operation.DefaultLimits()).Parse(`{ customers { basket { price } homes { basket { price } } } }`, "")
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
	require.NoError(t, err)
	s := &shop{}
	answer, err := discard().Execute(t.Context(), executor.Request{Plan: made, Shape: response.NewShape(schema.API(), op), Fetcher: s})
	require.NoError(t, err)
	require.JSONEq(t, `{"data":{"customers":[
		{"basket":[{"price":"EUR1"},{"price":"EUR2"}],"homes":[{"basket":[{"price":"USD1"},{"price":"USD2"}]}]},
		{"basket":[{"price":"CHF1"},{"price":"CHF2"}],"homes":null},
		{"basket":[{"price":"nothing3"}],"homes":[{"basket":[{"price":"nothing1"},{"price":"nothing2"}]}]}
	]}}`, string(answer.Body), "%s\n%s", made, strings.Join(s.requests, "\n"))
	require.Len(t, s.requests, len(made.Fetches), "the groups share a request")
}

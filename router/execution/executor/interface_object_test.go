package executor_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
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

const accountLink = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", ` +
	`import: ["@key", "@interfaceObject"])` + "\n"

// accounts holds two subgraphs: names lists the accounts 1, 2 and 3 and knows their names, and
// types knows which are admins. The name of account 2 fails, and types does not know account 3.
type accounts struct {
	types    map[string]string
	requests []string
}

func (a *accounts) sources() []subgraph.Source {
	return []subgraph.Source{
		{Name: "names", SDL: accountLink + `type Query { accounts: [Account] }
			type Account @interfaceObject @key(fields: "id") { id: ID! name: String! }`},
		{Name: "types", SDL: accountLink + `interface Account @key(fields: "id") { id: ID! }
			type Admin implements Account @key(fields: "id") { id: ID! }
			type Regular implements Account @key(fields: "id") { id: ID! }`},
	}
}

func (a *accounts) Fetch(_ context.Context, name string, body []byte) ([]byte, error) {
	var asked struct {
		Query     string
		Variables struct{ Representations []struct{ ID string } }
	}
	if err := json.Unmarshal(body, &asked); err != nil {
		return nil, err
	}
	a.requests = append(a.requests, name+" "+string(body))
	ids, field := []string{"1", "2", "3"}, "accounts"
	if strings.Contains(asked.Query, "_entities") {
		ids, field = nil, "_entities"
		for _, r := range asked.Variables.Representations {
			ids = append(ids, r.ID)
		}
	}
	list, errs := make([]any, len(ids)), []any{}
	for i, id := range ids {
		switch {
		case name == "types" && a.types[id] != "":
			list[i] = map[string]any{"__typename": a.types[id]}
		case name == "types":
		case id == "2" && strings.Contains(asked.Query, "name"):
			// The name is non-null, so its object becomes null.
			path := []any{field, i, "name"}
			errs = append(errs, map[string]any{"message": "no name", "path": path})
		case field == "_entities":
			list[i] = map[string]any{"name": "name " + id}
		case strings.Contains(asked.Query, "name"):
			list[i] = map[string]any{"id": id, "name": "name " + id}
		default:
			list[i] = map[string]any{"id": id}
		}
	}
	answer := map[string]any{"data": map[string]any{field: list}}
	if len(errs) > 0 {
		answer["errors"] = errs
	}
	return json.Marshal(answer)
}

// A field of some types of an interface object takes three requests, because two are not enough.
// Only the subgraph names lists accounts, and only the subgraph types knows their types. With two
// requests, the first has to ask names for the name of each account. Its answer then has no id
// for account 2, so the router cannot ask types about it. It gets the same answers whether
// account 2 is an admin or not, but the right responses differ.
func TestTypesOfAnInterfaceObjectComeBeforeWhatSomeTypesAreAskedFor(t *testing.T) {
	t.Parallel()
	admin := &accounts{types: map[string]string{"1": "Admin", "2": "Admin"}}
	regular := &accounts{types: map[string]string{"1": "Admin", "2": "Regular"}}

	require.Equal(t, told(t, admin), told(t, regular))
	require.NotContains(t, told(t, admin)[0], `"id":"2"`)

	body := answerAdmins(t, admin)
	require.Contains(t, body, `"data":{"accounts":[{"name":"name 1"},null,null]}`)
	require.Contains(t, body, `"path":["accounts",1`)
	body = answerAdmins(t, regular)
	require.Contains(t, body, `"data":{"accounts":[{"name":"name 1"},{},null]}`)
	require.NotContains(t, body, `"path":["accounts",1`)
	require.NotContains(t, body, `"path":["accounts",2`, "that the entity is not known is no error")
	require.Len(t, admin.requests, 3)
	require.Len(t, regular.requests, 3)
}

// told returns the answers that a router gets if it requests all names at once, and then the
// types.
func told(t *testing.T, a *accounts) []string {
	t.Helper()
	fleet := &accounts{types: a.types}
	first, err := fleet.Fetch(t.Context(), "names", []byte(`{"query":"{ accounts { id name } }"}`))
	require.NoError(t, err)
	var named struct {
		Data struct{ Accounts []*struct{ ID string } }
	}
	require.NoError(t, json.Unmarshal(first, &named))
	var representations []string
	for _, account := range named.Data.Accounts {
		if account != nil {
			sent := fmt.Sprintf(`{"__typename":"Account","id":%q}`, account.ID)
			representations = append(representations, sent)
		}
	}
	second, err := fleet.Fetch(t.Context(), "types", fmt.Appendf(nil,
		`{"query":"query($r: [_Any!]!) { _entities(representations: $r) { __typename } }",`+
			`"variables":{"representations":[%s]}}`,
		strings.Join(representations, ",")))
	require.NoError(t, err)
	return []string{string(first), string(second)}
}

func answerAdmins(t *testing.T, a *accounts) string {
	t.Helper()
	schema, _, err := compose.Compose(a.sources())
	require.NoError(t, err)
	parser := operation.NewParser(schema.API(), operation.DefaultLimits())
	op, err := parser.Parse(`{ accounts { ... on Admin { name } } }`, "")
	require.NoError(t, err)
	made, err := planner.New(querygraph.New(schema), schema.API()).Plan(op)
	require.NoError(t, err)
	answer, err := discard().Execute(t.Context(), executor.Request{
		Plan: made, Shape: response.NewShape(schema.API(), op), Fetcher: a,
	})
	require.NoError(t, err)
	return string(answer.Body)
}

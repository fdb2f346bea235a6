package gateway_test

import (
	"crypto/sha256"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/composition/supergraph"
	"github.com/trefoil-graph/trefoil/router/edge/authentication"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/edge/policy"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

// restrictedSDL are the subgraphs of most tests in this file.
func restrictedSDL() map[string]string {
	const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
		"@key", "@requires", "@external", "@authenticated", "@requiresScopes", "@policy"])
	`
	return map[string]string{"a": link + `
	type Query {
		open: String
		secret: String @authenticated
		node: Node
		nodes: [Node]
		nodesNonNull: [Node!]
		search: [Result]
		person: Person
		people: [Person]
		status: Status
		color: Color
		vault: Vault
		staff: Staff
		staffs: Badge
	}
	type Mutation {
		open: Int
		secret: Int @requiresScopes(scopes: [["write", "admin"], ["root"]])
		save: Person
	}
	interface Node { id: ID! name: String }
	type Person implements Node @key(fields: "id") {
		id: ID!
		name: String
		email: String @requiresScopes(scopes: [["email"]])
		phone: String! @policy(policies: [["p"]])
		friends: [Person]
		boss: Person!
	}
	type Robot implements Node { id: ID! name: String @authenticated model: String }
	type Staff implements Node & Badge @authenticated { id: ID! name: String badge: Int }
	interface Badge { badge: Int }
	union Result = Person | Staff
	enum Status { ON OFF }
	scalar Color @authenticated
	type Vault @requiresScopes(scopes: [["vault"]]) { gold: Int }
	`, "b": link + `
	type Person @key(fields: "id") {
		id: ID!
		email: String @external
		domain: String @requires(fields: "email") @requiresScopes(scopes: [["email"]])
		age: Int
	}
	`}
}

// restrictedGraph is a gateway over subgraphs that record their requests.
type restrictedGraph struct {
	testing.TB
	*gateway.Gateway
	log strings.Builder
	// extensions are those of the last error.
	extensions map[string]any

	mu sync.Mutex
	// answers are the subgraphs' answers to their documents.
	answers map[string]string
	asked   []string
}

// clients are the API keys of clients with these scopes.
func clients(t testing.TB) *authentication.Authenticator {
	t.Helper()
	var keys []authentication.APIKey
	for _, scopes := range []string{"", "email", "p", "admin", "admin write", "write admin email", "root", "vault"} {
		list := strings.Fields(scopes)
		keys = append(keys, authentication.APIKey{
			Name: "client " + scopes, SHA256: sha256.Sum256([]byte(scopes + " key")), Scopes: list,
			Claims: map[string]any{"p": slices.Contains(list, "p")},
		})
	}
	a, err := authentication.New(authentication.Options{
		APIKeys: &authentication.APIKeys{Header: authentication.Header{Name: "X-API-Key"}, Keys: keys},
	}, nil)
	require.NoError(t, err)
	return a
}

// newRestricted serves a schema, or the composition of subgraphs.
func newRestricted(
	t testing.TB, sdl map[string]string, edit func(supergraph string) string, authorization gateway.Authorization,
) *restrictedGraph {
	t.Helper()
	g := &restrictedGraph{TB: t}
	var sources []subgraph.Source
	var callable []fetch.Subgraph
	for name, text := range sdl {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var request struct {
				Query     string
				Variables json.RawMessage
			}
			_ = json.NewDecoder(r.Body).Decode(&request)
			document := name + " " + request.Query
			if strings.Contains(string(request.Variables), "representations") {
				document += " " + string(request.Variables)
			}
			g.mu.Lock()
			defer g.mu.Unlock()
			g.asked = append(g.asked, document)
			_, _ = io.WriteString(w, g.answers[document])
		}))
		t.Cleanup(server.Close)
		sources = append(sources, subgraph.Source{Name: name, URL: server.URL, SDL: text})
		callable = append(callable, fetch.Subgraph{Name: name, URL: server.URL, Timeout: time.Minute})
	}
	schema, _, err := compose.Compose(sources)
	require.NoError(t, err)
	if edit != nil {
		schema, err = supergraph.Parse(edit(supergraph.Print(schema)))
		require.NoError(t, err)
	}
	client := fetch.NewClient(callable, fetch.Limits{ResponseBytes: 1 << 20, Connections: 4})
	t.Cleanup(client.Close)
	if authorization.Policies == nil {
		authorization.Policies, err = policy.New(map[string]string{"p": "claims.p"}, policy.Endpoint{}, slog.Default())
		require.NoError(t, err)
	}
	log := slog.New(slog.NewTextHandler(&g.log, nil))
	engine, err := gateway.NewEngine(schema, client, gateway.EngineOptions{
		CachedOperations: 100, ShareOperations: true, Log: log, Authorization: authorization,
	})
	require.NoError(t, err)
	g.Gateway = gateway.New(gateway.Options{BodyBytes: 1 << 20, QueryPlan: true, Authenticator: clients(t), Log: log})
	g.Use(engine)
	return g
}

// send sends a query as an anonymous client, or as one with scopes. It returns the response
// without the members that are the same in each error.
func (g *restrictedGraph) send(as, query, variables string, answers map[string]string) (int, string) {
	g.Helper()
	g.answers, g.asked = answers, nil
	body, _ := json.Marshal(map[string]any{"query": query, "variables": json.RawMessage(variables)})
	r := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", media)
	if as != anonymous {
		r.Header.Set("X-API-Key", as+" key")
	}
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	var got struct {
		Data   json.RawMessage
		Errors []struct {
			Path       []any
			Extensions map[string]any
		}
	}
	require.NoError(g, json.Unmarshal(w.Body.Bytes(), &got), w.Body.String())
	text := string(got.Data)
	for _, e := range got.Errors {
		path, _ := json.Marshal(e.Path)
		g.extensions = e.Extensions
		text += "\n" + strings.TrimPrefix(string(path), "null")
		if code := e.Extensions["code"]; code != "UNAUTHORIZED_FIELD_OR_TYPE" {
			text += " " + code.(string)
		}
	}
	return w.Code, text
}

const anonymous = "nobody"

// restrictedCase is one query, the requests that it makes with their answers, and the response.
type restrictedCase struct {
	name, as, query, variables string
	answers                    map[string]string
	want                       string
}

func (g *restrictedGraph) check(c restrictedCase) {
	g.Helper()
	if c.variables == "" {
		c.variables = "{}"
	}
	for range 2 { // the second request uses the caches
		status, got := g.send(c.as, c.query, c.variables, c.answers)
		require.Equal(g, http.StatusOK, status, c.name)
		require.Equal(g, c.want, got, c.name+"\n"+strings.Join(g.asked, "\n"))
		require.Len(g, g.asked, len(c.answers), c.name)
		for _, document := range g.asked {
			require.Contains(g, c.answers, document, c.name)
		}
	}
}

// TestErrorsSayWhetherALogInHelps checks the reason in an error: a client whose token has expired
// must learn that it has to renew the token.
func TestErrorsSayWhetherALogInHelps(t *testing.T) {
	t.Parallel()
	g := newRestricted(t, restrictedSDL(), nil, gateway.Authorization{})
	const login, forbidden = "UNAUTHENTICATED", "FORBIDDEN"
	nodes := map[string]string{
		`a {nodes{__typename}}`:                  `{"data":{"nodes":[{"__typename":"Staff"}]}}`,
		`a {nodes{__typename ...on Person{id}}}`: `{"data":{"nodes":[{"__typename":"Staff"}]}}`,
	}
	for _, c := range []struct{ as, query, reason string }{
		{anonymous, `{ secret }`, login},
		{anonymous, `mutation { secret }`, forbidden},
		{"email", `mutation { secret }`, forbidden},
		{anonymous, `{ vault { gold } }`, forbidden},
		{anonymous, `{ color }`, login},
		{anonymous, `{ staff { id } }`, login},
		{anonymous, `{ staffs { badge } }`, login},
		{anonymous, `{ nodes { ... on Person { id } } }`, login},
	} {
		g.extensions = nil
		g.send(c.as, c.query, "null", nodes)
		require.Equal(t, "UNAUTHORIZED_FIELD_OR_TYPE", g.extensions["code"], c.query)
		require.Equal(t, c.reason, g.extensions["reason"], "%s as %s", c.query, c.as)
	}
}

func TestHiddenFieldsAreNotRequested(t *testing.T) {
	t.Parallel()
	g := newRestricted(t, restrictedSDL(), nil, gateway.Authorization{})
	for _, c := range restrictedCases() {
		g.check(c)
	}
}

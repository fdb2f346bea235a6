package main

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/ops/config"
)

// hiding has an element of each kind that is named secret and @inaccessible, and one of each kind
// that is visible.
const hiding = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@inaccessible"])
directive @note(open: Int, secret: Int @inaccessible) on FIELD
type Query { open(take: Take, secret: Int @inaccessible): Open secret: Secret @inaccessible any: Any state: State both: Both @deprecated }
type Open implements Node & SecretNode { id: ID! secret: String @inaccessible secretID: ID @inaccessible }
type Secret @inaccessible { id: ID secret: SecretScalar }
type Both implements Node { id: ID! }
interface Node { id: ID! }
interface SecretNode @inaccessible { secretID: ID }
union Any = Open | Secret
union SecretAny @inaccessible = Secret
enum State { OPEN SECRET @inaccessible }
enum SecretState @inaccessible { ON }
scalar SecretScalar @inaccessible
input Take { open: Int secret: SecretTake @inaccessible }
input SecretTake @inaccessible { secret: Int }
`

// everything selects all names that introspection can reveal.
const everything = `{ __schema { queryType { ...T } types { ...T } directives { name args { name type { ...N } } } } }
	fragment T on __Type {
		name kind
		fields(includeDeprecated: true) { name args(includeDeprecated: true) { name type { ...N } } type { ...N } }
		inputFields(includeDeprecated: true) { name type { ...N } }
		interfaces { name } possibleTypes { name } enumValues(includeDeprecated: true) { name }
	}
	fragment N on __Type { name ofType { name ofType { name ofType { name } } } }`

// TestIntrospectionHidesWhatIsInaccessible checks the whole path from SDL to answer: introspection
// shows everything that clients may see and nothing else, and inaccessible fields cannot be
// queried.
func TestIntrospectionHidesWhatIsInaccessible(t *testing.T) {
	t.Parallel()
	late := &lateSubgraph{}
	late.set(hiding)
	backend := httptest.NewServer(late)
	t.Cleanup(backend.Close)
	path := configFor(t, backend.URL)
	c, err := config.Load(path, os.LookupEnv)
	require.NoError(t, err)
	s, err := newServer(path, c, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	require.NoError(t, s.firstSchema(t.Context()))

	told := post(t, s, everything)
	require.NotContains(t, told, `"errors"`)
	require.NotContains(t, strings.ToLower(told), "secret")
	require.NotContains(t, told, "naccessible")
	for _, name := range []string{"open", "Open", "take", "Take", "Any", "State", "OPEN", "Both", "Node", "note"} {
		require.Contains(t, told, `"name":"`+name+`"`)
	}
	for _, name := range []string{"Secret", "SecretNode", "SecretAny", "SecretState", "SecretScalar", "SecretTake"} {
		require.Equal(t, `{"data":{"__type":null}}`, post(t, s, `{ __type(name: "`+name+`") { name } }`))
	}
	for _, text := range []string{
		"{ secret { id } }", "{ open(secret: 1) { id } }", "{ open { secret } }", "{ any { ... on Secret { id } } }", "{ open(take: {secret: {}}) { id } }",
		"{ open @note(secret: 1) { id } }", "query($x: SecretTake) { open { id } }",
	} {
		answer := post(t, s, text)
		require.Contains(t, answer, `"errors"`, text)
		require.NotContains(t, answer, `"data"`, text)
	}
}

// post sends a query to the server's gateway.
func post(t testing.TB, s *server, query string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"query": query})
	require.NoError(t, err)
	request := httptest.NewRequest(http.MethodPost, "/graphql", strings.NewReader(string(body)))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	s.ServeHTTP(recorder, request)
	return recorder.Body.String()
}

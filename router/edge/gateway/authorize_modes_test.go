package gateway_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/composition/compose"
	"github.com/trefoil-graph/trefoil/router/composition/subgraph"
	"github.com/trefoil-graph/trefoil/router/edge/gateway"
	"github.com/trefoil-graph/trefoil/router/edge/policy"
	"github.com/trefoil-graph/trefoil/router/execution/fetch"
)

// TestReject checks that an operation is refused as a whole in the mode reject, with its paths, and
// that nothing is sent. What a condition excludes does not count.
func TestReject(t *testing.T) {
	t.Parallel()
	g := newRestricted(t, restrictedSDL(), nil, gateway.Authorization{Mode: gateway.Reject})
	status, got := g.send(anonymous, `mutation { open secret save { name email } }`, `{}`, nil)
	require.Equal(t, http.StatusForbidden, status)
	require.Equal(t, "\n", got)
	require.Equal(t, []any{[]any{"secret"}, []any{"save", "email"}}, g.extensions["paths"])
	require.Empty(t, g.asked)
	status, got = g.send(anonymous, `query($i: Boolean!) { open ...F @include(if: $i) } fragment F on Query { secret }`,
		`{"i":false}`, map[string]string{`a query($i:Boolean!){open secret@include(if:$i)}`: `{"data":{"open":"o"}}`})
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"open":"o"}`, got)
	status, got = g.send("write admin email", `mutation { secret }`, `{}`, map[string]string{`a mutation{secret}`: `{"data":{"secret":1}}`})
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"secret":1}`, got)
}

// TestReport checks that the mode report executes everything, and logs the paths.
func TestReport(t *testing.T) {
	t.Parallel()
	var denied []string
	g := newRestricted(t, restrictedSDL(), nil, gateway.Authorization{
		Mode: gateway.Report, Denied: func(operation string) { denied = append(denied, operation) },
	})
	answers := map[string]string{`a {open secret}`: `{"data":{"open":"o","secret":"s"}}`}
	status, got := g.send(anonymous, `query Q { open secret }`, `{}`, answers)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, `{"open":"o","secret":"s"}`, got)
	require.Equal(t, []string{"Q"}, denied)
	require.Contains(t, g.log.String(), `operation=Q paths=[[secret]]`)
	_, got = g.send("", `query Q { open secret }`, `{}`, answers)
	require.Equal(t, `{"open":"o","secret":"s"}`, got)
	require.Len(t, denied, 1)
}

// TestDeniedCountsWhatIsSelected checks that a request of which @skip or @include leaves out what is
// hidden is not reported as denied, in any mode.
func TestDeniedCountsWhatIsSelected(t *testing.T) {
	t.Parallel()
	for _, mode := range []gateway.AuthorizationMode{gateway.Filter, gateway.Reject, gateway.Report} {
		denied := 0
		g := newRestricted(t, restrictedSDL(), nil, gateway.Authorization{Mode: mode, Denied: func(string) { denied++ }})
		const query = `query($i: Boolean!) { open secret @include(if: $i) }`
		answers := map[string]string{
			`a query($i:Boolean!){open secret@include(if:$i)}`: `{"data":{"open":"o"}}`, `a {open}`: `{"data":{"open":"o"}}`,
		}
		_, got := g.send(anonymous, query, `{"i":false}`, answers)
		require.Equal(t, `{"open":"o"}`, got, mode)
		require.Zero(t, denied, mode)
		g.send(anonymous, query, `{"i":true}`, answers)
		require.Equal(t, 1, denied, mode)
	}
}

// TestUndefinedPoliciesAreRefused checks that a schema whose policy nobody defines is not served,
// and that an endpoint defines all.
func TestUndefinedPoliciesAreRefused(t *testing.T) {
	t.Parallel()
	schema, _, err := compose.Compose([]subgraph.Source{{Name: "a", URL: "http://a.invalid", SDL: accessLink +
		`type Query { a: Int @rule(policies: [["known", "unknown"]]) }`}})
	require.NoError(t, err)
	client := fetch.NewClient([]fetch.Subgraph{{Name: "a", URL: "http://a.invalid"}}, fetch.Limits{})
	t.Cleanup(client.Close)
	engineOver := func(at policy.Endpoint) error {
		set, err := policy.New(map[string]string{"known": "true"}, at, slog.Default())
		require.NoError(t, err)
		_, err = gateway.NewEngine(schema, client, gateway.EngineOptions{
			CachedOperations: 1, Log: slog.Default(), Authorization: gateway.Authorization{Policies: set},
		})
		return err
	}
	require.ErrorContains(t, engineOver(policy.Endpoint{}), "policies that are not defined: unknown;")
	require.NoError(t, engineOver(policy.Endpoint{URL: "http://policies.invalid"}))
}

// TestClientsWithOtherRightsShareNothing sends one query for clients with different rights at the
// same time. Each gets its own answer, although the subgraph gets no header that tells them apart.
func TestClientsWithOtherRightsShareNothing(t *testing.T) {
	t.Parallel()
	g := newRestricted(t, restrictedSDL(), nil, gateway.Authorization{})
	g.answers = map[string]string{
		`a {open}`:                    `{"data":{"open":"o"}}`,
		`a {open secret}`:             `{"data":{"open":"o","secret":"s"}}`,
		`a {open secret vault{gold}}`: `{"data":{"open":"o","secret":"s","vault":{"gold":1}}}`,
	}
	want := []string{
		`"data":{"open":"o","secret":null,"vault":null}`, `"data":{"open":"o","secret":"s","vault":null}`,
		`"data":{"open":"o","secret":"s","vault":{"gold":1}}`,
	}
	var wrong atomic.Int64
	var clients sync.WaitGroup
	for i := range 40 {
		clients.Go(func() {
			for n := range 10 {
				r := httptest.NewRequest(http.MethodPost, "/graphql",
					strings.NewReader(fmt.Sprintf(`{"query":"{open secret vault{gold}} #%d"}`, n)))
				r.Header.Set("Content-Type", "application/json")
				if rights := i % 3; rights > 0 {
					r.Header.Set("X-API-Key", strings.Repeat("vault", rights-1)+" key")
				}
				w := httptest.NewRecorder()
				g.ServeHTTP(w, r)
				if !strings.Contains(w.Body.String(), want[i%3]) {
					wrong.Add(1)
				}
			}
		})
	}
	clients.Wait()
	require.Zero(t, wrong.Load())
}

// TestDocumentsOfOneFormShareRestrictedPlans checks that a document with other literals gets the
// same restrictions, and its own values.
func TestDocumentsOfOneFormShareRestrictedPlans(t *testing.T) {
	t.Parallel()
	sdl := map[string]string{"a": accessLink + `type Query { open(n: Int): Int secret(n: Int): Int @signedIn }`}
	g := newRestricted(t, sdl, nil, gateway.Authorization{})
	for n := range 3 {
		g.answers = map[string]string{`a query($n:Int!){open(n:$n)}`: fmt.Sprintf(`{"data":{"open":%d}}`, n)}
		_, got := g.send(anonymous, fmt.Sprintf(`{ open(n: %d) secret(n: %d) }`, n, n), `{}`, g.answers)
		require.Equal(t, fmt.Sprintf("{\"open\":%d,\"secret\":null}\n[\"secret\"]", n), got, g.asked)
	}
}

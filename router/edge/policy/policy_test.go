package policy_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/edge/policy"
)

func newSet(t testing.TB, expressions map[string]string, at policy.Endpoint) *policy.Set {
	t.Helper()
	set, err := policy.New(expressions, at, slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	return set
}

func ExampleSet_Granted() {
	set, err := policy.New(map[string]string{
		"staff": `"staff" in claims.roles`,
		"self":  `headers["x-account"] == claims.sub`,
	}, policy.Endpoint{}, slog.Default())
	if err != nil {
		panic(err)
	}
	client := policy.Request{
		Claims: map[string]any{"sub": "7", "roles": []any{"staff"}},
		Header: http.Header{"X-Account": {"8"}},
	}
	fmt.Println(set.Granted(context.Background(), client, []string{"self", "staff"}))
	// Output: [staff]
}

// TestExpressionsReadTheRequest checks what an expression can read, and that an error means no.
func TestExpressionsReadTheRequest(t *testing.T) {
	t.Parallel()
	request := policy.Request{
		Claims: map[string]any{
			"sub": "7", "level": 3.0, "admin": true, "roles": []any{"staff", "user"},
			"org": map[string]any{"id": "acme"}, "text": "true",
		},
		Operation: "Orders", Kind: "query", Header: http.Header{"X-Tenant": {"acme", "b"}},
	}
	for expression, granted := range map[string]bool{
		`claims.sub == "7"`:                          true,
		`claims.level >= 3.0`:                        true,
		`claims.level > 3`:                           false,
		`claims.admin`:                               true,
		`claims.text`:                                false, // not a boolean
		`"staff" in claims.roles`:                    true,
		`claims.roles.exists(r, r.startsWith("u"))`:  true,
		`claims.org.id == "acme"`:                    true,
		`operation.name == "Orders"`:                 true,
		`operation.kind == "mutation"`:               false,
		`headers["x-tenant"] == "acme, b"`:           true,
		`headers["X-Tenant"] == "acme, b"`:           false, // names are in lower case
		`claims.missing == "7"`:                      false,
		`!(claims.missing == "7")`:                   false, // an error stays an error if it is negated
		`!has(claims.missing) && claims.sub != ""`:   true,
		`claims.sub.matches("^[0-9]+$")`:             true,
		`claims.missing || true`:                     true, // logic needs only one of its sides
		`headers["none"] == "" || claims.sub == "8"`: false,
	} {
		set := newSet(t, map[string]string{"p": expression}, policy.Endpoint{})
		got := set.Granted(t.Context(), request, []string{"p"})
		require.Equal(t, granted, len(got) == 1, expression)
	}
	anonymous := newSet(t, map[string]string{"p": `claims == {}`}, policy.Endpoint{})
	require.Equal(t, []string{"p"}, anonymous.Granted(t.Context(), policy.Request{}, []string{"p"}))
	require.Empty(t, (*policy.Set)(nil).Granted(t.Context(), request, []string{"p"}))
}

// TestWrongExpressionsAreRefused checks that an expression that can never be true or false is an
// error at the start, with the policy's name.
func TestWrongExpressionsAreRefused(t *testing.T) {
	t.Parallel()
	_, err := policy.New(map[string]string{
		"syntax": `claims.sub ==`, "unknown": `client.sub == ""`, "number": `1 + 1`, "fine": `true`,
	}, policy.Endpoint{}, slog.Default())
	for _, name := range []string{"syntax", "unknown", "number"} {
		require.ErrorContains(t, err, `authorization: policies: "`+name+`"`)
	}
	require.NotContains(t, err.Error(), "fine")
}

// TestAnEvaluationIsBounded checks that a token with many groups cannot make an expression run for
// long: nested loops over 4,000 groups would take 16 million steps.
func TestAnEvaluationIsBounded(t *testing.T) {
	t.Parallel()
	groups := make([]any, 4000)
	for i := range groups {
		groups[i] = "g"
	}
	set := newSet(t, map[string]string{
		"nested": `claims.groups.all(a, claims.groups.all(b, a == b))`, "flat": `claims.groups.all(a, a == "g")`,
	}, policy.Endpoint{})
	request := policy.Request{Claims: map[string]any{"groups": groups[:100]}}
	require.Equal(t, []string{"flat"}, set.Granted(t.Context(), request, []string{"flat"}))
	request.Claims["groups"] = groups
	require.Empty(t, set.Granted(t.Context(), request, []string{"nested"}))
}

// TestTheEndpointIsAskedOnce checks that the endpoint gets all names without an expression in one
// request, only the configured headers, and that it can grant no other policies.
func TestTheEndpointIsAskedOnce(t *testing.T) {
	t.Parallel()
	asked := make(chan string, 10)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- string(body)
		_, _ = io.WriteString(w, `{"granted":["b","other"]}`)
	}))
	t.Cleanup(server.Close)
	set := newSet(t, map[string]string{"x": `true`},
		policy.Endpoint{URL: server.URL, Timeout: time.Minute, Headers: []string{"X-Tenant"}})
	require.Empty(t, set.Missing([]string{"a", "x"}))
	request := policy.Request{
		Claims: map[string]any{"sub": "7"}, Operation: "Q", Kind: "query",
		Header: http.Header{"X-Tenant": {"acme"}, "Authorization": {"secret"}},
	}
	require.Equal(t, []string{"x", "b"}, set.Granted(t.Context(), request, []string{"a", "b", "x"}))
	require.Len(t, asked, 1)
	require.JSONEq(t, `{"policies":["a","b"],"claims":{"sub":"7"},
		"operation":{"name":"Q","kind":"query"},"headers":{"x-tenant":"acme"}}`, <-asked)
	require.Equal(t, []string{"x"}, set.Granted(t.Context(), request, []string{"x"}))
	require.Empty(t, asked)
}

// TestNoAnswerMeansNo checks that an endpoint that fails, redirects, answers something else or
// nothing at all grants nothing.
func TestNoAnswerMeansNo(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"status": func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
			_, _ = io.WriteString(w, `{"granted":["a"]}`)
		},
		"redirect": func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/" {
				http.Redirect(w, r, "/other", http.StatusTemporaryRedirect)
				return
			}
			_, _ = io.WriteString(w, `{"granted":["a"]}`)
		},
		"not JSON": func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, `yes`) },
		"too large": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = io.WriteString(w, `{"granted":["`+string(make([]byte, 70<<10)))
		},
		"too late": func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body) // only after this does the server notice that the client left
			<-r.Context().Done()
		},
	} {
		timeout := time.Minute
		if name == "too late" {
			timeout = time.Millisecond
		}
		server := httptest.NewServer(handler)
		t.Cleanup(server.Close)
		set := newSet(t, nil, policy.Endpoint{URL: server.URL, Timeout: timeout})
		require.Empty(t, set.Granted(t.Context(), policy.Request{}, []string{"a"}), name)
	}
}

// TestMissingPolicies checks which names are not defined.
func TestMissingPolicies(t *testing.T) {
	t.Parallel()
	set := newSet(t, map[string]string{"a": `true`}, policy.Endpoint{})
	require.Equal(t, []string{"b"}, set.Missing([]string{"a", "b"}))
	require.Equal(t, []string{"a"}, (*policy.Set)(nil).Missing([]string{"a"}))
}

// BenchmarkGranted measures the policies of one request.
func BenchmarkGranted(b *testing.B) {
	set := newSet(b, map[string]string{"p": `claims.sub == "7"`}, policy.Endpoint{})
	request := policy.Request{Claims: map[string]any{"sub": "7"}}
	b.ReportAllocs()
	for b.Loop() {
		set.Granted(b.Context(), request, []string{"p"})
	}
}

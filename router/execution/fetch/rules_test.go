package fetch

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trefoil-graph/trefoil/router/execution/headers"
)

func requestRules(t testing.TB, rules ...headers.Rule) *headers.Request {
	t.Helper()
	r, err := headers.NewRequest(rules)
	require.NoError(t, err)
	return r
}

func responseRules(t testing.TB, rules ...headers.Rule) *headers.Response {
	t.Helper()
	r, err := headers.NewResponse(rules)
	require.NoError(t, err)
	return r
}

// TestRulesReachTheSubgraph checks both ways in which requests are sent.
func TestRulesReachTheSubgraph(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Header.Del("User-Agent")
		r.Header.Del("Content-Length")
		w.Header().Set("X-Seen-Headers", fmt.Sprint(r.Header))
		w.Header().Set("X-Other", "no")
		_, _ = io.WriteString(w, "{}")
	}))
	t.Cleanup(server.Close)
	rules := Subgraph{
		Name: "a", URL: server.URL, Timeout: time.Minute, ClientAddress: true,
		ForwardHeaders: []string{"authorization", "x-gone"}, ForwardCookies: []string{"session"},
		RequestRules: requestRules(t,
			headers.Rule{Pattern: "x-.*"}, headers.Rule{Name: "x-tenant", Rename: "X-CUSTOMER"},
			headers.Rule{Action: headers.Remove, Name: "x-gone"}, headers.Rule{Action: headers.Set, Name: "x-set", Value: "1"}),
		ResponseRules: responseRules(t, headers.Rule{Pattern: "x-seen-.*"}),
	}
	const want = "map[Accept:[application/graphql-response+json, application/json] Accept-Encoding:[identity] " +
		"Authorization:[token] Content-Type:[application/json] Cookie:[session=1] X-Customer:[7] X-Forwarded-For:[10.0.0.1, 192.0.2.1] " +
		"X-Request-Id:[an id] X-Set:[1] X-Tenant:[7]]"
	for name, c := range map[string]*Client{
		"http1":    NewClient([]Subgraph{rules}, Limits{ResponseBytes: 100}),
		"net/http": NewPlainClient([]Subgraph{rules}, Limits{ResponseBytes: 100}),
	} {
		t.Cleanup(c.Close)
		r := c.For(http.Header{
			"Authorization": {"token"}, "X-Tenant": {"7"}, "X-Gone": {"1"}, "X-Request-Id": {"2"},
			"Cookie": {"session=1; a=b"}, "Connection": {"close"}, "X-Forwarded-For": {"10.0.0.1"},
		}, "an id")
		r.From("192.0.2.1:80")
		_, err := r.Fetch(t.Context(), "a", []byte("{}"))
		require.NoError(t, err)
		require.Equal(t, http.Header{"X-Seen-Headers": {want}}, r.Returned(), name)
		require.True(t, r.IsForOne())
	}
}

// TestIdentitiesHoldWhatRulesForward checks that two clients share nothing if they differ in a
// header that a rule may forward to any subgraph; and that other headers make no difference.
func TestIdentitiesHoldWhatRulesForward(t *testing.T) {
	t.Parallel()
	c := NewClient([]Subgraph{
		{Name: "a", URL: "http://a", RequestRules: requestRules(t, headers.Rule{Pattern: "x-shop-.*"})},
		{Name: "b", URL: "http://b", RequestRules: requestRules(t, headers.Rule{Name: "x-tenant", Rename: "x-customer"})},
	}, Limits{})
	identity := func(h http.Header) string { return string(c.For(h, "id").AppendIdentity(nil)) }
	key := func(h http.Header, subgraph string) string {
		to, r := c.subgraphs[subgraph], c.For(h, "id")
		q := question{to: to, forwarded: r.forward(&to)}
		return string(q.appendKey(nil))
	}
	different := []http.Header{
		{}, {"X-Shop-A": {"1"}}, {"X-Shop-A": {"2"}}, {"X-Shop-B": {"1"}}, {"X-Shop-A": {"1", "2"}},
		{"X-Shop-A": {"1"}, "X-Shop-B": {"2"}}, {"X-Shop-A": {"12"}},
	}
	identities, keys := map[string]bool{}, map[string]bool{}
	for _, h := range different {
		identities[identity(h)], keys[key(h, "a")] = true, true
		same := h.Clone()
		same["X-Other"], same["Cookie"], same["X-Request-Id"] = []string{"1"}, []string{"a=b"}, []string{"7"}
		require.Equal(t, identity(h), identity(same))
		require.Equal(t, key(h, "a"), key(same, "a"))
		require.Equal(t, key(http.Header{}, "b"), key(h, "b"))
	}
	require.Len(t, identities, len(different))
	require.Len(t, keys, len(different))
	require.NotEqual(t, identity(http.Header{}), identity(http.Header{"X-Tenant": {"1"}}))
	require.NotEqual(t, key(http.Header{}, "b"), key(http.Header{"X-Tenant": {"1"}}, "b"))
}

// TestStorableResponses checks the Cache-Control and the Vary of a client's response.
func TestStorableResponses(t *testing.T) {
	t.Parallel()
	lifetime := responseRules(t, headers.Rule{Name: "cache-control", Algorithm: headers.MostRestrictive})
	for name, c := range map[string]struct {
		a, b    Subgraph
		noStore bool
		want    http.Header
	}{
		"both": {
			Subgraph{ResponseRules: lifetime, ForwardHeaders: []string{"x-tenant"}, ForwardCookies: []string{"c"}},
			Subgraph{ResponseRules: lifetime, RequestRules: requestRules(t, headers.Rule{Name: "x-a"})}, false,
			http.Header{"Cache-Control": {"max-age=60"}, "Vary": {"Cookie", "X-A", "X-Tenant"}},
		},
		"a pattern": {
			Subgraph{ResponseRules: lifetime}, Subgraph{ResponseRules: lifetime, RequestRules: requestRules(t, headers.Rule{Pattern: "x-.*"})}, false,
			http.Header{"Cache-Control": {"max-age=60"}, "Vary": {"*"}},
		},
		"a subgraph without the rule": {Subgraph{ResponseRules: lifetime}, Subgraph{}, false, http.Header{"Cache-Control": {"no-store"}}},
		"an error":                    {Subgraph{ResponseRules: lifetime}, Subgraph{ResponseRules: lifetime}, true, http.Header{"Cache-Control": {"no-store"}}},
		"no rule":                     {Subgraph{}, Subgraph{}, true, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Cache-Control", "max-age=60")
				_, _ = io.WriteString(w, "{}")
			}))
			t.Cleanup(server.Close)
			c.a.Name, c.a.URL, c.a.Timeout = "a", server.URL, time.Minute
			c.b.Name, c.b.URL, c.b.Timeout = "b", server.URL, time.Minute
			for _, made := range []*Client{
				NewClient([]Subgraph{c.a, c.b}, Limits{ResponseBytes: 100}), NewPlainClient([]Subgraph{c.a, c.b}, Limits{ResponseBytes: 100}),
			} {
				t.Cleanup(made.Close)
				r := made.For(http.Header{}, "id")
				for _, name := range []string{"a", "b"} {
					_, err := r.Fetch(t.Context(), name, []byte("{}"))
					require.NoError(t, err)
				}
				if c.noStore {
					r.NoStore()
				}
				require.Equal(t, c.want, r.Returned())
				require.False(t, r.IsForOne())
			}
		})
	}
}

// TestNoRulesCostNothing checks that without rules nothing is allocated for them.
func TestNoRulesCostNothing(t *testing.T) {
	c := NewClient([]Subgraph{{Name: "a", URL: "http://a"}}, Limits{})
	r := c.For(http.Header{"X-Shop-A": {"1"}, "Authorization": {"1"}}, "id")
	to, key, answered := c.subgraphs["a"], make([]byte, 0, 64), http.Header{"X-A": {"1"}}
	r.forward(&to)
	require.Zero(t, testing.AllocsPerRun(100, func() {
		r.forward(&to)
		key = r.AppendIdentity(key[:0])
		r.collect(answered, to.Subgraph)
		r.NoStore()
		if r.Returned() != nil || r.IsForOne() {
			panic("a header without a rule")
		}
	}))
}

// TestAnswersWithHeadersForOneAreNotShared checks which answers a second request may use.
func TestAnswersWithHeadersForOneAreNotShared(t *testing.T) {
	t.Parallel()
	got := answer{header: http.Header{"X-A": {"1"}, "Cache-Control": {"max-age=1"}}}
	for name, c := range map[string]struct {
		from Subgraph
		want bool
	}{
		"no rule":    {Subgraph{}, false},
		"returned":   {Subgraph{ReturnHeaders: []string{"X-A"}}, true},
		"absent":     {Subgraph{ReturnHeaders: []string{"X-B"}}, false},
		"propagated": {Subgraph{ResponseRules: responseRules(t, headers.Rule{Pattern: "x-.*"})}, true},
		"lifetime": {Subgraph{ResponseRules: responseRules(t,
			headers.Rule{Name: "cache-control", Algorithm: headers.MostRestrictive})}, false},
	} {
		require.Equal(t, c.want, returns(got, target{Subgraph: c.from}), name)
	}
}

package ratelimit_test

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/vektah/gqlparser/v2"
	"github.com/vektah/gqlparser/v2/ast"

	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/query/operation"
	"github.com/trefoil-graph/trefoil/router/tests/redistest"
)

// hourly is a rule whose quota is not refilled while a test runs.
func hourly(limit int64, by ...string) ratelimit.Rule {
	return ratelimit.Rule{Name: "test", By: by, Limit: limit, Period: time.Hour}
}

func requireRefused(t require.TestingT, err error, status int, code string) *refusal.Refusal {
	var refused *refusal.Refusal
	if !errors.As(err, &refused) {
		require.Fail(t, "not a refusal", "%v", err)
		t.FailNow()
	}
	require.Equal(t, status, refused.Status)
	require.Equal(t, code, refused.Errors[0].Extensions["code"])
	require.False(t, refused.WellFormed, "a client sees the status 429 in any media type")
	return refused
}

// stores runs a test with the counters in memory, and again with a Redis server. It passes the
// test a function that returns a limiter; the limiters of one test share the server.
func stores(t *testing.T, test func(t *testing.T, limiter func(rules ...ratelimit.Rule) *ratelimit.Limiter)) {
	t.Parallel()
	t.Run("memory", func(t *testing.T) {
		t.Parallel()
		test(t, func(rules ...ratelimit.Rule) *ratelimit.Limiter {
			l, err := ratelimit.New(ratelimit.Options{Rules: rules, MaxKeys: 10_000})
			require.NoError(t, err)
			return l
		})
	})
	t.Run("Redis", func(t *testing.T) {
		t.Parallel()
		server := redistest.Start(t)
		test(t, func(rules ...ratelimit.Rule) *ratelimit.Limiter {
			return onRedis(t, server, ratelimit.FailClosed, rules...)
		})
	})
}

func onRedis(t testing.TB, server *redistest.Server, onFailure string, rules ...ratelimit.Rule) *ratelimit.Limiter {
	t.Helper()
	client, err := redisclient.New(redisclient.Options{URL: server.URL, Timeout: 10 * time.Second, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	t.Cleanup(client.Close)
	l, err := ratelimit.New(ratelimit.Options{
		Rules: rules, MaxKeys: 10_000, Shared: client, Prefix: "trefoil:rate:", OnFailure: onFailure,
	})
	require.NoError(t, err)
	return l
}

func TestALimitHoldsForEachKey(t *testing.T) {
	stores(t, func(t *testing.T, limiter func(...ratelimit.Rule) *ratelimit.Limiter) {
		l := limiter(hourly(3, ratelimit.ByClient))
		callers := []ratelimit.Caller{
			{Subject: "ada", APIKey: "k", Address: "10.0.0.1"}, {Subject: "bob", APIKey: "k", Address: "10.0.0.1"},
			{APIKey: "k", Address: "10.0.0.1"}, {Address: "10.0.0.1"}, {Subject: "10.0.0.1"}, {Subject: strings.Repeat("x", 5000)},
		}
		for range 3 {
			for _, c := range callers {
				_, err := l.Caller(t.Context(), c, 1)
				require.NoError(t, err, "%+v", c)
			}
		}
		for _, c := range callers {
			_, err := l.Caller(t.Context(), c, 1)
			requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		}
	})
}

func TestARefusalSaysWhenToTryAgain(t *testing.T) {
	stores(t, func(t *testing.T, limiter func(...ratelimit.Rule) *ratelimit.Limiter) {
		rule := hourly(4, ratelimit.BySubject)
		l := limiter(rule)
		quotas, err := l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 1)
		require.NoError(t, err)
		header := http.Header{}
		quotas.Set(header)
		require.Equal(t, `"test";q=4;w=3600`, header.Get("RateLimit-Policy"))
		require.Equal(t, `"test";r=3;t=900`, header.Get("RateLimit"))
		quotas.Set(header)
		require.Len(t, header.Values("RateLimit"), 1, "operations of a batch share the entry of a rule")
		_, err = l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 3)
		require.NoError(t, err)
		_, err = l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 1)
		refused := requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		require.Regexp(t, `^(900|89\d)$`, refused.Header.Get("Retry-After"))
		require.Regexp(t, `^"test";r=0;t=3(600|59\d)$`, refused.Header.Get("RateLimit"))
		require.Equal(t, `"test";q=4;w=3600`, refused.Header.Get("RateLimit-Policy"))
		require.Regexp(t, `^There are too many requests: the limit test allows 4 in 1h0m0s. Try again in \d+ s.$`, refused.Errors[0].Message)
	})
}

func TestManyAtOnceDoNotExceedALimit(t *testing.T) {
	stores(t, func(t *testing.T, limiter func(...ratelimit.Rule) *ratelimit.Limiter) {
		routers := []*ratelimit.Limiter{limiter(hourly(37, ratelimit.BySubject))}
		if strings.HasSuffix(t.Name(), "Redis") {
			routers = append(routers, limiter(hourly(37, ratelimit.BySubject)))
		}
		var passed atomic.Int64
		var group sync.WaitGroup
		for i := range 200 {
			group.Go(func() {
				if _, err := routers[i%len(routers)].Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 1); err == nil {
					passed.Add(1)
				}
			})
		}
		group.Wait()
		require.Equal(t, int64(37), passed.Load())
	})
}

func TestARefusedRequestIsNotCharged(t *testing.T) {
	stores(t, func(t *testing.T, limiter func(...ratelimit.Rule) *ratelimit.Limiter) {
		wide, narrow := hourly(5, ratelimit.ByAddress), hourly(2, ratelimit.BySubject)
		wide.Name, narrow.Name = "wide", "narrow"
		l := limiter(wide, narrow)
		ask := func(subject string) error {
			_, err := l.Caller(t.Context(), ratelimit.Caller{Subject: subject, Address: "10.0.0.1"}, 1)
			return err
		}
		for range 2 {
			require.NoError(t, ask("ada"))
		}
		for range 10 {
			require.ErrorContains(t, ask("ada"), "the limit narrow")
		}
		require.NoError(t, ask("bob"))
		require.NoError(t, ask("bob"))
		require.NoError(t, ask("cem"), "the refused requests are not charged to the address")
		require.ErrorContains(t, ask("cem"), "the limit wide")
	})
}

func TestABatchCountsEachOperation(t *testing.T) {
	stores(t, func(t *testing.T, limiter func(...ratelimit.Rule) *ratelimit.Limiter) {
		l := limiter(hourly(10, ratelimit.BySubject))
		_, err := l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 8)
		require.NoError(t, err)
		_, err = l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 3)
		requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		_, err = l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 2)
		require.NoError(t, err)
		_, err = l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 11)
		refused := requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		require.Empty(t, refused.Header.Get("Retry-After"), "it would never fit")
		require.Equal(t, "One request counts 11, but the limit test allows 10 at once. Split the request.", refused.Errors[0].Message)
	})
}

func parse(t testing.TB, text string) *operation.Operation {
	t.Helper()
	schema := gqlparser.MustLoadSchema(&ast.Source{Input: `
		type Query { a: Int b: Int }
		type Mutation { login(name: String): Int logout: Int }`})
	op, err := operation.NewParser(schema, operation.DefaultLimits()).Parse(text, "")
	require.NoError(t, err)
	return op
}

// TestEachAliasOfALoginCounts shows that CVE-2026-35401 does not apply: one request with many
// aliases of a log-in has no more attempts than many requests.
func TestEachAliasOfALoginCounts(t *testing.T) {
	stores(t, func(t *testing.T, limiter func(...ratelimit.Rule) *ratelimit.Limiter) {
		rule := hourly(5, ratelimit.ByAddress)
		rule.Fields = []string{"Mutation.login"}
		l := limiter(rule)
		caller := ratelimit.Caller{Address: "10.0.0.1"}
		ask := func(text string) error {
			_, err := l.Operation(t.Context(), caller, parse(t, text))
			return err
		}
		require.NoError(t, ask(`{a b x: a}`))
		require.NoError(t, ask(`mutation {logout}`))
		requireRefused(t, ask(`mutation {a: login b: login c: login d: login e: login f: login}`), http.StatusTooManyRequests, ratelimit.CodeLimited)
		require.NoError(t, ask(`mutation {a: login(name: "x") ...F ... on Mutation {c: login}} fragment F on Mutation {b: login logout}`))
		requireRefused(t, ask(`mutation ($no: Boolean = false) {a: login b: login c: login @include(if: $no)}`), http.StatusTooManyRequests, ratelimit.CodeLimited)
		require.NoError(t, ask(`mutation {a: login a: login b: login}`), "equal selections are one field")
		requireRefused(t, ask(`mutation {login}`), http.StatusTooManyRequests, ratelimit.CodeLimited)
		require.NoError(t, ask(`mutation {logout}`))
	})
}

func TestRulesOfOperationsAndFields(t *testing.T) {
	t.Parallel()
	perField := hourly(2, ratelimit.BySubject, ratelimit.ByField)
	named := hourly(1, ratelimit.BySubject)
	named.Operations = []string{"Export"}
	perOperation := hourly(1, ratelimit.ByOperation)
	cases := map[string]struct {
		rule  ratelimit.Rule
		texts []string
		last  bool // whether the last passes; all others do
	}{
		"each field has a quota":           {perField, []string{`{a b}`, `{a b}`, `{b}`}, false},
		"one field does not use another's": {perField, []string{`{a x: a}`, `{b}`}, true},
		"a named operation":                {named, []string{`query Export {a}`, `query Export {a}`}, false},
		"another operation":                {named, []string{`query Export {a}`, `query Other {a}`, `query Other {a}`}, true},
		"by operation":                     {perOperation, []string{`query A {a}`, `query B {a}`, `{a}`, `query A {a}`}, false},
	}
	for name, test := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, err := ratelimit.New(ratelimit.Options{Rules: []ratelimit.Rule{test.rule}, MaxKeys: 1000})
			require.NoError(t, err)
			require.True(t, l.CountsOperations())
			for i, text := range test.texts {
				_, err := l.Operation(t.Context(), ratelimit.Caller{Subject: "ada"}, parse(t, text))
				require.Equal(t, i < len(test.texts)-1 || test.last, err == nil, "%s: %v", text, err)
			}
			quotas, err := l.Caller(t.Context(), ratelimit.Caller{Subject: "ada"}, 1)
			require.NoError(t, err)
			require.Empty(t, quotas, "rules of operations are not checked before the operation is known")
		})
	}
}

func TestARuleDoesNotApplyWithoutItsKey(t *testing.T) {
	t.Parallel()
	l, err := ratelimit.New(ratelimit.Options{Rules: []ratelimit.Rule{hourly(1, ratelimit.BySubject)}, MaxKeys: 1000})
	require.NoError(t, err)
	for range 3 {
		quotas, err := l.Caller(t.Context(), ratelimit.Caller{Address: "10.0.0.1"}, 1)
		require.NoError(t, err)
		require.Empty(t, quotas)
	}
}

// TestMemoryIsBoundedUnderAFloodOfKeys shows that a flood of keys does not exceed MaxKeys, and
// does not make the limiter forget a caller that is over its limit.
func TestMemoryIsBoundedUnderAFloodOfKeys(t *testing.T) {
	t.Parallel()
	now := time.Duration(0)
	l, err := ratelimit.New(ratelimit.Options{
		Rules: []ratelimit.Rule{hourly(1, ratelimit.BySubject)}, MaxKeys: 1920, Clock: func() time.Duration { return now },
	})
	require.NoError(t, err)
	over := ratelimit.Caller{Subject: "over"}
	_, err = l.Caller(t.Context(), over, 1)
	require.NoError(t, err)
	for i := range 30_000 {
		_, err := l.Caller(t.Context(), ratelimit.Caller{Subject: fmt.Sprint("caller ", i)}, 1)
		require.NoError(t, err)
		if i%100 == 0 {
			_, err = l.Caller(t.Context(), over, 1)
			requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		}
	}
	require.LessOrEqual(t, l.Keys(), 1920)
	require.Greater(t, l.Keys(), 1800)
	for i := range 4000 {
		now += 2 * time.Hour
		_, err := l.Caller(t.Context(), ratelimit.Caller{Subject: fmt.Sprint("later ", i)}, 1)
		require.NoError(t, err)
	}
	require.Less(t, l.Keys(), 200, "keys whose quota is whole again are forgotten")
}

func TestRulesOutOfBoundsAreRefused(t *testing.T) {
	t.Parallel()
	for _, change := range []func(*ratelimit.Rule){
		func(r *ratelimit.Rule) { r.Limit = 0 }, func(r *ratelimit.Rule) { r.Limit = 1_000_001 },
		func(r *ratelimit.Rule) { r.Burst = -1 }, func(r *ratelimit.Rule) { r.Burst = 1_000_001 },
		func(r *ratelimit.Rule) { r.Period = 0 }, func(r *ratelimit.Rule) { r.Period = 800 * time.Hour },
	} {
		rule := hourly(1)
		change(&rule)
		_, err := ratelimit.New(ratelimit.Options{Rules: []ratelimit.Rule{rule}, MaxKeys: 1})
		require.ErrorContains(t, err, `rule "test": limit`)
	}
}

// TestTheLargestNumbersDoNotOverflow uses up the quota of a rule with the largest numbers.
func TestTheLargestNumbersDoNotOverflow(t *testing.T) {
	t.Parallel()
	now := 10 * 365 * 24 * time.Hour
	rule := ratelimit.Rule{Name: "test", By: []string{ratelimit.BySubject}, Limit: 1_000_000, Period: 744 * time.Hour}
	l, err := ratelimit.New(ratelimit.Options{Rules: []ratelimit.Rule{rule}, MaxKeys: 1, Clock: func() time.Duration { return now }})
	require.NoError(t, err)
	ada := ratelimit.Caller{Subject: "ada"}
	for range 2 {
		_, err = l.Caller(t.Context(), ada, 500_000)
		require.NoError(t, err)
	}
	_, err = l.Caller(t.Context(), ada, 500_000)
	refused := requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
	require.Equal(t, strconv.Itoa(372*3600), refused.Header.Get("Retry-After"))
	now += 372 * time.Hour
	_, err = l.Caller(t.Context(), ada, 500_000)
	require.NoError(t, err)
}

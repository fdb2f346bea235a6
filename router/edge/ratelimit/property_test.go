package ratelimit_test

import (
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/trefoil-graph/trefoil/router/edge/ratelimit"
)

// bucket is a token bucket in exact arithmetic.
type bucket struct {
	limit, burst int64
	period       time.Duration
	tokens       *big.Rat
	at           time.Duration
}

func newBucket(limit, burst int64, period time.Duration) *bucket {
	return &bucket{limit: limit, burst: burst, period: period, tokens: new(big.Rat).SetInt64(burst)}
}

// per returns the tokens that arrive in a time.
func (b *bucket) per(elapsed time.Duration) *big.Rat {
	return new(big.Rat).Mul(big.NewRat(int64(elapsed), int64(b.period)), new(big.Rat).SetInt64(b.limit))
}

func (b *bucket) fill(now time.Duration) {
	b.tokens.Add(b.tokens, b.per(now-b.at))
	if most := new(big.Rat).SetInt64(b.burst); b.tokens.Cmp(most) > 0 {
		b.tokens = most
	}
	b.at = now
}

func (b *bucket) has(cost int64) bool { return b.tokens.Cmp(new(big.Rat).SetInt64(cost)) >= 0 }

func (b *bucket) take(cost int64) { b.tokens.Sub(b.tokens, new(big.Rat).SetInt64(cost)) }

// whole returns the number of whole tokens.
func (b *bucket) whole() int64 { return new(big.Int).Quo(b.tokens.Num(), b.tokens.Denom()).Int64() }

// inSeconds returns a time in µs as seconds, rounded up.
func inSeconds(micros int64) int64 { return (micros + 999_999) / 1_000_000 }

// microsUntil returns the time until the bucket has so many tokens, in µs, rounded up.
func (b *bucket) microsUntil(tokens int64) int64 {
	missing := new(big.Rat).Sub(new(big.Rat).SetInt64(tokens), b.tokens)
	wait := missing.Mul(missing, big.NewRat(b.period.Microseconds(), b.limit))
	return roundedUp(wait)
}

func roundedUp(r *big.Rat) int64 {
	whole, rest := new(big.Int).QuoRem(r.Num(), r.Denom(), new(big.Int))
	if rest.Sign() > 0 {
		return whole.Int64() + 1
	}
	return whole.Int64()
}

// TestMemoryIsATokenBucket compares the limiter with token buckets in exact arithmetic: two rules,
// several callers, any times and costs. A request passes if both buckets have its cost, and then
// takes it from both.
func TestMemoryIsATokenBucket(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) ratelimit.Rule {
			return ratelimit.Rule{
				Name: name, By: []string{ratelimit.ByClient}, Limit: rapid.Int64Range(1, 50).Draw(t, "limit"),
				Burst:  rapid.Int64Range(0, 50).Draw(t, "burst"),
				Period: time.Duration(rapid.Int64Range(1, 100_000_000).Draw(t, "period in µs"))*time.Microsecond + time.Millisecond,
			}
		}
		rules := []ratelimit.Rule{draw("a"), draw("b")}
		now := time.Duration(0)
		limiter, err := ratelimit.New(ratelimit.Options{Rules: rules, MaxKeys: 10_000, Clock: func() time.Duration { return now }})
		require.NoError(t, err)
		buckets := map[string][]*bucket{}
		var wait time.Duration // after which the last request passes
		for range rapid.IntRange(1, 60).Draw(t, "requests") {
			now += rapid.SampledFrom([]time.Duration{
				0, wait, max(0, wait-time.Microsecond), time.Duration(rapid.Int64Range(0, 20_000_000).Draw(t, "µs")) * time.Microsecond,
			}).Draw(t, "passes")
			subject := rapid.SampledFrom([]string{"ada", "bob", "cem"}).Draw(t, "subject")
			cost := rapid.Int64Range(1, 60).Draw(t, "cost")
			if buckets[subject] == nil {
				for _, r := range rules {
					burst := r.Burst
					if burst == 0 {
						burst = r.Limit
					}
					buckets[subject] = append(buckets[subject], newBucket(r.Limit, burst, r.Period))
				}
			}
			wait = requireEqual(t, limiter, ratelimit.Caller{Subject: subject}, buckets[subject], now, cost)
		}
	})
}

// requireEqual makes one request to the limiter and to the buckets, and returns the time after
// which the request passes.
func requireEqual(
	t *rapid.T, limiter *ratelimit.Limiter, caller ratelimit.Caller, buckets []*bucket, now time.Duration, cost int64,
) time.Duration {
	quotas, err := limiter.Caller(t.Context(), caller, int(cost))
	passes, possible, wait := true, true, int64(0)
	for _, b := range buckets {
		b.fill(now)
		possible = possible && cost <= b.burst
		if !b.has(cost) {
			passes, wait = false, max(wait, b.microsUntil(cost))
		}
	}
	if !passes {
		refused := requireRefused(t, err, http.StatusTooManyRequests, ratelimit.CodeLimited)
		if possible {
			require.Equal(t, strconv.FormatInt(inSeconds(wait), 10), refused.Header.Get("Retry-After"))
		} else {
			require.Empty(t, refused.Header.Get("Retry-After"), "a request that never fits")
		}
		return time.Duration(wait) * time.Microsecond
	}
	require.NoError(t, err)
	header := http.Header{}
	quotas.Set(header)
	want := ""
	for i, b := range buckets {
		b.take(cost)
		want += []string{"", ", "}[min(i, 1)] + strconv.Quote(string(rune('a'+i))) + ";r=" +
			strconv.FormatInt(b.whole(), 10) + ";t=" + strconv.FormatInt(inSeconds(b.microsUntil(b.burst)), 10)
	}
	require.Equal(t, want, strings.Join(header.Values("RateLimit"), ", "))
	return 0
}

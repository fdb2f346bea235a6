package ratelimit

import (
	"context"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"strconv"
	"time"

	"github.com/trefoil-graph/trefoil/router/edge/redisclient"
	"github.com/trefoil-graph/trefoil/router/edge/refusal"
	"github.com/trefoil-graph/trefoil/router/query/operation"
)

// Codes of the errors of this package.
const (
	// CodeLimited means that the request exceeds a limit.
	CodeLimited = "RATE_LIMITED"
	// CodeUnavailable means that the shared server does not answer, and FailClosed is set.
	CodeUnavailable = "RATE_LIMIT_UNAVAILABLE"
)

// What happens to requests while the shared server does not answer.
const (
	// FailLocal lets each router count by itself.
	FailLocal = "local"
	// FailOpen lets all requests pass.
	FailOpen = "open"
	// FailClosed refuses all requests.
	FailClosed = "closed"
)

// Options configure a limiter.
type Options struct {
	Rules []Rule
	// MaxKeys bounds the number of keys in memory.
	MaxKeys int
	// Proxies are trusted to name the client's address in X-Forwarded-For.
	Proxies Proxies
	// Shared is the server in which several routers count; nil means that this router counts alone.
	Shared *redisclient.Client
	// Prefix begins each key in the shared server.
	Prefix string
	// OnFailure is FailLocal, FailOpen or FailClosed; empty means FailLocal.
	OnFailure string
	// Clock returns the time since some start, for requests that are counted in memory; nil uses
	// the clock of the process.
	Clock func() time.Duration
	Log   *slog.Logger
}

// Limiter counts requests by rules. It is safe for concurrent use.
type Limiter struct {
	ofCallers, ofOperations []*Rule
	local                   *memory
	shared                  *shared // nil without a shared server
	onFailure               string
	proxies                 Proxies
}

// New returns a limiter for valid rules.
func New(o Options) (*Limiter, error) {
	clock := o.Clock
	if clock == nil {
		start := time.Now()
		clock = func() time.Duration { return time.Since(start) }
	}
	local, err := newMemory(o.MaxKeys, clock)
	if err != nil {
		return nil, fmt.Errorf("ratelimit: %w", err)
	}
	l := &Limiter{local: local, onFailure: o.OnFailure, proxies: o.Proxies}
	if o.Shared != nil {
		l.shared = newShared(o.Shared, o.Prefix)
	}
	for _, r := range o.Rules {
		if err := r.check(); err != nil {
			return nil, fmt.Errorf("ratelimit: rule %q: %w", r.Name, err)
		}
		if r.isOfOperation() {
			l.ofOperations = append(l.ofOperations, &r)
		} else {
			l.ofCallers = append(l.ofCallers, &r)
		}
	}
	return l, nil
}

// Address returns the key of the client's address: see Proxies.Address.
func (l *Limiter) Address(r *http.Request) string { return l.proxies.Address(r) }

// Keys returns the number of keys in memory.
func (l *Limiter) Keys() int { return l.local.size() }

// Caller charges a caller for a number of operations, before they are parsed. An error is that of
// the context, or a *refusal.Refusal. A caller over its limit gets the header Retry-After.
func (l *Limiter) Caller(ctx context.Context, c Caller, operations int) (Quotas, error) {
	charges := make([]charge, 0, len(l.ofCallers))
	for _, r := range l.ofCallers {
		if one, ok := r.ofCaller(c, int64(operations)); ok {
			charges = append(charges, one)
		}
	}
	return l.take(ctx, charges)
}

// Operation charges a caller for an operation, before it is executed.
func (l *Limiter) Operation(
	ctx context.Context, c Caller, op *operation.Operation,
) (Quotas, error) {
	var charges []charge
	for _, r := range l.ofOperations {
		charges = r.ofOperation(charges, c, op)
	}
	return l.take(ctx, charges)
}

// CountsOperations reports whether a rule is about operations or root fields.
func (l *Limiter) CountsOperations() bool { return len(l.ofOperations) > 0 }

func (l *Limiter) take(ctx context.Context, charges []charge) (Quotas, error) {
	if len(charges) == 0 {
		return nil, nil
	}
	for _, c := range charges {
		if c.cost > c.quota.burst {
			return nil, refuseCost(c)
		}
	}
	states, err := l.ask(ctx, charges)
	switch {
	case err == nil:
		return verdict(charges, states)
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case l.onFailure == FailOpen:
		return nil, nil
	default:
		return nil, refusal.New(http.StatusServiceUnavailable, CodeUnavailable,
			"The limits for requests cannot be checked now. Try again later.").
			With("Retry-After", "1")
	}
}

// ask takes from the shared server, or from memory if there is none or if it fails.
func (l *Limiter) ask(ctx context.Context, charges []charge) ([]state, error) {
	if l.shared == nil {
		return l.local.take(ctx, charges)
	}
	states, err := l.shared.take(ctx, charges)
	isLocal := l.onFailure == FailLocal || l.onFailure == ""
	if err != nil && ctx.Err() == nil && isLocal {
		return l.local.take(ctx, charges)
	}
	return states, err
}

// verdict returns the states of all quotas, or the refusal for the charge that has to wait
// longest.
func verdict(charges []charge, states []state) (Quotas, error) {
	var quotas Quotas
	longest := 0
	for i, c := range charges {
		quotas = quotas.with(c, states[i])
		if states[i].wait > states[longest].wait {
			longest = i
		}
	}
	wait := states[longest].wait
	if wait == 0 {
		return quotas, nil
	}
	c := charges[longest]
	seconds := strconv.FormatInt(int64(math.Ceil(wait.Seconds())), 10)
	refused := refusal.New(http.StatusTooManyRequests, CodeLimited,
		"There are too many requests: the limit %s allows %d in %s. Try again in %s s.",
		c.rule.Name, c.rule.Limit, c.rule.Period, seconds).With("Retry-After", seconds)
	quotas.Set(refused.Header)
	return nil, refused
}

// refuseCost refuses a request that costs more than the burst, so that no waiting helps.
func refuseCost(c charge) error {
	return refusal.New(http.StatusTooManyRequests, CodeLimited,
		"One request counts %d, but the limit %s allows %d at once. Split the request.",
		c.cost, c.rule.Name, c.quota.burst)
}

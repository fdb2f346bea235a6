package account

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"
)

// attemptsMemory is after how long without another attempt all are forgotten.
const attemptsMemory = 15 * time.Minute

// passwordsPerRequest is how many passwords one request can bring. People bring one; only who guesses, or wants to keep
// us busy, repeats a field under many aliases.
const passwordsPerRequest = 10

// Request is what a request has cost so far. Its fields may be answered at once.
type Request struct{ passwords atomic.Int64 }

// spend is false once the request has brought too many passwords.
func (r *Request) spend() bool { return r == nil || r.passwords.Add(1) <= passwordsPerRequest }

func tooMuch() *Problem {
	return tooMany(fmt.Sprintf("One request can bring %d passwords. Send another.", passwordsPerRequest), time.Second)
}

// rule is how many attempts in a row are free, and how long one waits for the next: longer after each, up to a bound, so
// that nobody can lock others out for long.
type rule struct {
	free           int
	first, longest time.Duration
}

// forOne is the rule for an account, or for the address of one client.
func forOne() rule { return rule{free: 10, first: 2 * time.Second, longest: 5 * time.Minute} }

// forMany is the rule for all whose address is not known: those on this machine, where people develop and scripts ask,
// and nobody else once the routers are known. One of them must not lock out the others.
func forMany() rule { return rule{free: 100, first: time.Second, longest: time.Second} }

// forMailbox is the rule for letters that others ask for. Each that is heard does arrive, so the owner lacks nothing.
func forMailbox() rule { return rule{free: 3, first: time.Minute, longest: 5 * time.Minute} }

// limit is what is counted under a name. The names begin with a word of ours each, so that nobody's choice of a login
// name makes it another's.
type limit struct {
	name string
	rule rule
}

// perAddress limits what comes from an address, by what it is; all clients without one have one limit together.
func perAddress(what, address string) limit {
	if address == "" {
		return limit{name: what + "address", rule: forMany()}
	}
	return limit{name: what + "address " + address, rule: forOne()}
}

// attempt is a password tried for an account, from an address. Guesses at one account may come from many addresses,
// and one address may guess at many accounts: so both are counted.
type attempt struct {
	account, address limit
	request          *Request
}

// attemptAt is an attempt at an account, under whichever name it is tried. A name that is nobody's is counted too, or
// the difference would tell.
func attemptAt(userID, login string, from Client) attempt {
	name := userID
	if name == "" {
		name = "name " + login
	}
	return attempt{account: limit{name: name, rule: forOne()}, address: perAddress("", from.Address), request: from.Request}
}

// throttle counts an attempt under each name, unless it has to wait under one of them; then it tells how long. It is
// asked before the work is done: else a thousand attempts at once would all come in time.
func (s *Service) throttle(ctx context.Context, limits ...limit) (wait time.Duration, err error) {
	now := s.now()
	names := make([]string, len(limits))
	for i, l := range limits {
		names[i] = l.name
	}
	err = s.store.CountAttempts(ctx, names, func(past []Failures) []Failures {
		wait = 0
		for i, l := range limits {
			past[i] = past[i].remembered(now)
			wait = max(wait, l.rule.wait(past[i], now))
		}
		if wait > 0 {
			return past
		}
		next := slices.Clone(past)
		for i := range next {
			next[i] = next[i].another(now)
		}
		return next
	})
	if err != nil {
		return 0, fmt.Errorf("count attempt: %w", err)
	}
	return wait, nil
}

func tooMany(message string, wait time.Duration) *Problem {
	return &Problem{Kind: TooManyAttempts, Message: message, RetryAfter: wait}
}

// remembered are the failures that still count.
func (f Failures) remembered(now time.Time) Failures {
	if now.Sub(f.Last) > attemptsMemory {
		return Failures{}
	}
	return f
}

func (f Failures) another(now time.Time) Failures { return Failures{Count: f.Count + 1, Last: now} }

// wait is how long it takes until the next attempt is heard.
func (r rule) wait(f Failures, now time.Time) time.Duration {
	if f.Count < r.free {
		return 0
	}
	pause := r.longest
	if doublings := f.Count - r.free; doublings < 10 {
		pause = min(r.first<<doublings, r.longest)
	}
	return max(f.Last.Add(pause).Sub(now), 0)
}

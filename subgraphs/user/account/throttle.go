package account

import (
	"context"
	"fmt"
	"time"
)

const (
	freeAttempts   = 10               // this many in a row before one has to wait
	firstWait      = 2 * time.Second  // doubled with each further failure
	longestWait    = 5 * time.Minute  // so that nobody can lock others out for long
	attemptsMemory = 15 * time.Minute // without a failure all is forgotten
)

// Attempt is a password tried for an account, from an address. Guesses at one account may come from many addresses,
// and one address may guess at many accounts: so both are counted.
type Attempt struct {
	Account string // a user's id, or a name that is nobody's
	Address string // empty if it is not known: then only the account counts
}

// throttle counts the attempt before its password is compared, and a success
// takes it back: else a thousand guesses at once would all come in time.
func (s *Service) throttle(ctx context.Context, attempt Attempt) (*Problem, error) {
	now := s.now()
	var wait time.Duration
	err := s.store.CountAttempt(ctx, attempt, func(account, address Failures) (Failures, Failures) {
		account, address = account.remembered(now), address.remembered(now)
		if wait = max(account.wait(now), address.wait(now)); wait > 0 {
			return account, address
		}
		return account.another(now), address.another(now)
	})
	if err != nil {
		return nil, fmt.Errorf("count attempt: %w", err)
	}
	if wait == 0 {
		return nil, nil
	}
	return &Problem{
		Kind:       TooManyAttempts,
		Message:    "Too many failed log-ins. Wait before you try again.",
		RetryAfter: wait,
	}, nil
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
func (f Failures) wait(now time.Time) time.Duration {
	if f.Count < freeAttempts {
		return 0
	}
	pause := longestWait
	if doublings := f.Count - freeAttempts; doublings < 10 {
		pause = min(firstWait<<doublings, longestWait)
	}
	return max(f.Last.Add(pause).Sub(now), 0)
}

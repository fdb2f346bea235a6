package account

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// throttle counts an attempt under each limit. If one of the limits is used up, it counts nothing
// and returns how long to wait. Callers throttle before the work: otherwise a thousand concurrent
// attempts would all pass.
func (s *Service) throttle(ctx context.Context, limits ...limit) (wait time.Duration, err error) {
	now := s.now()
	err = s.store.CountAttempts(ctx, namesOf(limits), func(past []Failures) []Failures {
		wait = 0
		for i, l := range limits {
			past[i] = l.rule.remembered(past[i], now)
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

// prove checks a password, unless too many attempts were made before.
func (s *Service) prove(
	ctx context.Context, tried attempt, user User, password string,
) error {
	wait, err := s.throttle(ctx, append(tried.own, tried.shared...)...)
	if err != nil {
		return err
	}
	if wait > 0 {
		return tooMany("Too many failed log-ins. Wait before you try again.", wait)
	}
	matched, outdated, err := s.hasher.Matches(ctx, user.PasswordHash, password)
	if err != nil {
		return fmt.Errorf("compare password: %w", err)
	}
	if !matched {
		return unknownUser()
	}
	if err := s.store.AttemptSucceeded(ctx, namesOf(tried.own), namesOf(tried.shared)); err != nil {
		return fmt.Errorf("forget attempts: %w", err)
	}
	if outdated {
		return s.rehash(ctx, user, password)
	}
	return nil
}

// rehash replaces an outdated hash of the password, unless the password has changed in the
// meantime.
func (s *Service) rehash(ctx context.Context, user User, password string) error {
	hash, err := s.hasher.Hash(ctx, password)
	if err != nil {
		return fmt.Errorf("hash password: %w", err)
	}
	if err := s.store.ReplaceHash(ctx, user.ID, user.PasswordHash, hash); err != nil {
		return fmt.Errorf("replace hash: %w", err)
	}
	return nil
}

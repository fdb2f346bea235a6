package account

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"
)

const (
	freeAttempts   = 10               // this many in a row before one has to wait
	firstWait      = 2 * time.Second  // doubled with each further failure
	longestWait    = 5 * time.Minute  // so that nobody can lock others out for long
	attemptsMemory = 15 * time.Minute // without a failure all is forgotten
	longestLogin   = longestEmail
)

// Login begins a session. A user who does not exist, a wrong password and an
// impossible input look and cost the same.
func (s *Service) Login(ctx context.Context, kind Kind, c Credentials) (Grant, *Problem, error) {
	if len(c.Login) > longestLogin || utf8.RuneCountInString(c.Password) > longestAllowed {
		return Grant{}, invalidCredentials(), nil
	}
	login := fold(c.Login)
	user, err := s.store.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Grant{}, nil, fmt.Errorf("find user: %w", err)
	}
	// An account is throttled under whichever name it is tried; a name that is
	// nobody's is throttled too, or the difference would tell.
	account := user.ID
	if account == "" {
		account = login
	}
	if problem, err := s.prove(ctx, account, user.PasswordHash, c.Password); problem != nil || err != nil {
		return Grant{}, problem, err
	}
	grant, err := s.begin(ctx, kind, user)
	return grant, nil, err
}

// prove compares a password, unless the account was tried too often.
func (s *Service) prove(ctx context.Context, account, phc, password string) (*Problem, error) {
	if problem, err := s.throttle(ctx, account); problem != nil || err != nil {
		return problem, err
	}
	matched, err := s.hasher.Matches(ctx, phc, password)
	if err != nil {
		return nil, fmt.Errorf("compare password: %w", err)
	}
	if !matched {
		return invalidCredentials(), nil
	}
	if err := s.store.ForgetAttempts(ctx, account); err != nil {
		return nil, fmt.Errorf("forget attempts: %w", err)
	}
	return nil, nil
}

func invalidCredentials() *Problem {
	return &Problem{Kind: InvalidCredentials, Message: "Unknown user or wrong password."}
}

// throttle counts the attempt before its password is compared, and a success
// takes it back: else a thousand guesses at once would all come in time.
func (s *Service) throttle(ctx context.Context, account string) (*Problem, error) {
	now := s.now()
	var wait time.Duration
	err := s.store.CountAttempt(ctx, account, func(past Failures) Failures {
		if now.Sub(past.Last) > attemptsMemory {
			past = Failures{}
		}
		if wait = past.wait(now); wait > 0 {
			return past
		}
		return Failures{Count: past.Count + 1, Last: now}
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

package account

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"
)

const longestLogin = longestEmail

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
	tried := attemptAt(user.ID, login, c.From)
	if problem, err := s.prove(ctx, tried, user.PasswordHash, c.Password); problem != nil || err != nil {
		return Grant{}, problem, err
	}
	grant, err := s.begin(ctx, kind, user)
	return grant, nil, err
}

// prove compares a password, unless the account was tried too often, or there were too many attempts from the address.
func (s *Service) prove(ctx context.Context, tried attempt, phc, password string) (*Problem, error) {
	if !tried.request.spend() {
		return tooMuch(), nil
	}
	wait, err := s.throttle(ctx, tried.account, tried.address)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return tooMany("Too many failed log-ins. Wait before you try again.", wait), nil
	}
	matched, err := s.hasher.Matches(ctx, phc, password)
	if err != nil {
		return nil, fmt.Errorf("compare password: %w", err)
	}
	if !matched {
		return invalidCredentials(), nil
	}
	if err := s.store.AttemptSucceeded(ctx, tried.account.name, tried.address.name); err != nil {
		return nil, fmt.Errorf("forget attempts: %w", err)
	}
	return nil, nil
}

func invalidCredentials() *Problem {
	return &Problem{Kind: InvalidCredentials, Message: "Unknown user or wrong password."}
}

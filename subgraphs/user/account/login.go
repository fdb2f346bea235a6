package account

import (
	"context"
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

const longestLogin = longestEmail

// Login begins a session. An unknown user, a wrong password and an invalid input get the same
// answer at the same cost.
func (s *Service) Login(ctx context.Context, kind Kind, c Credentials) (Grant, *Problem, error) {
	if !c.From.Request.spend() {
		return Grant{}, tooMuch(), nil
	}
	if len(c.Login) > longestLogin || utf8.RuneCountInString(c.Password) > longestAllowed {
		return Grant{}, invalidCredentials(), nil
	}
	login := typed.Login(c.Login)
	user, err := s.store.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Grant{}, nil, fmt.Errorf("find user: %w", err)
	}
	known, err := s.knows(ctx, c.From.Device, user.ID)
	if err != nil {
		return Grant{}, nil, err
	}
	problem, err := s.prove(ctx, attemptAt(login, c.From, known), user, c.Password)
	if problem != nil || err != nil {
		return Grant{}, problem, err
	}
	grant, err := s.begin(ctx, kind, user, keptDevice(c.From.Device, known))
	return grant, nil, err
}

// prove checks a password, unless too many attempts were made before.
func (s *Service) prove(
	ctx context.Context, tried attempt, user User, password string,
) (*Problem, error) {
	wait, err := s.throttle(ctx, append(tried.own, tried.shared...)...)
	if err != nil {
		return nil, err
	}
	if wait > 0 {
		return tooMany("Too many failed log-ins. Wait before you try again.", wait), nil
	}
	matched, outdated, err := s.hasher.Matches(ctx, user.PasswordHash, password)
	if err != nil {
		return nil, fmt.Errorf("compare password: %w", err)
	}
	if !matched {
		return invalidCredentials(), nil
	}
	if err := s.store.AttemptSucceeded(ctx, namesOf(tried.own), namesOf(tried.shared)); err != nil {
		return nil, fmt.Errorf("forget attempts: %w", err)
	}
	if outdated {
		return nil, s.rehash(ctx, user, password)
	}
	return nil, nil
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

func invalidCredentials() *Problem {
	return &Problem{Kind: InvalidCredentials, Message: "Unknown user or wrong password."}
}

package account

import (
	"context"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// Login begins a session. An unknown user, a wrong password and an invalid input get the same
// answer at the same cost.
func (s *Service) Login(ctx context.Context, kind Kind, c Credentials) (Grant, error) {
	if !c.From.Request.spend() {
		return Grant{}, tooMuch()
	}
	if len(c.Login) > longestLogin || utf8.RuneCountInString(c.Password) > longestAllowed {
		return Grant{}, unknownUser()
	}
	login := typed.Login(c.Login)
	user, err := s.store.UserByLogin(ctx, login)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Grant{}, fmt.Errorf("find user: %w", err)
	}
	known, err := s.knows(ctx, c.From.Device, user.ID)
	if err != nil {
		return Grant{}, err
	}
	if err := s.prove(ctx, attemptAt(login, c.From, known), user, c.Password); err != nil {
		return Grant{}, err
	}
	return s.begin(ctx, kind, user, keptDevice(c.From.Device, known))
}

// mostSessions is how many sessions a user can have. Beginning another ends the one that was
// renewed longest ago. Without this bound, a script that logs in on each run and never logs out
// would fill the database.
const mostSessions = 100

// begin creates a session with its first tokens. device is the token of a device that the user
// already has, or empty.
func (s *Service) begin(ctx context.Context, kind Kind, user User, device string) (Grant, error) {
	now := s.now()
	session := Session{
		ID:        ids.New("ses"),
		UserID:    user.ID,
		Kind:      kind,
		CreatedAt: now,
		ExpiresAt: now.Add(SessionLife),
	}
	token, kept := newRefreshToken(newHalf(), now)
	device, used := newDevice(device, kind, user.ID, now)
	if err := s.store.CreateSession(ctx, session, kept, used, mostSessions); err != nil {
		return Grant{}, fmt.Errorf("create session: %w", err)
	}
	grant, err := s.grant(user, session, token, now)
	grant.Device = device
	return grant, err
}

func (s *Service) grant(
	user User, session Session, refreshToken string, now time.Time,
) (Grant, error) {
	expires := now.Add(s.accessLife)
	access, err := s.signer.Sign(user, session, now, expires)
	if err != nil {
		return Grant{}, fmt.Errorf("sign access token: %w", err)
	}
	return Grant{
		User:             user,
		SessionID:        session.ID,
		AccessToken:      access,
		AccessExpiresAt:  expires,
		RefreshToken:     refreshToken,
		SessionExpiresAt: session.ExpiresAt,
	}, nil
}

// knows reports whether the user has logged in with a device. It does the same work for an
// unknown user.
func (s *Service) knows(ctx context.Context, token, userID string) (bool, error) {
	if len(token) != len(newToken()) {
		return false, nil
	}
	known, err := s.store.KnowsDevice(ctx, hashToken(token), userID, s.now().Add(-DeviceLife))
	if err != nil {
		return false, fmt.Errorf("find device: %w", err)
	}
	return known, nil
}

package account

import (
	"context"
	"errors"
	"fmt"
)

// Refresh exchanges a refresh token for the next tokens of its session. Using a token a second
// time ends the session: two parties have the token, and we cannot tell which of them stole it.
//
// An answer can get lost. For a short time, the same client may therefore present its last used
// token again, and gets the same next token. The next token is stored only as a hash: it is
// derived from the previous token and a salt, so neither the database nor a holder of the old
// token can derive it alone.
//
// All tokens of a session share their first half. It identifies a used token for as long as the
// session lasts, although only the hashes of the last two tokens are stored.
func (s *Service) Refresh(
	ctx context.Context, kind Kind, token string, from Client,
) (Grant, error) {
	now := s.now()
	fresh := Handover{Salt: []byte(newToken()), Client: from.mark()}
	var session Session
	var next string
	decide := func(found Session, presented RefreshToken) Rotation {
		session, next = found, ""
		switch {
		case found.Kind != kind || !found.Live(now):
			return Rotation{}
		case presented.lost(from, now):
			next = successor(token, *presented.Handover)
			return Rotation{}
		case presented.Used:
			return Rotation{Revoke: true, At: now}
		}
		next = successor(token, fresh)
		kept := presentedAs(next)
		kept.CreatedAt, kept.Handover = now, &fresh
		session.ExpiresAt = now.Add(SessionLife)
		return Rotation{Next: &kept, ExpiresAt: session.ExpiresAt, At: now}
	}
	err := s.store.Rotate(ctx, presentedAs(token), decide)
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Grant{}, fmt.Errorf("rotate refresh token: %w", err)
	}
	if next == "" {
		return Grant{}, sessionEnded()
	}
	user, err := s.User(ctx, session.UserID)
	if err != nil {
		return Grant{}, fmt.Errorf("find user of session: %w", err)
	}
	return s.grant(user, session, next, now)
}

// Logout ends a session or, with everywhere, all sessions of its user. It returns how many ended.
func (s *Service) Logout(
	ctx context.Context, userID, sessionID string, everywhere bool,
) (int, error) {
	if everywhere {
		return s.store.RevokeSessions(ctx, userID, s.now())
	}
	return s.store.RevokeSession(ctx, sessionID, s.now())
}

// Sessions returns the live sessions of users, by user, latest first.
func (s *Service) Sessions(ctx context.Context, userIDs []string) (map[string][]Session, error) {
	return s.store.SessionsOf(ctx, userIDs, s.now())
}

// RevokeOwn ends a session if it belongs to the user. It returns how many ended.
func (s *Service) RevokeOwn(ctx context.Context, userID, sessionID string) (int, error) {
	session, err := s.store.SessionByID(ctx, sessionID)
	if errors.Is(err, ErrNotFound) || err == nil && session.UserID != userID {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return s.store.RevokeSession(ctx, sessionID, s.now())
}

// Events returns the latest account events, by user, latest first.
func (s *Service) Events(ctx context.Context, userIDs []string) (map[string][]Event, error) {
	return s.store.EventsOf(ctx, userIDs)
}

// SessionOf returns the live browser session that a refresh token belongs to, or ErrNotFound. It
// changes nothing, so a browser whose access token has expired can still log out.
func (s *Service) SessionOf(ctx context.Context, token string) (Session, error) {
	var session Session
	err := s.store.Rotate(ctx, presentedAs(token), func(found Session, _ RefreshToken) Rotation {
		session = found
		return Rotation{}
	})
	if err == nil && (session.Kind != Browser || !session.Live(s.now())) {
		err = ErrNotFound
	}
	return session, err
}

// Revoked reports whether a session's tokens are invalid. It reads the sessions directly, so it
// needs no deny list.
func (s *Service) Revoked(ctx context.Context, sessionID string) (bool, error) {
	session, err := s.store.SessionByID(ctx, sessionID)
	if errors.Is(err, ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	return !session.Live(s.now()), nil
}

package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"fmt"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
)

// mostSessions is how many sessions a user can have. One more ends the one that was renewed longest ago: a script that
// logs in each time it runs, and never out, would fill the database.
const mostSessions = 100

// begin makes a session with its first tokens. device is the token of one that the user has, or
// empty.
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
	device, used := s.newDevice(device, kind, user.ID)
	if err := s.store.CreateSession(ctx, session, kept, used, mostSessions); err != nil {
		return Grant{}, fmt.Errorf("create session: %w", err)
	}
	grant, err := s.grant(user, session, token, now)
	grant.Device = device
	return grant, err
}

func (s *Service) grant(user User, session Session, refreshToken string, now time.Time) (Grant, error) {
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

// refreshGrace is for how long a client can ask again whose answer was lost.
const refreshGrace = 30 * time.Second

// Refresh takes a refresh token and gives the next tokens of its session. A
// token that was used before ends the session: one of its two bearers has
// stolen it, and we cannot tell which.
//
// An answer can be lost on its way. So the token used last is taken again, for
// a while and from the same client, and gives the same next token. That one is
// kept as a hash, too: it is made from the token before it and a salt, so
// neither the database nor a bearer of the old token can make it alone.
//
// The first half of a token is the same in all tokens of a session. By that
// half a used token is known for as long as its session lasts, though only the
// last one is kept.
func (s *Service) Refresh(
	ctx context.Context, kind Kind, token string, from Client,
) (Grant, *Problem, error) {
	now := s.now()
	fresh := Handover{Salt: []byte(newToken()), Client: from.mark()}
	var session Session
	var next string
	err := s.store.Rotate(ctx, presentedAs(token), func(found Session, presented RefreshToken) Rotation {
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
	})
	if err != nil && !errors.Is(err, ErrNotFound) {
		return Grant{}, nil, fmt.Errorf("rotate refresh token: %w", err)
	}
	if next == "" {
		return Grant{}, &Problem{Kind: SessionEnded, Message: "The session has ended. Log in again."}, nil
	}
	user, err := s.User(ctx, session.UserID)
	if err != nil {
		return Grant{}, nil, fmt.Errorf("find user of session: %w", err)
	}
	grant, err := s.grant(user, session, next, now)
	return grant, nil, err
}

// Logout ends a session, or with everywhere all sessions of its user, and tells
// how many ended.
func (s *Service) Logout(ctx context.Context, userID, sessionID string, everywhere bool) (int, error) {
	if everywhere {
		return s.store.RevokeSessions(ctx, userID, s.now())
	}
	return s.store.RevokeSession(ctx, sessionID, s.now())
}

// Sessions returns those sessions of users that hold, by user, the latest first.
func (s *Service) Sessions(ctx context.Context, userIDs []string) (map[string][]Session, error) {
	return s.store.SessionsOf(ctx, userIDs, s.now())
}

// RevokeOwn ends a session if it is the user's, and tells how many ended.
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

// Events returns the latest events of accounts, by user, the latest first.
func (s *Service) Events(ctx context.Context, userIDs []string) (map[string][]Event, error) {
	return s.store.EventsOf(ctx, userIDs)
}

// SessionOf finds the live session of a browser by its refresh token, or is
// ErrNotFound. It changes nothing: a browser whose access token is over can
// still log out.
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

// Revoked tells whether the tokens of a session hold no longer. Here, where the
// sessions are, that needs no deny list.
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

// newToken is one that nobody can guess.
func newToken() string { return newHalf() + newHalf() }

// newHalf has 130 bits, always in as many characters.
func newHalf() string { return rand.Text() }

func newRefreshToken(family string, now time.Time) (token string, kept RefreshToken) {
	token = family + newHalf()
	return token, RefreshToken{Hash: hashToken(token), Family: hashToken(family), CreatedAt: now}
}

// lost tells whether the client that used a token last presents it again, because it had no
// answer.
func (t RefreshToken) lost(by Client, now time.Time) bool {
	return t.Used && t.Handover != nil && now.Sub(t.CreatedAt) <= refreshGrace &&
		subtle.ConstantTimeCompare(t.Handover.Client, by.mark()) == 1
}

// successor is the next token of a session: it has the same first half, and the second half is
// made from the token before it and the salt.
func successor(token string, h Handover) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(h.Salt)
	family := familyOf(token)
	return family + base32.StdEncoding.EncodeToString(mac.Sum(nil))[:len(family)]
}

// mark tells a client from others, though not from all: by its device or, if it has none, its
// address.
func (c Client) mark() []byte {
	if c.Device != "" {
		return hashToken("device " + c.Device)
	}
	return hashToken("address " + c.Address)
}

// familyOf is the first half of a refresh token; of what is none, it is of no session.
func familyOf(token string) string {
	if half := newHalf(); len(token) != 2*len(half) {
		return half
	}
	return token[:len(token)/2]
}

func presentedAs(token string) RefreshToken {
	return RefreshToken{Hash: hashToken(token), Family: hashToken(familyOf(token))}
}

// hashToken needs no salt and no work factor: the token is random.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

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

// refreshGrace is how long a client may repeat a refresh whose answer was lost.
const refreshGrace = 30 * time.Second

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

// Logout ends a session or, with everywhere, all sessions of its user. It returns how many ended.
func (s *Service) Logout(ctx context.Context, userID, sessionID string, everywhere bool) (int, error) {
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

// newToken returns a token that nobody can guess.
func newToken() string { return newHalf() + newHalf() }

// newHalf returns 130 random bits in a fixed number of characters.
func newHalf() string { return rand.Text() }

func newRefreshToken(family string, now time.Time) (token string, kept RefreshToken) {
	token = family + newHalf()
	return token, RefreshToken{Hash: hashToken(token), Family: hashToken(family), CreatedAt: now}
}

// lost reports whether the client that last used the token presents it again because it got no
// answer.
func (t RefreshToken) lost(by Client, now time.Time) bool {
	return t.Used && t.Handover != nil && now.Sub(t.CreatedAt) <= refreshGrace &&
		subtle.ConstantTimeCompare(t.Handover.Client, by.mark()) == 1
}

// successor returns the next token of a session: the same first half, and a second half derived
// from the previous token and the salt.
func successor(token string, h Handover) string {
	mac := hmac.New(sha256.New, []byte(token))
	mac.Write(h.Salt)
	family := familyOf(token)
	return family + base32.StdEncoding.EncodeToString(mac.Sum(nil))[:len(family)]
}

// mark identifies a client by its device or, without one, by its address. Several clients can
// have the same mark.
func (c Client) mark() []byte {
	if c.Device != "" {
		return hashToken("device " + c.Device)
	}
	return hashToken("address " + c.Address)
}

// familyOf returns the first half of a refresh token. For a malformed token it returns a random
// half, which belongs to no session.
func familyOf(token string) string {
	if half := newHalf(); len(token) != 2*len(half) {
		return half
	}
	return token[:len(token)/2]
}

func presentedAs(token string) RefreshToken {
	return RefreshToken{Hash: hashToken(token), Family: hashToken(familyOf(token))}
}

// hashToken uses no salt and no work factor, because tokens are random.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

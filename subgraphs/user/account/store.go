package account

import (
	"context"
	"errors"
	"time"
)

// ErrNotFound says that what was asked for is not there.
var ErrNotFound = errors.New("not found")

// Store keeps accounts and sessions.
type Store interface {
	Users
	Passwords
	Sessions
	Attempts
	Letters
	Social
}

// Users keeps accounts.
type Users interface {
	// CreateUser adds a user unless the username or the e-mail address,
	// compared without regard to case, is another's: then it tells which. The
	// letter that verifies the address goes with it.
	CreateUser(ctx context.Context, u User, p Post) (Taken, error)
	// Taken tells whether a username and an e-mail address, both folded, are a user's.
	Taken(ctx context.Context, username, email string) (Taken, error)
	// UserByLogin finds a user by folded username or e-mail, or is ErrNotFound.
	UserByLogin(ctx context.Context, login string) (User, error)
	// UsersByID finds users, in any order; those that do not exist are missing.
	UsersByID(ctx context.Context, ids []string) ([]User, error)
	// ListUsers finds users, newest first.
	ListUsers(ctx context.Context, l Listing) ([]User, error)
	CountUsers(ctx context.Context, search string) (int, error)
	// SetRole is ErrNotFound for a user who does not exist, and ErrLastAdmin if no admin would be left. It ends the
	// user's sessions.
	SetRole(ctx context.Context, c RoleChange) error
	// EventsOf returns the latest 50 events of each user, the latest first; none older than a year.
	EventsOf(ctx context.Context, userIDs []string) (map[string][]Event, error)
}

// Listing is a part of the list of users.
type Listing struct {
	Search string // folded; in username, e-mail address or name
	After  string // id of the last user before; empty for the first
	Limit  int
}

// Passwords changes passwords.
type Passwords interface {
	// SetPassword does a change, forgets failed log-ins, and returns how many sessions ended.
	SetPassword(ctx context.Context, c PasswordChange) (ended int, err error)
	// ReplaceHash replaces one hash of the same password by another, if it is still the user's.
	ReplaceHash(ctx context.Context, userID, old, hash string) error
	// AddResetRequest notes a request; one for the same login is kept once.
	AddResetRequest(ctx context.Context, login string, at time.Time) error
	// OldestResetRequest returns its login, or ErrNotFound.
	OldestResetRequest(ctx context.Context) (login string, err error)
	DropResetRequest(ctx context.Context, login string) error
	// ResetPassword does a change if the token still holds, and uses up all of the user's for that; else it is ErrNotFound.
	// If the address was not verified until now, the identities go that the account has had: it may be another who made it.
	ResetPassword(ctx context.Context, tokenHash []byte, c PasswordChange) error
}

// Social keeps log-ins by other providers.
type Social interface {
	// AddSocialAttempt keeps an attempt, and drops those that are over.
	AddSocialAttempt(ctx context.Context, a SocialAttempt, now time.Time) error
	// TakeSocialAttempt uses an attempt up; ErrNotFound for one that is unknown, used or over.
	TakeSocialAttempt(ctx context.Context, state string, now time.Time) (SocialAttempt, error)
	// UserByIdentity finds whose identity it is, or is ErrNotFound.
	UserByIdentity(ctx context.Context, provider, subject string) (User, error)
	// LinkIdentity adds an identity to a user; one that is linked stays as it is.
	LinkIdentity(ctx context.Context, i SocialIdentity) error
	// UnlinkIdentity forgets the user's identities at the provider if there are any and may, who is told of the user and of
	// the identities that would be left, says so; all in one transaction.
	UnlinkIdentity(ctx context.Context, u Unlinking, may func(User, []SocialIdentity) bool) error
	// CreateSocialUser adds a user with an identity, unless something of the user is taken; and the letter that verifies
	// the address, if there is one.
	CreateSocialUser(ctx context.Context, u User, i SocialIdentity, p *Post) (Taken, error)
	// IdentitiesOf finds the identities of users, the first linked first.
	IdentitiesOf(ctx context.Context, userIDs []string) (map[string][]SocialIdentity, error)
}

// Letters keeps letters to be sent, and what their tokens are good for.
type Letters interface {
	PostLetter(ctx context.Context, p Post) error
	// LetterToken is ErrNotFound for a token that is unknown, too old, or for another purpose.
	LetterToken(ctx context.Context, hash []byte, purpose Purpose, now time.Time) (LetterToken, error)
	// VerifyEmail verifies the address of a token; ErrNotFound as LetterToken.
	VerifyEmail(ctx context.Context, hash []byte, now time.Time) error
}

// Taken tells what of a new user belongs to another.
type Taken struct{ Username, Email bool }

// Sessions keeps sessions and their refresh tokens. Each session that is
// revoked is announced to the other services, in the same transaction.
type Sessions interface {
	// CreateSession ends the user's sessions that were not renewed for longest if
	// there were more than most, and keeps the device that logged in. It drops
	// what is of no interest any more, of all users: sessions that are over,
	// events of more than a year ago, devices that were not used for DeviceLife.
	CreateSession(ctx context.Context, s Session, t RefreshToken, d Device, most int) error
	// SessionByID is ErrNotFound for a session that does not exist.
	SessionByID(ctx context.Context, id string) (Session, error)
	// SessionsOf returns the sessions that hold, by user, the latest first.
	SessionsOf(ctx context.Context, userIDs []string, now time.Time) (map[string][]Session, error)
	// Rotate finds the session of a refresh token, asks decide, and does what
	// it says, all in one transaction. One of a session's family that is not its
	// last is used; the one before the last has the last one's CreatedAt and
	// Handover. It is ErrNotFound for an unknown token of no family.
	Rotate(ctx context.Context, presented RefreshToken, decide func(Session, RefreshToken) Rotation) error
	// RevokeSession ends a session that holds; RevokeSessions all of a user.
	// They return how many ended.
	RevokeSession(ctx context.Context, id string, now time.Time) (int, error)
	RevokeSessions(ctx context.Context, userID string, now time.Time) (int, error)
}

// Rotation is what happens to a session when a refresh token is presented. The
// zero Rotation changes nothing.
type Rotation struct {
	Revoke    bool
	Next      *RefreshToken // replaces the one presented
	ExpiresAt time.Time     // the session's new end, with Next
	At        time.Time
}

// Attempts keeps failed log-ins and what else is limited, under names: of a login, of an address;
// and the devices that are limited on their own.
type Attempts interface {
	// CountAttempts hands what is known under each name to next and keeps what
	// it returns, in one transaction.
	CountAttempts(ctx context.Context, names []string, next func([]Failures) []Failures) error
	// AttemptSucceeded forgets the failures under the names own, and takes one
	// attempt back under the names shared.
	AttemptSucceeded(ctx context.Context, own, shared []string) error
	// KnowsDevice tells whether the user used a device after a time.
	KnowsDevice(ctx context.Context, hash []byte, userID string, after time.Time) (bool, error)
}

// Failures are the attempts in a row under a name: failed log-ins, and registrations.
type Failures struct {
	Count int
	Last  time.Time
}

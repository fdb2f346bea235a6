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
	Sessions
	Attempts
}

// Users keeps accounts.
type Users interface {
	// CreateUser adds a user unless the username or the e-mail address,
	// compared without regard to case, is another's: then it tells which.
	CreateUser(ctx context.Context, u User) (Taken, error)
	// UserByLogin finds a user by folded username or e-mail, or is ErrNotFound.
	UserByLogin(ctx context.Context, login string) (User, error)
	// UsersByID finds users, in any order; those that do not exist are missing.
	UsersByID(ctx context.Context, ids []string) ([]User, error)
}

// Taken tells what of a new user belongs to another.
type Taken struct{ Username, Email bool }

// Sessions keeps sessions and their refresh tokens. Each session that is
// revoked is announced to the other services, in the same transaction.
type Sessions interface {
	CreateSession(ctx context.Context, s Session, t RefreshToken) error
	// SessionByID is ErrNotFound for a session that does not exist.
	SessionByID(ctx context.Context, id string) (Session, error)
	// Rotate finds the session of a refresh token, asks decide, and does what
	// it says, all in one transaction. It is ErrNotFound for an unknown token.
	Rotate(ctx context.Context, hash []byte, decide func(Session, RefreshToken) Rotation) error
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

// Attempts keeps failed log-ins.
type Attempts interface {
	// CountAttempt hands what is known of an account to next and keeps what it
	// returns, in one transaction.
	CountAttempt(ctx context.Context, account string, next func(Failures) Failures) error
	// ForgetAttempts begins anew.
	ForgetAttempts(ctx context.Context, account string) error
}

// Failures are the failed log-ins to one account in a row.
type Failures struct {
	Count int
	Last  time.Time
}

package account

import (
	"context"
	"errors"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/database/keyset"
)

// ErrNotFound says that a requested row does not exist.
var ErrNotFound = errors.New("not found")

// Store stores accounts and sessions.
type Store interface {
	Users
	Passwords
	Sessions
	Attempts
	Mails
	Social
}

// Users stores accounts.
type Users interface {
	// CreateUser adds a user, and the mail that verifies the address. If another user has the
	// username or the e-mail address, compared without regard to case, it adds nothing and
	// reports which.
	CreateUser(ctx context.Context, u User, p TokenMail) (Taken, error)
	// Taken reports whether users have a username and an e-mail address, both folded.
	Taken(ctx context.Context, username, email string) (Taken, error)
	// UserByLogin returns the user with a folded username or e-mail address, or ErrNotFound.
	UserByLogin(ctx context.Context, login string) (User, error)
	// UsersByID returns users in any order; ids that do not exist are left out.
	UsersByID(ctx context.Context, ids []string) ([]User, error)
	// ListUsers returns users, newest first.
	ListUsers(ctx context.Context, l Listing) ([]*User, error)
	CountUsers(ctx context.Context, search string) (int, error)
	// SetRole sets a user's role and ends the user's sessions. It returns ErrNotFound for an
	// unknown user, and ErrLastAdmin if no admin would be left.
	SetRole(ctx context.Context, c RoleChange) error
	// EventsOf returns the latest 50 events of each user, latest first. CreateSession deletes
	// events older than a year.
	EventsOf(ctx context.Context, userIDs []string) (map[string][]Event, error)
}

// Taken reports which values of a new user belong to another user.
type Taken struct{ Username, Email bool }

// Listing selects a part of the list of users.
type Listing struct {
	Search string           // folded; part of the username, e-mail address or name
	After  *keyset.Position // nil for the first page
	Limit  int
}

// RoleChange sets a user's role.
type RoleChange struct {
	UserID  string
	Role    auth.Role
	ActorID string // empty: the command line
	At      time.Time
}

// ErrLastAdmin says that a change would leave no admin.
var ErrLastAdmin = errors.New("last admin")

// Passwords stores passwords and requests to reset them.
type Passwords interface {
	// SetPassword applies a change, deletes failed log-ins, and returns how many sessions ended.
	SetPassword(ctx context.Context, c PasswordChange) (ended int, err error)
	// ReplaceHash replaces the hash old by another hash of the same password, if old is still
	// current.
	ReplaceHash(ctx context.Context, userID, old, hash string) error
	// AddResetRequest stores a request, once for each login.
	AddResetRequest(ctx context.Context, login string, at time.Time) error
	// OldestResetRequest returns the login of the oldest request, or ErrNotFound.
	OldestResetRequest(ctx context.Context) (login string, err error)
	DropResetRequest(ctx context.Context, login string) error
	// ResetPassword applies a change if the token is valid, and uses up all of the user's reset
	// tokens; otherwise it returns ErrNotFound. If the address was not verified before, it
	// deletes the account's social identities, because somebody else may have created the
	// account.
	ResetPassword(ctx context.Context, tokenHash []byte, c PasswordChange) error
}

// PasswordChange replaces a user's password and ends sessions.
type PasswordChange struct {
	UserID  string
	Hash    string
	Kind    EventKind
	ActorID string
	At      time.Time
	// KeepSession is the session that stays valid; empty means that all end.
	KeepSession string
	// KeepDevice is the hash of the device that stays known; nil means that none does.
	KeepDevice []byte
	// NewDevice is a device to add; nil adds none.
	NewDevice *Device
	// Forget names the limits whose failures are deleted.
	Forget []string
}

// Social stores log-ins through providers.
type Social interface {
	// AddSocialAttempt stores an attempt, and deletes expired ones.
	AddSocialAttempt(ctx context.Context, a SocialAttempt, now time.Time) error
	// TakeSocialAttempt uses up an attempt. It returns ErrNotFound if the attempt is unknown,
	// used or expired.
	TakeSocialAttempt(ctx context.Context, state string, now time.Time) (SocialAttempt, error)
	// UserByIdentity returns the user with an identity, or ErrNotFound.
	UserByIdentity(ctx context.Context, provider, subject string) (User, error)
	// LinkIdentity adds an identity to a user; an existing link does not change.
	LinkIdentity(ctx context.Context, i SocialIdentity) error
	// UnlinkIdentity deletes the user's identities at a provider, if there are any and may allows
	// it. may gets the user and the identities that would remain. All of it is one transaction.
	UnlinkIdentity(ctx context.Context, u Unlinking, may func(User, []SocialIdentity) bool) error
	// CreateSocialUser adds a user with an identity and, if p is set, the mail that verifies
	// the address. If the username or the address is taken, it adds nothing.
	CreateSocialUser(ctx context.Context, u User, i SocialIdentity, p *TokenMail) (Taken, error)
	// IdentitiesOf returns the identities of users, in the order of linking.
	IdentitiesOf(ctx context.Context, userIDs []string) (map[string][]SocialIdentity, error)
}

// Unlinking removes a user's identities at a provider.
type Unlinking struct {
	UserID   string
	Provider string
	At       time.Time
}

// Mails stores mails to send, and their tokens.
type Mails interface {
	AddMail(ctx context.Context, p TokenMail) error
	// MailToken returns ErrNotFound if the token is unknown, expired, or for another purpose.
	MailToken(ctx context.Context, hash []byte, purpose Purpose, now time.Time) (MailToken, error)
	// VerifyEmail verifies the address of a token. It returns ErrNotFound as MailToken does, and
	// if the user's address has changed.
	VerifyEmail(ctx context.Context, hash []byte, now time.Time) error
}

// Sessions stores sessions and their refresh tokens. Each revocation is announced to the other
// services in the same transaction.
type Sessions interface {
	// CreateSession adds a session and stores the device that logged in. If the user then has
	// more than most sessions, it ends those that were renewed longest ago. It also deletes old
	// rows of all users: sessions that are over, events older than a year, and devices unused for
	// DeviceLife.
	CreateSession(ctx context.Context, s Session, t RefreshToken, d Device, most int) error
	// SessionByID returns ErrNotFound if the session does not exist.
	SessionByID(ctx context.Context, id string) (Session, error)
	// SessionsOf returns the live sessions, by user, latest first.
	SessionsOf(ctx context.Context, userIDs []string, now time.Time) (map[string][]Session, error)
	// Rotate finds the session of a refresh token, calls decide and applies its result, all in
	// one transaction. A token of the session's family other than the latest counts as used. The
	// second-latest gets the latest token's CreatedAt and Handover. Rotate returns ErrNotFound
	// for an unknown token of an unknown family.
	Rotate(
		ctx context.Context, presented RefreshToken, decide func(Session, RefreshToken) Rotation,
	) error
	// RevokeSession ends a live session, RevokeSessions all live sessions of a user. They return
	// how many ended.
	RevokeSession(ctx context.Context, id string, now time.Time) (int, error)
	RevokeSessions(ctx context.Context, userID string, now time.Time) (int, error)
}

// Rotation says what to do with a session when a client presents a refresh token. The zero
// Rotation changes nothing.
type Rotation struct {
	Revoke    bool
	Next      *RefreshToken // replaces the one presented
	ExpiresAt time.Time     // the session's new end, if Next is set
	At        time.Time
}

// Attempts stores what is throttled, such as failed log-ins, by the names of limits; and the
// known devices.
type Attempts interface {
	// CountAttempts calls next with the failures stored under each name, and stores what next
	// returns, in one transaction.
	CountAttempts(ctx context.Context, names []string, next func([]Failures) []Failures) error
	// AttemptSucceeded deletes the failures under the names in own, and subtracts one attempt
	// under the names in shared.
	AttemptSucceeded(ctx context.Context, own, shared []string) error
	// KnowsDevice reports whether the user has used a device after a time.
	KnowsDevice(ctx context.Context, hash []byte, userID string, after time.Time) (bool, error)
}

package account

import (
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
)

// User is an account.
type User struct {
	ID           string
	Username     string // folded to lower case
	Email        string // as it was typed
	FirstName    string
	LastName     string
	PasswordHash string // a PHC string; empty for who logs in by providers alone
	CreatedAt    time.Time
	Role         auth.Role
	// EmailVerifiedAt is zero until the user has followed the link of a letter to Email.
	EmailVerifiedAt time.Time
}

// EmailVerified tells whether the address is known to be the user's.
func (u User) EmailVerified() bool { return !u.EmailVerifiedAt.IsZero() }

// DisplayName is the name by which a person would be greeted.
func (u User) DisplayName() string { return strings.TrimSpace(u.FirstName + " " + u.LastName) }

// IsEntity marks User as a type that other subgraphs extend.
func (User) IsEntity() {}

// Registration is what a person fills in to get an account.
type Registration struct {
	Username  string
	Email     string
	FirstName string
	LastName  string
	Password  string
	From      Client
}

// Credentials are what a person logs in with: username or e-mail address, and
// password.
type Credentials struct {
	Login    string
	Password string
	Device   string // for From, of a client that has no cookies
	From     Client
}

// Client is who asks, as far as that is known.
type Client struct {
	Address string // empty if it is not known
	// Device is what the client presents as the token of a Device; empty if it presents nothing.
	Device  string
	Request *Request // nil for who asks from within
}

// Kind tells for whom a session is. The tokens of one kind are no good for the
// other: a browser's never leave its cookies.
type Kind string

// The kinds of sessions.
const (
	Browser Kind = "BROWSER"
	API     Kind = "API"
)

// Session is the time between a log-in and a log-out.
type Session struct {
	ID        string
	UserID    string
	Kind      Kind
	CreatedAt time.Time
	ExpiresAt time.Time // moves on with each refresh
	RevokedAt time.Time // zero while the session holds
}

// Live tells whether the session holds at a time.
func (s Session) Live(now time.Time) bool {
	return s.RevokedAt.IsZero() && now.Before(s.ExpiresAt)
}

// RenewedAt is when its tokens were made last.
func (s Session) RenewedAt() time.Time { return s.ExpiresAt.Add(-SessionLife) }

// RefreshToken is what is kept of a refresh token: never the token itself.
type RefreshToken struct {
	Hash      []byte
	Family    []byte // hash of what all tokens of a session have in common
	CreatedAt time.Time
	Used      bool // or one that the session never had, made up by who knows another of its tokens
	// Handover is how the session's last token came from the one before it: from this one, if this is
	// used. Nil for a used token that has no part in it.
	Handover *Handover
}

// Handover is the exchange of a refresh token for the next one.
type Handover struct {
	Salt   []byte // makes the next token, together with the one before
	Client []byte // hash of who asked
}

// Grant is what a log-in or a refresh gives.
type Grant struct {
	User             User
	SessionID        string
	AccessToken      string
	AccessExpiresAt  time.Time
	RefreshToken     string
	SessionExpiresAt time.Time
	Device           string // the token of the Device that logged in; empty for a refresh
}

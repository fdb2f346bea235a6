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
	Email        string // as typed
	FirstName    string
	LastName     string
	PasswordHash string // a PHC string; empty if the user logs in only through providers
	CreatedAt    time.Time
	Role         auth.Role
	// EmailVerifiedAt is zero until the user follows the link in a letter to Email.
	EmailVerifiedAt time.Time
}

// EmailVerified reports whether the address is known to belong to the user.
func (u User) EmailVerified() bool { return !u.EmailVerifiedAt.IsZero() }

// DisplayName returns the name to greet the user with.
func (u User) DisplayName() string { return strings.TrimSpace(u.FirstName + " " + u.LastName) }

// IsEntity marks User as a type that other subgraphs extend.
func (User) IsEntity() {}

// Registration is the input that creates an account.
type Registration struct {
	Username  string
	Email     string
	FirstName string
	LastName  string
	Password  string
	From      Client
}

// Credentials are the input of a log-in: a username or e-mail address, and a password.
type Credentials struct {
	Login    string
	Password string
	Device   string // sets From.Device for a client without cookies
	From     Client
}

// Client describes the sender of a request, as far as it is known.
type Client struct {
	Address string // empty if unknown
	// Device is the device token that the client presented, or empty.
	Device  string
	Request *Request // nil for calls from inside the service
}

// Kind says what uses a session. Tokens of one kind do not work for the other: a browser's tokens
// stay in its cookies.
type Kind string

// The kinds of sessions.
const (
	Browser Kind = "BROWSER"
	API     Kind = "API"
)

// Session lasts from a log-in to a log-out.
type Session struct {
	ID        string
	UserID    string
	Kind      Kind
	CreatedAt time.Time
	ExpiresAt time.Time // extended by each refresh
	RevokedAt time.Time // zero unless revoked
}

// Live reports whether the session is valid at a time.
func (s Session) Live(now time.Time) bool {
	return s.RevokedAt.IsZero() && now.Before(s.ExpiresAt)
}

// RenewedAt returns when the session's tokens were last issued.
func (s Session) RenewedAt() time.Time { return s.ExpiresAt.Add(-SessionLife) }

// RefreshToken is the stored form of a refresh token; the token itself is not stored.
type RefreshToken struct {
	Hash      []byte
	Family    []byte // hash of the half that all tokens of a session share
	CreatedAt time.Time
	Used      bool // also true for a token forged from another token of the session
	// Handover describes how the session's latest token replaced the previous one: this token, if
	// Used. It is nil for any older token.
	Handover *Handover
}

// Handover is the exchange of a refresh token for the next.
type Handover struct {
	Salt   []byte // derives the next token, together with the previous one
	Client []byte // hash that identifies the client
}

// Grant is the result of a log-in or a refresh.
type Grant struct {
	User             User
	SessionID        string
	AccessToken      string
	AccessExpiresAt  time.Time
	RefreshToken     string
	SessionExpiresAt time.Time
	Device           string // token of the Device that logged in; empty for a refresh
}

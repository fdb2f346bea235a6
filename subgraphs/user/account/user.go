package account

import (
	"strings"
	"sync/atomic"
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
	// EmailVerifiedAt is zero until the user follows the link in a mail to Email.
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

// Request counts the passwords and codes in a request. Its fields may be resolved concurrently.
type Request struct{ credentials atomic.Int64 }

// spend returns true for the first password or code of a request, and false for each further one.
// People send one at a time; repeating a field under many aliases is for guessing or overloading
// the service.
func (r *Request) spend() bool { return r == nil || r.credentials.Add(1) == 1 }

// EventKind names what happened to an account.
type EventKind string

// The kinds of events.
const (
	Registered             EventKind = "REGISTERED"
	LoggedIn               EventKind = "LOGGED_IN"
	LoggedOut              EventKind = "LOGGED_OUT"
	PasswordChanged        EventKind = "PASSWORD_CHANGED"
	PasswordResetRequested EventKind = "PASSWORD_RESET_REQUESTED"
	PasswordReset          EventKind = "PASSWORD_RESET"
	EmailVerified          EventKind = "EMAIL_VERIFIED"
	RoleChanged            EventKind = "ROLE_CHANGED"
	TokenReused            EventKind = "TOKEN_REUSED"
	SocialLinked           EventKind = "SOCIAL_LINKED"
	SocialUnlinked         EventKind = "SOCIAL_UNLINKED"
)

// Event is something that happened to an account. It is stored in the same transaction as the
// change.
type Event struct {
	ID     string
	UserID string
	Kind   EventKind
	At     time.Time
	// ActorID identifies who did it; nil if nobody was logged in, and for the command line.
	ActorID *string
}

package account

import "time"

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

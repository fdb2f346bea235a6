package account

import "time"

// ProblemKind names what is wrong.
type ProblemKind int

// The kinds of problems.
const (
	InvalidInput ProblemKind = iota + 1
	UsernameTaken
	EmailTaken
	WeakPassword
	InvalidCredentials
	TooManyAttempts
	SessionEnded
	TokenInvalid
	UserNotFound
	LastAdmin
	SocialFailed
	EmailNotVerified
	LastLogin
)

// Problem is an expected failure: something that the user can mend.
type Problem struct {
	Kind       ProblemKind
	Field      string        // of the input, or empty
	Message    string        // for the user
	RetryAfter time.Duration // of TooManyAttempts
}

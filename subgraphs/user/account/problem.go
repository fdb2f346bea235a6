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

// Problem is an expected failure that the user can correct.
type Problem struct {
	Kind       ProblemKind
	Field      string        // the input field at fault, or empty
	Message    string        // for the user
	RetryAfter time.Duration // set for TooManyAttempts
}

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

func tooMuch() *Problem {
	const message = "A request may contain only one password or code. Send this one in a separate request."
	return tooMany(message, time.Second)
}

func tooMany(message string, wait time.Duration) *Problem {
	return &Problem{Kind: TooManyAttempts, Message: message, RetryAfter: wait}
}

func invalidCredentials() *Problem {
	return &Problem{Kind: InvalidCredentials, Message: "Unknown user or wrong password."}
}

func tokenInvalid() *Problem {
	return &Problem{Kind: TokenInvalid, Field: "token", Message: "This link has expired or was already used. Ask for a new one."}
}

package account

import (
	"math"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
)

// UsernameTaken says that another user has the username.
type UsernameTaken struct{ refusal.Problem }

// EmailTaken says that another user has the e-mail address.
type EmailTaken struct{ refusal.Problem }

// WeakPassword says that a new password is too easy to guess, or has a wrong length.
type WeakPassword struct{ refusal.Problem }

// InvalidCredentials says that there is no user with this login and password.
type InvalidCredentials struct{ refusal.Problem }

// TooManyAttempts says that the client has to wait.
type TooManyAttempts struct {
	refusal.Problem
	Wait time.Duration
}

// RetryAfter returns how many seconds to wait.
func (t TooManyAttempts) RetryAfter() int { return int(math.Ceil(t.Wait.Seconds())) }

// SessionEnded says that a refresh token is unknown, expired, used or revoked.
type SessionEnded struct{ refusal.Problem }

// TokenInvalid says that the token of a mail is unknown, expired or used.
type TokenInvalid struct{ refusal.Problem }

// UserNotFound says that there is no user with the id.
type UserNotFound struct{ refusal.Problem }

// LastAdmin says that no admin would be left.
type LastAdmin struct{ refusal.Problem }

// SocialLoginFailed says that a log-in through a provider has to be begun again.
type SocialLoginFailed struct{ refusal.Problem }

// EmailNotVerified says that a provider's e-mail address cannot identify an account.
type EmailNotVerified struct{ refusal.Problem }

// LastLogin says that the user would have no way left to log in.
type LastLogin struct{ refusal.Problem }

func weakPassword(field, message string) WeakPassword {
	return WeakPassword{refusal.New("WEAK_PASSWORD", message, refusal.At(field))}
}

func invalidCredentials(path []string, message string) InvalidCredentials {
	return InvalidCredentials{refusal.New("INVALID_CREDENTIALS", message, path)}
}

func unknownUser() InvalidCredentials {
	return invalidCredentials(refusal.At(), "Unknown user or wrong password.")
}

// tooMany has no path: no part of the input is at fault, and forms show it for the whole form.
func tooMany(message string, wait time.Duration) TooManyAttempts {
	return TooManyAttempts{refusal.New("TOO_MANY_ATTEMPTS", message, nil), wait}
}

func tooMuch() TooManyAttempts {
	const message = "A request may contain only one password or code. " +
		"Send this one in a separate request."
	return tooMany(message, time.Second)
}

func sessionEnded() SessionEnded {
	return SessionEnded{refusal.New("SESSION_ENDED", "The session has ended. Log in again.", nil)}
}

func tokenInvalid(path []string) TokenInvalid {
	const message = "This link has expired or was already used. Ask for a new one."
	return TokenInvalid{refusal.New("TOKEN_INVALID", message, path)}
}

func socialFailed(message string) SocialLoginFailed {
	return SocialLoginFailed{refusal.New("SOCIAL_LOGIN_FAILED", message, nil)}
}

package account

import (
	"context"
	"errors"
	"time"
)

// Provider is an external service, such as Google, that people can log in with.
type Provider struct{ ID, Name string }

// Person is the provider's description of the person who logged in.
type Person struct {
	Subject             string // the person's id at the provider; it never changes
	Email               string
	EmailVerified       bool
	FirstName, LastName string
	Username            string
}

// SocialAttempt is an unfinished log-in through a provider.
type SocialAttempt struct {
	State     string // ties the provider's answer to the browser that began the attempt
	Provider  string
	Nonce     string // ties an ID token to the attempt
	Verifier  string // of PKCE: ties the code to the attempt
	ExpiresAt time.Time
}

// SocialIdentity links a user to an account at a provider.
type SocialIdentity struct {
	Provider string
	Subject  string
	UserID   string
	Email    string
	LinkedAt time.Time
}

// ErrProviderSlow says that a provider did not answer in time.
var ErrProviderSlow = errors.New("the provider did not answer in time")

// Providers asks external providers who a person is.
type Providers interface {
	List() []Provider
	// Begin returns the provider's address to send the browser to, and the attempt with its nonce
	// and verifier.
	Begin(ctx context.Context, provider, state string) (url string, attempt SocialAttempt, err error)
	// Person exchanges the code that the browser brought back for the person's data.
	Person(ctx context.Context, a SocialAttempt, code string) (Person, error)
}

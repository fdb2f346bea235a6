package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/trefoil-graph/trefoil/subgraphs/internal/auth"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/ids"
	"github.com/trefoil-graph/trefoil/subgraphs/internal/refusal"
	"github.com/trefoil-graph/trefoil/subgraphs/user/typed"
)

// socialLife is how long a log-in at a provider may take.
const socialLife = 10 * time.Minute

// Providers returns the configured providers.
func (s *Service) Providers() []Provider {
	if s.providers == nil {
		return nil
	}
	return s.providers.List()
}

// BeginSocial begins a log-in at a provider. The browser keeps the secret, and FinishSocial
// accepts the provider's answer only with it, so a link that somebody else made logs nobody in.
// Attempts are stored for a while, so they are limited by address.
func (s *Service) BeginSocial(
	ctx context.Context, provider string, from Client,
) (url, secret string, err error) {
	if s.providers == nil {
		return "", "", loginFailed()
	}
	wait, err := s.throttle(ctx, limit{name: "social " + from.Address, rule: forMany()})
	if err != nil {
		return "", "", err
	}
	if wait > 0 {
		return "", "", tooMany("Too many log-ins. Wait before you try again.", wait)
	}
	secret = newToken()
	url, attempt, err := s.providers.Begin(ctx, provider, stateOf(secret))
	if err != nil { // Providers logged the error
		return "", "", providerFailed(err)
	}
	attempt.ExpiresAt = s.now().Add(socialLife)
	if err := s.store.AddSocialAttempt(ctx, attempt, s.now()); err != nil {
		return "", "", fmt.Errorf("keep social log-in: %w", err)
	}
	return url, secret, nil
}

// FinishSocial begins a browser session for the person whom the provider identified.
func (s *Service) FinishSocial(
	ctx context.Context, secret, state, code string, from Client,
) (Grant, error) {
	if !from.Request.spend() {
		return Grant{}, tooMuch()
	}
	if state == "" || stateOf(secret) != state || s.providers == nil {
		return Grant{}, loginFailed()
	}
	attempt, err := s.store.TakeSocialAttempt(ctx, state, s.now())
	if errors.Is(err, ErrNotFound) {
		return Grant{}, loginFailed()
	}
	if err != nil {
		return Grant{}, fmt.Errorf("find social log-in: %w", err)
	}
	person, err := s.providers.Person(ctx, attempt, code)
	if err != nil || person.Subject == "" {
		return Grant{}, providerFailed(err) // Providers logged the error; the person can only retry
	}
	user, err := s.recognise(ctx, attempt.Provider, person)
	if err != nil {
		return Grant{}, err
	}
	known, err := s.knows(ctx, from.Device, user.ID)
	if err != nil {
		return Grant{}, err
	}
	return s.begin(ctx, Browser, user, keptDevice(from.Device, known))
}

// recognise returns the account of a person, and creates it if there is none. It links an
// existing account by e-mail address only if both the provider and the shop have verified the
// address. Otherwise somebody could register with another person's address and wait for that
// person to log in, or take over that person's account. A new person whose address the provider
// has not verified gets a mail that asks to confirm it, as after a registration with a
// password.
func (s *Service) recognise(ctx context.Context, provider string, p Person) (User, error) {
	user, err := s.store.UserByIdentity(ctx, provider, p.Subject)
	if !errors.Is(err, ErrNotFound) {
		return user, err
	}
	if !validEmail(p.Email) {
		return User{}, emailNotVerified("The provider did not share your e-mail address. " +
			"Register with a password instead.")
	}
	identity := SocialIdentity{
		Provider: provider, Subject: p.Subject, Email: p.Email, LinkedAt: s.now(),
	}
	user, err = s.store.UserByLogin(ctx, typed.Login(p.Email))
	switch {
	case errors.Is(err, ErrNotFound):
		return s.join(ctx, p, identity)
	case err != nil:
		return User{}, err
	case !p.EmailVerified:
		return User{}, emailNotVerified(
			"There is an account with this e-mail address, and the provider does not confirm " +
				"that it is yours. Log in with your password.")
	case !user.EmailVerified():
		return User{}, emailNotVerified(
			"There is an account with this e-mail address, which is not confirmed yet. " +
				"Follow the link of our mail, or set a new password, and try again.")
	}
	identity.UserID = user.ID
	return user, s.store.LinkIdentity(ctx, identity)
}

// join creates an account for a new person. It has no password; the person can set one as if it
// were forgotten.
func (s *Service) join(ctx context.Context, p Person, identity SocialIdentity) (User, error) {
	const tries = 8
	user := User{
		ID: ids.New("usr"), Email: p.Email, CreatedAt: s.now(), Role: auth.Customer,
		FirstName: typed.Name(p.FirstName), LastName: typed.Name(p.LastName),
	}
	if p.EmailVerified {
		user.EmailVerifiedAt = user.CreatedAt
	}
	if nameFault(user.FirstName) != "" {
		user.FirstName, _, _ = strings.Cut(p.Email, "@")
	}
	if nameFault(user.LastName) != "" {
		user.LastName = ""
	}
	identity.UserID = user.ID
	var mail *TokenMail
	if !user.EmailVerified() {
		asking := s.verification(user)
		mail = &asking
	}
	for n := range tries {
		user.Username = usernameFor(p, n)
		taken, err := s.store.CreateSocialUser(ctx, user, identity, mail)
		if err != nil {
			return User{}, fmt.Errorf("create user: %w", err)
		}
		if taken.Email { // registered just now; the next attempt will find it
			return User{}, loginFailed()
		}
		if !taken.Username {
			return user, nil
		}
	}
	return User{}, errors.New("found no free username")
}

// stateOf returns the state of a secret. The state is not confidential: it does not reveal the
// secret.
func stateOf(secret string) string { return fmt.Sprintf("%x", hashToken(secret)) }

func loginFailed() error { return socialFailed("The log-in failed. Please try again.") }

func providerFailed(err error) error {
	if errors.Is(err, ErrProviderSlow) {
		return socialFailed("The provider did not answer in time. Please try again later.")
	}
	return loginFailed()
}

func emailNotVerified(message string) error {
	return EmailNotVerified{refusal.New("EMAIL_NOT_VERIFIED", message, nil)}
}

// SocialIdentities returns the linked identities of users, by user, in the order of linking.
func (s *Service) SocialIdentities(
	ctx context.Context, userIDs []string,
) (map[string][]SocialIdentity, error) {
	return s.store.IdentitiesOf(ctx, userIDs)
}

// UnlinkIdentity removes the link between a user and a provider. A later log-in at that provider
// is then matched by e-mail address alone, like that of a new person. It refuses if the
// user would have no way left to log in. Unlinking an identity that is not linked succeeds.
func (s *Service) UnlinkIdentity(ctx context.Context, userID, provider string) error {
	var refused error
	err := s.store.UnlinkIdentity(ctx, Unlinking{UserID: userID, Provider: provider, At: s.now()},
		func(u User, left []SocialIdentity) bool {
			refused = nil
			if u.PasswordHash == "" && !slices.ContainsFunc(left, s.reachable) {
				refused = lastLogin()
			}
			return refused == nil
		})
	if err != nil {
		return fmt.Errorf("unlink identity: %w", err)
	}
	return refused
}

// reachable reports whether an identity can still be used to log in: its provider may no longer
// be configured.
func (s *Service) reachable(i SocialIdentity) bool {
	return slices.ContainsFunc(s.Providers(), func(p Provider) bool { return p.ID == i.Provider })
}

func lastLogin() error {
	const message = "You could no longer log in, because the account has no password. " +
		"Set one first, as for a forgotten password."
	return LastLogin{refusal.New("LAST_LOGIN", message, []string{"provider"})}
}
